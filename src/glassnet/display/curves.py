"""The losses of a run, drawn with matplotlib."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.display.drawing import as_axes
from glassnet.display.parts import Floats
from glassnet.display.svg import is_far


def draw_curves(x: Floats, x_name: str, lines: Mapping[str, Floats], best: int | None, ax: Any) -> Any:
    """Draw losses (points,) over `x`, each line by its name; the `best` point of the last line is marked.

    The scale is logarithmic where they are far apart. Returns the axes; raises MissingExtraError without matplotlib.
    """
    ax = as_axes(ax)
    for (name, line), style in zip(lines.items(), ("--", "-"), strict=False):
        ax.plot(x, line, style, label=f"{name} loss")
    if best is not None:
        _mark(ax, x[best], [*lines.values()][-1][best], x_name)
    finite = [line[np.isfinite(line)] for line in lines.values()]
    if all(map(len, finite)) and is_far(finite):
        ax.set_yscale("log")
    ax.set(xlabel=x_name, ylabel="loss")
    ax.legend()
    return ax


def _mark(ax: Any, x: float, y: float, x_name: str) -> None:
    """A ring around the best point, and in the legend where it lies."""
    told = f"best: {y:.4g} at {x_name} {x:,.0f}"
    ax.plot([x], [y], "o", fillstyle="none", color=ax.get_lines()[-1].get_color(), markersize=9, label=told)
