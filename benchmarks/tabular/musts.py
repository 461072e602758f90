"""What the default for tables must reach, over all sixteen tables, and whether it does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

from tabular.comparison import Figures, ahead, errors, mean_ranks, means, middle, ratios, typical, wins
from tabular.fits import OURS, Fit
from tabular.must import Must
from tabular.other_musts import TUNED, of_calibration, of_coverage, of_tuned, of_uncapped
from tabular.uncapped import UNCAPPED

FIRST: Final = "catboost"  # the rival to beat
WINS, WINS_OF_OTHERS = 12, 14
RATIO, WORST = 0.94, 1.12
TIMES, TIMES_TO_ANSWER = 2.0, 3.0
MINUTES = 20.0
MANY = 5_000  # rows asked about, from which on a time of answering that is kept in hundredths of a second is one


def musts(fits: Sequence[Fit]) -> list[Must]:
    """The musts for our fits and those of the rivals on the same folds."""
    common = compared(fits)
    found = errors(common)
    return [
        *_of_ranks(found), *_of_wins(found), *_of_ratios(found), *_of_times(common),
        *of_uncapped(fits), *of_calibration(common), *of_coverage(common), *of_tuned(fits),
    ]  # fmt: skip


def compared(fits: Sequence[Fit]) -> list[Fit]:
    """The fits on the sixteen tables of systems at their defaults, which ranks, wins, ratios and times are of."""
    return [fit for fit in fits if fit.name != UNCAPPED and fit.system != TUNED]


def _of_ranks(found: Figures) -> Iterator[Must]:
    own = mean_ranks(found)
    if not own:  # the longest table alone was asked for
        return
    best = next(iter(own))
    yield Must("the lowest mean rank", f"{own[OURS]:.2f}, {best} {own[best]:.2f}", best == OURS)
    difference = ahead(found, FIRST)
    if difference is not None:
        told = f"{difference.value:+.2f} ({difference.low:+.2f} to {difference.high:+.2f})"
        yield Must(f"mean rank less {FIRST}'s, with its 95 % interval, below 0", told, difference.high < 0)


def _of_wins(found: Figures) -> Iterator[Must]:
    for rival in sorted({system for own in found.values() for system in own} - {OURS}):
        enough = WINS if rival == FIRST else WINS_OF_OTHERS
        won, of = wins(found, rival)
        yield Must(f"wins against {rival} >= {enough}", f"{won} of {of}", won >= enough)


def _of_ratios(found: Figures) -> Iterator[Must]:
    own = ratios(found, FIRST)
    mean = typical(list(own.values()))
    yield Must(f"geometric mean error <= {RATIO} of {FIRST}'s", f"{mean:.3f}", mean <= RATIO)
    worst = max(own, key=lambda name: own[name], default="")
    told = f"{worst} {own[worst]:.3f}" if worst else "none"
    yield Must(f"no error > {WORST} of {FIRST}'s", told, bool(own) and own[worst] <= WORST)


def _of_times(fits: Sequence[Fit]) -> Iterator[Must]:
    learning = middle(list(ratios(means(fits, lambda fit: fit.fit_s), FIRST).values()))
    yield Must(f"median time of a fit <= {TIMES:g} of {FIRST}'s", f"{learning:.2f}", learning <= TIMES)
    seeds = len({fit.seed for fit in fits if fit.system == OURS})
    minutes = sum(fit.fit_s for fit in fits if fit.system == OURS) / 60 / max(seeds, 1)
    yield Must(f"all fits of a seed within {MINUTES:g} minutes", f"{minutes:.1f}", minutes <= MINUTES)
    large = means([fit for fit in fits if fit.n_test >= MANY], lambda fit: fit.predict_s / fit.n_test)
    answering = middle(list(ratios(large, FIRST).values()))
    what = f"time of an answer <= {TIMES_TO_ANSWER:g} of {FIRST}'s, where {MANY:,} rows or more are asked about"
    yield Must(what, f"{answering:.2f}", not math.isnan(answering) and answering <= TIMES_TO_ANSWER)
