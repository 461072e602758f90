"""Values over two directions, drawn with matplotlib."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from glassnet.display.drawing import as_axes
from glassnet.display.parts import Floats
from glassnet.display.svg import is_far

LEVELS: Final = 15  # of colour


def draw_surface(along: Floats, losses: Floats, here: float, ax: Any) -> Any:
    """Draw losses (points, points) over `along` of a first direction, down, and of a second, across, with a bar.

    Where they are far apart the levels are logarithmic. What is not finite stays empty. Returns the axes; raises
    MissingExtraError without matplotlib.
    """
    ax = as_axes(ax)
    shown = np.ma.masked_invalid(losses)
    levels = _levels(shown.compressed())
    norm: Any = {"norm": "log"} if levels[0] > 0 and is_far([levels]) else {}
    drawn = ax.contourf(along, along, shown.T, levels=levels, **norm)
    ax.contour(along, along, shown.T, levels=levels, colors="white", linewidths=0.4, alpha=0.6)
    ax.plot([0], [0], "o", color="white", markeredgecolor="black", label=f"the weights: {here:.4g}")
    bar = ax.figure.colorbar(drawn, ax=ax, label="loss", format="%.3g", ticks=levels[::2])
    bar.minorticks_off()
    ax.set(xlabel="along the first direction", ylabel="along the second direction", aspect="equal")
    ax.locator_params(nbins=5)
    ax.legend(loc="upper right")
    return ax


def _levels(values: Floats) -> Floats:
    """Where one colour goes over into the next: evenly spaced, or by one factor where values are far apart."""
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    high = high if high > low else low + max(abs(low), 1.0)
    return (
        np.geomspace(low, high, LEVELS)
        if low > 0 and is_far([np.array([low, high])])
        else np.linspace(low, high, LEVELS)
    )
