"""The loss landscape of a network, as it prints and as it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.display.parts import Floats, Part, Picture, as_table
from glassnet.display.shown import Shown
from glassnet.display.surface import draw_surface
from glassnet.errors import DataError
from glassnet.network.learnt import Learnt
from glassnet.network.preparation import given_rows, sample_of
from glassnet.training.recovery import copied
from glassnet.training.surface import Surface
from glassnet.training.turnstile import Turnstile

MOST_ROWS: Final = 500  # rows on which the loss is measured, again and again


@dataclass(frozen=True, eq=False, repr=False)
class Landscape(Shown):
    """The loss around the weights of a network, along two directions drawn at random; `Surface` has the formula.

    `losses` (points, points) are those at `along` (points,) of the first direction, down, and of the second, across; in
    the middle stands the loss at the weights themselves. `rows` is on how many rows they were measured.

    `print` shows a table and the two lines through the middle; `plot` draws with matplotlib.
    """

    along: Floats
    losses: Floats
    rows: int

    @property
    def here(self) -> float:
        """The loss at the weights themselves."""
        middle = len(self.along) // 2
        return float(self.losses[middle, middle])

    def plot(self, ax: Any = None) -> Any:
        """Draw the losses as a map with lines of equal loss, with matplotlib; returns the axes.

        `ax` is where to draw, a new figure where it is None; where losses are far apart the scale is logarithmic.
        Raises MissingExtraError where matplotlib is missing.
        """
        return draw_surface(self.along, self.losses, self.here, ax)

    def parts(self) -> Sequence[Part]:
        """Its table and the lines through the weights."""
        finite = np.where(np.isfinite(self.losses), self.losses, np.inf)
        points = len(self.along)
        low, high = (divmod(int(place), points) for place in (finite.argmin(), finite.argmax()))
        middle = points // 2, points // 2
        rows = [
            [name, f"{self.along[i]:.3g}", f"{self.along[j]:.3g}", f"{self.losses[i, j]:.4g}"]
            for name, (i, j) in {"the weights": middle, "least": low, "largest": high}.items()
        ]
        title = f"The loss around the weights along two random directions, on {self.rows:,} rows"
        table = as_table(title, ("where", "first direction", "second direction", "loss"), rows)
        lines = {"first direction": self.losses[:, middle[1]], "second direction": self.losses[middle[0]]}
        if not all(np.isfinite(line).all() for line in lines.values()):
            return [table]
        ends = f"{self.along[0]:.3g}", f"{self.along[-1]:.3g}"
        return [table, Picture("The loss through the weights", self.along, lines, ends, 0.0, mark_name="weights")]


def landscape_of(
    learnt: Learnt, turns: Turnstile, data: Any, targets: Any, surface: Surface, seed: int
) -> tuple[Landscape, tuple[str, ...]]:
    """The landscape of a network as it stands now, on a copy, and notes on the rows.

    Raises DataError or TargetError for rows that do not fit, SettingError where nothing can be moved.
    """
    rows, notes = given_rows(learnt.contract, data, targets)
    if len(rows) == 0:
        raise DataError("landscape: there are no rows with a target; the loss is measured on one at least")
    learnt.check(rows.targets)
    rows = sample_of(learnt.begun(rows), seed, MOST_ROWS)
    with turns.gate, turns.room, turns.held:
        state = copied(learnt.state)
    losses = surface.losses(learnt.evaluate, learnt.programs.layout, state, rows, seed)
    return Landscape(surface.along, losses, len(rows)), notes
