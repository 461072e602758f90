"""The loss around the weights of a network, along two directions drawn at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array
from glassnet.engines.engine import Executable
from glassnet.errors import SettingError
from glassnet.random import normal
from glassnet.settings import check_number, check_whole, refusal
from glassnet.training.layout import Layout, State
from glassnet.training.loop import mean_loss
from glassnet.training.recovery import copied
from glassnet.training.rows import Rows

Floats = npt.NDArray[np.float64]

FEWEST: Final = 3  # points along a direction: one on each side of the weights
MATRIX: Final = 2  # the axes of a parameter that has filters, at least


@dataclass(frozen=True)
class Surface:
    """The loss L at the weights w, moved along two directions d and e by as much as `span` to both sides.

    f(a, b) = L(w + a d + b e)        a, b from -span to span, at `points` values each

    Each direction is drawn from the standard normal distribution, and then each filter of it, which is all weights that
    lead into one output, is scaled to the length of the same filter of w: without that, a network of small weights
    would look sharper than the same network with large ones. Biases and other parameters of one axis stay as they are.

    Raises SettingError for an even number of points, which would leave the weights themselves out, and for a span that
    is not above 0.

    Source: Li, Xu, Taylor, Studer and Goldstein, "Visualizing the loss landscape of neural nets", 2018, section 4.
    """

    points: int
    span: float

    def __post_init__(self) -> None:
        check_whole(self, "points", FEWEST)
        check_number(self, "span", "(0, inf)")
        if self.points % 2 == 0:
            raise refusal(self, "points", "an odd number, so that the weights themselves are among them")

    @property
    def along(self) -> Floats:
        """How far the weights are moved along a direction, (points,)."""
        half = self.points // 2
        return np.arange(-half, half + 1, dtype=np.float64) * (self.span / half)

    def losses(self, evaluate: Executable, layout: Layout, state: State, rows: Rows, seed: int) -> Floats:
        """The losses, (points, points): of the first direction down, of the second across. The state stays as it is.

        Raises SettingError where no parameter has a filter.
        """
        first, second = (directions(layout, state, seed, which) for which in ("first", "second"))
        moved = copied(state)
        found = np.empty((self.points, self.points))
        for i, a in enumerate(self.along):
            for j, b in enumerate(self.along):
                for name, direction in first.items():
                    moved[name][...] = state[name] + a * direction + b * second[name]
                found[i, j] = mean_loss(evaluate, moved, rows)
        return found


def directions(layout: Layout, state: State, seed: int, which: str) -> dict[str, Array]:
    """A direction for each group of parameters, (size,), each filter of it as long as that of the weights.

    Raises SettingError where no parameter has a filter.
    """
    found = {group.name: np.zeros(group.size) for group in layout.groups}
    filters = False
    for group in layout.groups:
        for place in group.places:
            if len(place.shape) - place.batch >= MATRIX:
                filters = True
                drawn = normal(seed, f"{which} direction of {place.name}", place.shape)
                place.of(found[group.name])[...] = _scaled(drawn, place.of(state[group.name]), place.batch)
    if not filters:
        raise SettingError(
            "landscape: no layer has weights of two axes or more, which are moved; there is nothing to see"
        )
    return found


def _scaled(drawn: Array, weights: Array, batch: int) -> Array:
    """What was drawn, each filter as long as that of the weights: all axes but the first `batch` and the last."""
    axes = tuple(range(batch, weights.ndim - 1))
    lengths = [np.sqrt((values.astype(np.float64) ** 2).sum(axis=axes, keepdims=True)) for values in (weights, drawn)]
    scaled: Array = drawn * (lengths[0] / lengths[1])
    return scaled
