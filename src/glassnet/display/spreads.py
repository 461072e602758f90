"""How large numbers are, in groups of several kinds, drawn with matplotlib."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from glassnet.display.drawing import as_axes

QUANTILES: Final = (0.05, 0.5, 0.95)


class Spread(NamedTuple):
    """The quantiles of 5, 50 and 95 % of the sizes of numbers that are not 0."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, values: npt.NDArray[Any]) -> Spread | None:
        """The spread of some numbers, None where all are 0; what is not finite is left out."""
        sizes = np.abs(values[np.isfinite(values) & (values != 0)].astype(np.float64))
        return cls(*np.quantile(sizes, QUANTILES).tolist()) if sizes.size else None

    def __str__(self) -> str:
        return f"{self.middle:.3g} ({self.low:.2g} to {self.high:.2g})"


def draw_spreads(kinds: Mapping[str, Sequence[Spread | None]], names: Sequence[str], ax: Any) -> Any:
    """Draw for each name a line from 5 to 95 % and a point at 50 % for each kind, on a logarithmic scale.

    Returns the axes; raises MissingExtraError without matplotlib.
    """
    ax = as_axes(ax)
    apart = 0.8 / len(kinds)
    for place, (kind, spreads) in enumerate(kinds.items()):
        there = [(line, each) for line, each in enumerate(spreads) if each is not None]
        at = [line + apart * (place - (len(kinds) - 1) / 2) for line, _ in there]
        middle = np.array([each.middle for _, each in there])
        ends = [middle - [each.low for _, each in there], np.array([each.high for _, each in there]) - middle]
        ax.errorbar(middle, at, xerr=ends, fmt="o", label=kind, markersize=5, linewidth=2)
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.set(xscale="log", xlabel="size: the median, and from 5 to 95 %")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=len(kinds), frameon=False)
    return ax
