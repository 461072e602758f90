"""How systems compare over tables: ranks, wins, ratios of errors and of times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean, geometric_mean, median
from typing import NamedTuple, TypeAlias

import numpy as np

from tabular.fits import OURS, Fit

Figures: TypeAlias = Mapping[str, Mapping[str, float]]  # of each table, of each system

DRAWS = 10_000
SHARE = 0.95


class Interval(NamedTuple):
    """An estimate, and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def matching(fits: Iterable[Fit], mine: Iterable[Fit]) -> list[Fit]:
    """The fits of rivals on the folds that ours were run on; a rival that lacks a fold of a table has none of it."""
    folds: dict[str, set[int]] = defaultdict(set)
    for fit in mine:
        folds[fit.name].add(fit.fold)
    found: dict[tuple[str, str], dict[int, Fit]] = defaultdict(dict)
    for fit in fits:
        if fit.system != OURS and fit.fold in folds[fit.name]:
            found[fit.system, fit.name][fit.fold] = fit
    return [fit for (_, name), own in found.items() if own.keys() == folds[name] for fit in own.values()]


def means(fits: Iterable[Fit], what: Callable[[Fit], float]) -> Figures:
    """The mean over the folds (and seeds) of a table, for each system."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for fit in fits:
        found[fit.name][fit.system].append(what(fit))
    return {name: {system: fmean(values) for system, values in own.items()} for name, own in found.items()}


def errors(fits: Iterable[Fit]) -> Figures:
    """The mean error of each system on each table."""
    return means(fits, lambda fit: fit.value)


def spread(fits: Iterable[Fit]) -> dict[str, float]:
    """For each table the standard deviation over our seeds of the mean error, as a part of it; 0 for one seed."""
    found: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for fit in fits:
        if fit.system == OURS:
            found[fit.name][fit.seed].append(fit.value)
    of_seeds = {name: [fmean(values) for values in own.values()] for name, own in found.items()}
    return {name: float(np.std(own)) / fmean(own) for name, own in of_seeds.items()}


def ranks(figures: Mapping[str, float]) -> dict[str, float]:
    """The rank of each system on one table, 1 for the least error; equal errors share the mean of their ranks.

    >>> ranks({"a": 0.3, "b": 0.1, "c": 0.3})
    {'a': 2.5, 'b': 1.0, 'c': 2.5}
    """
    values = list(figures.values())
    return {
        system: sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2
        for system, value in figures.items()
    }


def mean_ranks(found: Figures) -> dict[str, float]:
    """The mean rank of each system over the tables on which it has an error, the lowest first."""
    own: dict[str, list[float]] = defaultdict(list)
    for figures in found.values():
        for system, rank in ranks(figures).items():
            own[system].append(rank)
    return dict(sorted(((system, fmean(each)) for system, each in own.items()), key=lambda item: item[1]))


def ahead(found: Figures, rival: str) -> Interval | None:
    """Our rank less the rival's, over the tables; its interval is that of 10,000 draws of as many tables with return.

    None where there is no table on which the rival has an error.
    """
    pairs = [ranks(figures) for figures in found.values() if rival in figures]
    if not pairs:
        return None
    differences = np.array([each[OURS] - each[rival] for each in pairs])
    drawn = np.random.default_rng(0).integers(0, len(pairs), (DRAWS, len(pairs)))
    low, high = np.quantile(differences[drawn].mean(axis=1), ((1 - SHARE) / 2, (1 + SHARE) / 2))
    return Interval(float(differences.mean()), float(low), float(high))


def wins(found: Figures, rival: str) -> tuple[int, int]:
    """On how many tables our error is below the rival's, and of how many; no result of the rival's is a win."""
    won = [rival not in figures or figures[OURS] < figures[rival] for figures in found.values()]
    return sum(won), len(won)


def ratios(found: Figures, rival: str) -> dict[str, float]:
    """Our figure divided by the rival's, for each table on which it has one above 0."""
    return {name: own[OURS] / own[rival] for name, own in found.items() if own.get(rival)}


def typical(values: Sequence[float]) -> float:
    """The geometric mean of ratios; NaN of none."""
    return geometric_mean(values) if values else float("nan")


def middle(values: Sequence[float]) -> float:
    """The median; NaN of none."""
    return median(values) if values else float("nan")
