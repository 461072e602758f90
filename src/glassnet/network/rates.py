"""What a range test of learning rates found, as it prints and as it is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.display.drawing import as_axes
from glassnet.display.parts import Part, Picture, as_table
from glassnet.display.shown import Shown
from glassnet.network.learning import Learning
from glassnet.training.callbacks import Callback
from glassnet.training.keeper import Keeper
from glassnet.training.rate_range import RangeTest, Seen, steepest
from glassnet.training.recovery import copied

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Rates(Shown):
    """Learning rates, and the loss that the network had on a batch before the step at each of them.

    `rates` rise by one factor; `losses` are those of the batches, the mean over their rows, and `smoothed` their
    exponential mean, without what differs from batch to batch already at the first weights: see `RangeTest` for the
    formulas. `suggestion` is the rate where the smoothed loss falls most steeply, None where it does not fall.
    `reason` says why it is that, and `ended` what ended the test.

    `print` shows a table and a picture; `rich.print` in the colours of the terminal; `plot` draws with matplotlib.
    """

    rates: Floats
    losses: Floats
    smoothed: Floats
    suggestion: float | None
    reason: str
    ended: str

    @classmethod
    def of(cls, seen: Seen, test: RangeTest) -> Rates:
        """What a test saw, with its suggestion."""
        suggestion = steepest(seen, test.steps)
        lowest, highest = seen.rates[0], seen.rates[-1]
        reason = "the rate where the smoothed loss falls most steeply"
        if suggestion is None:
            reason = f"no suggestion: the smoothed loss never falls between the rates {lowest:.3g} and {highest:.3g}"
        return cls(seen.rates, seen.losses, seen.smoothed, suggestion, reason, seen.ended)

    def plot(self, ax: Any = None) -> Any:
        """Draw the losses against the rates, on a logarithmic scale, with matplotlib; returns the axes.

        `ax` is where to draw, a new figure where it is None. Raises MissingExtraError where matplotlib is missing.
        """
        ax = as_axes(ax)
        ax.plot(self.rates, self.losses, ".", label="loss of the batch")
        ax.plot(self.rates, self.smoothed, label="smoothed loss")
        if self.suggestion is not None:
            ax.axvline(self.suggestion, linestyle=":", label=f"suggestion {self.suggestion:.2g}")
        ax.set(xscale="log", xlabel="learning rate", ylabel="loss")
        ax.legend()
        return ax

    def parts(self) -> Sequence[Part]:
        """Its tables and words."""
        least = int(self.smoothed.argmin())
        places = {"first": 0, "least smoothed loss": least, "last": len(self.rates) - 1}
        if self.suggestion is not None:
            places = {"suggestion": int(np.abs(self.rates - self.suggestion).argmin()), **places}
        rows = [
            [name, f"{self.rates[i]:.3g}", f"{self.losses[i]:.4g}", f"{self.smoothed[i]:.4g}"]
            for name, i in sorted(places.items(), key=lambda place: place[1])
        ]
        headers = ("where", "learning rate", "loss of the batch", "smoothed loss")
        mark = None if self.suggestion is None else float(np.log10(self.suggestion))
        ends = f"{self.rates[0]:.3g}", f"{self.rates[-1]:.3g}"
        title = "The smoothed loss against the learning rate, on a logarithmic scale"
        ceiling = float(self.smoothed[: least + 1].max()) if least else math.inf  # what ran away would hide the fall
        lines = {"smoothed loss": self.smoothed}
        picture = Picture(title, np.log10(self.rates), lines, ends, mark, ceiling, mark_name="suggestion")
        suggested = self.reason if self.suggestion is None else f"suggestion {self.suggestion:.3g}: {self.reason}"
        return [as_table("Learning rates", headers, rows), picture, f"\n{suggested}; {self.ended}"]


def found(learning: Learning, test: RangeTest) -> Rates:
    """The rates of a test on a copy of the network; raises SettingError or DivergenceError as the test does."""
    learnt, turns = learning.learnt, learning.turns
    with turns.gate, turns.room, turns.held:
        state = copied(learnt.state)
    schedule = learnt.programs.model.optimizer.schedule
    return Rates.of(test(learning.run(Callback(), Keeper()), state, schedule, learnt.epochs), test)
