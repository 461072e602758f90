"""What a run of learning came to, in words and numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np

from glassnet.data.table import counted
from glassnet.display.curves import draw_curves
from glassnet.display.html import as_html
from glassnet.display.parts import Floats, Picture, as_table
from glassnet.errors import SettingError
from glassnet.settings import finite


@dataclass(frozen=True, repr=False)
class Report:
    """What one call of `learn` did.

    `training_losses` holds the loss at the start and at the end of each epoch, always of one fixed network on
    one fixed set of training rows; `validation_losses` likewise. `score` and `baseline` are the scores of the network
    and of the plain average (or majority) on the rows held out, or on the training rows where none were. `ranges` are
    the ends of the 95 % interval of a score, where it is one of rows that the network did not learn from.
    """

    converged: bool
    reason: str
    advice: str
    steps: int
    epochs: int
    seconds: float
    training_losses: tuple[float, ...] = ()
    validation_losses: tuple[float, ...] = ()
    best_epoch: int | None = None
    score: Mapping[str, float] = field(default_factory=dict)
    baseline: Mapping[str, float] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    continued_from: int = 0
    notes: tuple[str, ...] = ()

    @classmethod
    def of_example(cls, losses: tuple[float, float], seconds: float, continued_from: int) -> Report:
        """The report of one step on one example, from its losses before and after.

        It is made millions of times: its fields are put in at once, where the constructor of a frozen class would set
        them one by one, at a cost above that of the step.
        """
        fields = EXAMPLE.copy()
        fields["seconds"], fields["training_losses"], fields["continued_from"] = seconds, losses, continued_from
        fields["score"], fields["baseline"], fields["ranges"] = {"loss": losses[1]}, {}, {}
        report = object.__new__(cls)
        object.__setattr__(report, "__dict__", fields)
        return report

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON values; numbers that are not finite become None."""
        document: dict[str, Any] = finite(asdict(self))
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Report:
        """The report that `to_json` wrote."""
        curves = {name: tuple(document[name]) for name in ("training_losses", "validation_losses", "notes")}
        ranges = {name: tuple(ends) for name, ends in document.get("ranges", {}).items()}  # earlier files have none
        return cls(**{**document, **curves, "ranges": ranges})

    def __str__(self) -> str:
        lines = self._head()
        for name, value, ends, baseline in self._scores():
            beside = f" (baseline {baseline})" if baseline else ""
            lines.append(f"{name} {value}{f' ({ends})' if ends else ''}{beside}")
        return "\n".join([*lines, *self._remarks()])

    __repr__ = __str__

    def plot(self, ax: Any = None) -> Any:
        """Draw the training and the validation losses, the best marked, with matplotlib; returns the axes.

        `ax` is where to draw, a new figure where it is None. They are over epochs, or over steps where losses were
        measured within epochs too; the scale is logarithmic where they are far apart. Raises MissingExtraError where
        matplotlib is missing, SettingError where the report has no losses.
        """
        x, x_name = self._x()
        return draw_curves(x, x_name, self._lines(), self._best(), ax)

    def _repr_html_(self) -> str:
        """The report as a notebook shows it: in words, its curves, its scores."""
        scores = as_table("Scores", ("score", "value", "95 % interval", "baseline"), [*self._scores()])
        head, remarks = ("\n".join(lines) for lines in (self._head(), self._remarks()))
        return as_html([head, *self._picture(), *[scores] * bool(self.score), *[remarks] * bool(remarks)])

    def _head(self) -> list[str]:
        """How the run went."""
        verdict = "converged" if self.converged else "not converged"
        start = f", continued from step {self.continued_from:,}" if self.continued_from else ""
        lines = [
            f"{verdict}: {self.reason}",
            f"{counted(self.steps, 'step')}, {counted(self.epochs, 'epoch')}, {self.seconds:.1f} s{start}",
        ]
        if self.training_losses:
            lines.append(f"training loss {self.training_losses[0]:.6g} -> {self.training_losses[-1]:.6g}")
        if self.validation_losses:
            best = f", best at epoch {self.best_epoch}" if self.best_epoch is not None else ""
            lines.append(f"validation loss {self.validation_losses[0]:.6g} -> {min(self.validation_losses):.6g}{best}")
        return lines

    def _scores(self) -> Iterator[tuple[str, str, str, str]]:
        """Each score: its name, its value, the ends of its interval, and that of the baseline."""
        for name, value in self.score.items():
            ends = "{:.4g} to {:.4g}".format(*self.ranges[name]) if name in self.ranges else ""
            yield name, f"{value:.6g}", ends, f"{self.baseline[name]:.6g}" if name in self.baseline else ""

    def _remarks(self) -> list[str]:
        """The advice and the notes."""
        return [*[self.advice] * bool(self.advice), *(f"note: {note}" for note in self.notes)]

    def _lines(self) -> dict[str, Floats]:
        """The losses that were measured, by name."""
        measured = {"training": self.training_losses, "validation": self.validation_losses}
        return {name: np.array(losses) for name, losses in measured.items() if losses}

    def _x(self) -> tuple[Floats, str]:
        """Where the losses were measured, and in what unit."""
        count = len(self.training_losses)
        if count == 0:
            raise SettingError("plot: the report has no losses; draw that of a call of learn")
        by_epoch = count == self.epochs + 1
        return np.linspace(0, self.epochs if by_epoch else self.steps, count), "epoch" if by_epoch else "step"

    def _best(self) -> int | None:
        """Which of the validation losses is the least, None where there is none."""
        finite = [loss for loss in self.validation_losses if math.isfinite(loss)]
        return self.validation_losses.index(min(finite)) if finite else None

    def _picture(self) -> list[Picture]:
        """The curves for a notebook, where there are any."""
        lines = self._lines()
        if len(self.training_losses) < 2 or not all(np.isfinite(line).all() for line in lines.values()):
            return []
        (x, x_name), best = self._x(), self._best()
        ends = f"{x_name} 0", f"{x_name} {x[-1]:,.0f}"
        mark = None if best is None else float(x[best])
        return [Picture("Losses", x, lines, ends, mark, mark_name="best")]


EXAMPLE: Final[dict[str, Any]] = {  # what the reports of all single examples share
    "converged": False,
    "reason": "one example was learnt",
    "advice": "",
    "steps": 1,
    "epochs": 1,
    "validation_losses": (),
    "best_epoch": None,
    "notes": (),
}


def advise(*, converged: bool, diverged: bool, losses: tuple[float, ...], reached: float = math.inf) -> str:
    """What to do next, in one sentence; for a run that did not converge, an estimate of what more would bring.

    The estimate takes the loss to fall on towards its limit as it did over the last thirds of the curve, each third
    closing the same share of what was left (a geometric curve). While the loss is above 0, a limit below it is not
    named, nor is one above the loss that was `reached`, as that of a blend may be below the whole curve.
    """
    if diverged:
        return "Lower the learning rate, scale the inputs and targets, or look for extreme values in the data."
    if converged:
        return ""
    if len(losses) < 7:
        return "Too few epochs to say what more would bring: learn on with more epochs."
    third = (len(losses) - 1) // 3
    first, second, last = losses[-1 - 2 * third], losses[-1 - third], losses[-1]
    before, after = first - second, second - last
    if after <= 0 or before <= 0:
        return "The loss no longer falls: more epochs at this learning rate would bring little."
    share = after / before
    if share >= 1:
        return "The loss still falls as fast as before: learn on."
    limit = last - after * share / (1 - share)
    more = counted(math.ceil(third * math.log(0.01) / math.log(share)), "more epoch")
    if limit < 0 <= last or limit > reached:  # most losses cannot go below 0, and the curve does not say which can
        return f"The loss still falls fast: learn on, for about {more}."
    return f"About {more} would bring the loss near {limit:.4g}."
