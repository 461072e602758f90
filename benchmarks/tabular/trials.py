"""What a search for settings has tried, kept in a file as it goes, so that one that was stopped goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from tabular.folds import FOLDS

WHOLE: Final = -1  # the fold of a fit of the default on all rows, by whose time a search is bounded


@dataclass(frozen=True)
class Trial:
    """One fit of a search on a table: which setting, without which fold, and what came of it.

    `error` is that on the rows left out, `trees` the number that was best there, and `seconds` those of processors,
    which a machine that does other things as well does not lengthen.
    """

    name: str
    setting: int
    fold: int
    error: float
    trees: int
    seconds: float


@dataclass(frozen=True)
class Choice:
    """The setting of the least mean error over all folds, and the mean of the trees that were best in them."""

    setting: int
    trees: int


def chosen(trials: Sequence[Trial]) -> Choice | None:
    """The best of the settings that were tried on all folds; None while there is none.

    >>> tried = [Trial("t", setting, fold, 0.3 - setting / 9, 10 + fold, 1.0) for setting in (0, 1) for fold in range(5)
    ... ]
    >>> chosen(tried), chosen(tried[:-1])
    (Choice(setting=1, trees=12), Choice(setting=0, trees=12))
    """
    of_settings: dict[int, list[Trial]] = defaultdict(list)
    for trial in trials:
        if trial.fold != WHOLE:
            of_settings[trial.setting].append(trial)
    whole = {setting: own for setting, own in of_settings.items() if len(own) == FOLDS}
    if not whole:
        return None
    best = min(whole, key=lambda setting: fmean(trial.error for trial in whole[setting]))
    return Choice(best, max(1, round(fmean(trial.trees for trial in whole[best]))))
