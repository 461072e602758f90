"""A diagnosis: what all checks found, as it prints and as it is drawn."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from glassnet.diagnosis.finding import BY_WEIGHT, Finding
from glassnet.diagnosis.layers import LayerView
from glassnet.diagnosis.registry import CHECKS
from glassnet.diagnosis.subject import Subject
from glassnet.display.drawing import as_axes
from glassnet.display.parts import Part, as_table
from glassnet.display.pictures import as_bar
from glassnet.display.shown import Shown
from glassnet.errors import nearest

LEAST: Final = 1e-12  # below that a bar has no length


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis(Shown):
    """What the checks found in a network and its rows.

    `findings` are those of all checks, in the order in which causes come before what follows from them; `causes` those
    that are wrong, then those that are suspect. `layers` are the numbers of each layer. `rows` were looked at, in
    `seconds`. A finding is had by its name too, as in diagnosis["rate"].

    `print` shows tables and a picture; `rich.print` in the colours of the terminal; `plot` draws with matplotlib.
    """

    findings: tuple[Finding, ...]
    layers: tuple[LayerView, ...]
    rows: int
    seconds: float

    @classmethod
    def of(cls, subject: Subject, began: float) -> Diagnosis:
        """Make all checks; `began` is when the diagnosis was asked for."""
        findings = tuple(check(subject) for check in CHECKS)
        return cls(findings, subject.layers, len(subject.rows), time.perf_counter() - began)

    @property
    def causes(self) -> tuple[Finding, ...]:
        """What is wrong, then what is suspect, the likeliest cause first."""
        return tuple(each for verdict in BY_WEIGHT[:2] for each in self.findings if each.verdict == verdict)

    @property
    def likely(self) -> Finding | None:
        """The likeliest cause, None where every check is fine."""
        return next(iter(self.causes), None)

    def __getitem__(self, name: str) -> Finding:
        """The finding of that name; raises KeyError, with the nearest name, where there is none."""
        known = {each.name: each for each in self.findings}
        if name not in known:
            raise KeyError(f"no check is called {name!r}{nearest(name, known)}; there are {', '.join(known)}")
        return known[name]

    def to_json(self) -> dict[str, Any]:
        """The findings as plain JSON values, the likeliest cause first."""
        return {"findings": [each.to_json() for each in self._ordered], "rows": self.rows, "seconds": self.seconds}

    def plot(self, ax: Any = None) -> Any:
        """Draw the sizes of what each layer gives and of what comes back to it, with matplotlib; returns the axes.

        `ax` is where to draw, a new figure where it is None; the scale is logarithmic. Raises MissingExtraError where
        matplotlib is missing.
        """
        ax = as_axes(ax)
        places = range(len(self.layers))
        ax.barh([place - 0.2 for place in places], [each.size for each in self.layers], 0.4, label="values")
        ax.barh([place + 0.2 for place in places], [each.delta for each in self.layers], 0.4, label="deltas")
        ax.set_yticks(list(places), [each.name for each in self.layers])
        ax.invert_yaxis()
        ax.set(xscale="log", xlabel="size (root mean square)")
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)  # no bar is there
        return ax

    def parts(self) -> Sequence[Part]:
        """Its tables and words."""
        likely = self.likely
        head = f"Diagnosis of {self.rows:,} rows in {self.seconds:.1f} s: "
        head += "no check found anything wrong" if likely is None else f"{likely.words}"
        rows = [[each.verdict, each.name, each.words] for each in self._ordered]
        remedies = [f"{each.name}: {each.remedy}" for each in self.causes if each.remedy]
        told = "\n".join(["What to do", *[f"  {i}. {each}" for i, each in enumerate(remedies, 1)]]) if remedies else ""
        return [
            f"{head}\n",
            as_table("Checks, the likeliest cause first", ("verdict", "check", "finding"), rows),
            *([f"{told}\n"] if told else []),
            as_table("Layers: the size of what they give, and of the deltas that come back",
                     ("layer", "values", "", "deltas", ""), self._bars()),
        ]  # fmt: skip

    @property
    def _ordered(self) -> list[Finding]:
        return [each for verdict in BY_WEIGHT for each in self.findings if each.verdict == verdict]

    def _bars(self) -> list[list[str]]:
        """A row a layer: its numbers, and bars as long as their logarithms above the least of all."""
        sizes = [size for each in self.layers for size in (each.size, each.delta) if LEAST < size < math.inf]
        low = math.log10(min(sizes, default=1)) - 1
        high = math.log10(max(sizes, default=1)) - low

        def bar(size: float) -> str:
            return as_bar(math.log10(size) - low, high) if LEAST < size < math.inf else ""

        return [
            [each.name, f"{each.size:.3g}", bar(each.size), f"{each.delta:.3g}", bar(each.delta)]
            for each in self.layers
        ]
