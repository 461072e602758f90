"""A genetic algorithm: a population of candidates, selection, crossover and mutation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassnet.errors import SettingError
from glassnet.optimizers.search import Floats, Losses, Search, SearchResult, as_point
from glassnet.random import as_seed, bits, normal, uniform
from glassnet.settings import check_number, check_whole


@dataclass(frozen=True, eq=False)
class Genetics:
    """The settings of a genetic algorithm.

    `population` candidates live in each of the `generations`. To be a parent, `tournament` of them compete, drawn with
    replacement. A child lies between its parents or beyond them by at most `blend` of their distance. `mutation` is the
    standard deviation of what is added to the first children, as a share of the width of the box; `shrink` multiplies
    it from one generation to the next.
    """

    population: int = 64
    generations: int = 100
    tournament: int = 3
    blend: float = 0.25
    mutation: float = 0.1
    shrink: float = 0.9

    def __post_init__(self) -> None:
        check_whole(self, "population", 2)
        check_whole(self, "generations", 1)
        check_whole(self, "tournament", 1)
        check_number(self, "blend", "[0, inf)")
        check_number(self, "mutation", "[0, inf)")
        check_number(self, "shrink", "(0, 1]")


def genetic(
    losses: Losses, low: npt.ArrayLike, high: npt.ArrayLike, *, seed: int | None = 0, genetics: Genetics | None = None
) -> SearchResult:
    """The least loss that a population found in the box from `low` to `high`.

    The first generation is spread evenly over the box. From each generation comes the next: the best candidate stays as
    it is; every other place goes to a child of two parents x and y, each the best of a tournament:
    child = x + u (y - x) + s z, with u uniform in (-blend, 1 + blend) and z standard normal for each weight, and
    s = mutation x shrink^(generation - 1) x (high - low); what leaves the box is put on its edge. A candidate without a
    finite loss wins against none that has one.

    Arguments: `losses` maps candidates (n, d) to their losses (n,); `low` and `high` (d,) bound each weight; the same
    `seed` gives the same search, None a new one. The path holds the best candidate of each generation that improved it.

    Raises SettingError for bounds or settings out of range, DivergenceError where no loss was finite.
    Source: Holland, "Adaptation in natural and artificial systems", 1975; blend crossover: Eshelman and Schaffer,
    "Real-coded genetic algorithms and interval-schemata", 1993.

    >>> genetic(lambda w: (w[:, 0] - 2) ** 2, -10, 10, seed=1).best.round(3)
    array([2.])
    """
    settings, seed = genetics or Genetics(), as_seed(seed)
    low, high = as_point("low", low), as_point("high", high)
    if low.shape != high.shape or not (low <= high).all():
        raise SettingError(f"low={low.tolist()}, high={high.tolist()}: expected as many of both, and low <= high")
    search = Search(losses)
    people = low + (high - low) * uniform(seed, "genetic: first generation", (settings.population, len(low)))
    scores = search.ask(people)
    for generation in range(1, settings.generations):
        children = _children(settings, people, scores, seed, generation)
        spread = settings.mutation * settings.shrink ** (generation - 1) * (high - low)
        children += spread * normal(seed, f"genetic: mutation {generation}", children.shape)
        best = scores.argmin()
        people = np.concatenate([people[best : best + 1], np.clip(children, low, high)])
        scores = np.concatenate([scores[best : best + 1], search.ask(people[1:])])
    return search.result()


def _children(settings: Genetics, people: Floats, scores: Floats, seed: int, generation: int) -> Floats:
    """A child for each place but the first, (population - 1, d), not yet mutated."""
    count = len(people) - 1
    drawn = bits(seed, f"genetic: tournament {generation}", 2 * count * settings.tournament) % np.uint32(len(people))
    rivals = drawn.reshape(2, count, settings.tournament)
    winners = np.take_along_axis(rivals, scores[rivals].argmin(axis=2)[..., np.newaxis], axis=2)[..., 0]
    x, y = people[winners]
    u = (1 + 2 * settings.blend) * uniform(seed, f"genetic: crossover {generation}", x.shape) - settings.blend
    return np.asarray(x + u * (y - x))
