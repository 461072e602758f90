"""Curves and bars drawn with signs, for a terminal and for logs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

WIDTH: Final = 64  # signs in a line of the field that a curve is drawn in
HEIGHT: Final = 14  # lines of the field


def as_picture(
    title: str,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    ends: Sequence[str],
    *,
    mark: float | None = None,
    ceiling: float = math.inf,
) -> str:
    """The points (x, y) as stars in a field from the least to the largest of both, with a column of colons at `mark`.

    Every sign is ASCII, so that any terminal and file shows it. `ends` are the words below the first and the last x.
    What lies above the `ceiling` is shown in the top line, as ^. There is at least one point, and all are finite.
    """
    across, up = (np.asarray(values, np.float64) for values in (x, y))
    shown = np.minimum(up, ceiling)
    field = [[" "] * WIDTH for _ in range(HEIGHT)]
    if mark is not None:
        column = _places(np.array([mark]), across, WIDTH)[0]
        for line in field:
            line[column] = ":"
    places = zip(_places(across, across, WIDTH), _places(shown, shown, HEIGHT), up > ceiling, strict=True)
    for column, row, above in places:
        field[HEIGHT - 1 - row][column] = "^" if above else "*"
    high, low = f"{shown.max():.4g}", f"{shown.min():.4g}"
    room = max(len(high), len(low))
    names = [high, *[""] * (HEIGHT - 2), low]
    lines = [f"{name:>{room}} |{''.join(line)}".rstrip() for name, line in zip(names, field, strict=True)]
    below = f"{' ' * room}  {ends[0]}{ends[1]:>{WIDTH - len(ends[0])}}"
    return "\n".join([title, *lines, f"{' ' * room} +{'-' * WIDTH}", below])


def as_bar(value: float, largest: float, width: int = 24) -> str:
    """A bar of signs as long as |value| is beside the `largest`, which has `width` of them; - stands for below 0.

    >>> as_bar(2.0, 4.0, 8), as_bar(-1.0, 4.0, 8), as_bar(0.0, 0.0)
    ('####', '--', '')
    """
    return ("#" if value > 0 else "-") * round(width * abs(value) / largest) if largest > 0 else ""


def _places(values: npt.NDArray[np.float64], among: npt.NDArray[np.float64], count: int) -> list[int]:
    """Which of `count` places from the least to the largest of `among` each value falls into."""
    low, high = among.min(), among.max()
    share = (values - low) / (high - low) if high > low else np.zeros(len(values))
    places: list[int] = np.rint(share * (count - 1)).astype(int).tolist()
    return places
