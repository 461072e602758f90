"""What the default for tables must reach besides ranks, errors and times at its rivals' defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from statistics import fmean
from typing import Final

from tabular.comparison import errors, means, ratios, typical
from tabular.fits import OURS, Fit
from tabular.must import Must
from tabular.uncapped import UNCAPPED

TUNED: Final = "catboost_tuned"
ROWS: Final = 1_000  # beyond which intervals have to hold what they promise
COVERED: Final = (0.88, 0.92)
LONG_RIVAL: Final = "lightgbm"
SECONDS, MIB = 600, 2048
OF_TWENTY: Final = 1.645  # deviations above the mean that one in twenty exceeds
UNKNOWN: Final = "not measured"


def of_calibration(fits: Sequence[Fit]) -> Iterator[Must]:
    """On each table of two classes the calibration error, at or below the best rival's, or no more than chance gives.

    Where ours is one that true answers would show by chance in one run of twenty or more, nothing is left to mend, and
    less is luck.
    """
    told = [fit for fit in fits if fit.task == "binary" and fit.calibration is not None]
    found = means(told, lambda fit: fit.calibration or 0.0)
    for name in _names(fits, lambda fit: fit.task == "binary"):
        what, own = f"calibration error on {name} <= the best rival's, or chance", dict(found.get(name, {}))
        mine = own.pop(OURS, None)
        if mine is None or not own:
            yield Must(what, UNKNOWN, met=False)
            continue
        best = min(own, key=lambda system: own[system])
        chance = _most_by_chance([fit for fit in told if fit.system == OURS and fit.name == name])
        reached = f"{mine:.4f}, {best} {own[best]:.4f}, chance {chance:.4f}"
        yield Must(what, reached, mine <= max(own[best], chance))


def _most_by_chance(fits: Sequence[Fit]) -> float:
    """What the mean calibration error of true answers stays below in nineteen runs of twenty; 0 where it is not known.

    Folds have rows of their own, and seeds the same rows, so that the mean over seeds varies as that of one.
    """
    folds = len({fit.fold for fit in fits})
    if any(fit.chance is None or fit.chance_deviation is None for fit in fits):
        return 0.0
    deviation = fmean((fit.chance_deviation or 0.0) ** 2 for fit in fits) ** 0.5 / folds**0.5
    return fmean(fit.chance or 0.0 for fit in fits) + OF_TWENTY * deviation


def of_coverage(fits: Sequence[Fit]) -> Iterator[Must]:
    """On each table of numbers with over 1,000 rows the share that the intervals hold."""
    low, high = COVERED
    for name in _names(fits, lambda fit: fit.task == "regression" and fit.n_train + fit.n_test > ROWS):
        own = [fit.coverage for fit in fits if fit.system == OURS and fit.name == name]
        known = [share for share in own if share is not None]
        what = f"90 % intervals on {name} hold {low:.0%} to {high:.0%}"
        if len(known) < len(own):
            yield Must(what, UNKNOWN, met=False)
        else:
            yield Must(what, f"{fmean(known):.1%}", low <= fmean(known) <= high)


def of_uncapped(fits: Sequence[Fit]) -> Iterator[Must]:
    """The longest table with all its rows: the error, the time of the slowest fit and the memory of the largest."""
    own = [fit for fit in fits if fit.name == UNCAPPED and fit.system == OURS]
    found = errors(fits).get(UNCAPPED, {})
    error, seconds, memory = (
        f"error on {UNCAPPED} <= {LONG_RIVAL}'s",
        f"seconds of a fit on {UNCAPPED} <= {SECONDS}",
        f"MiB at the peak of a fit on {UNCAPPED} <= {MIB}",
    )
    if own and LONG_RIVAL in found:
        told = f"{found[OURS]:.4f}, {LONG_RIVAL} {found[LONG_RIVAL]:.4f}"
        yield Must(error, told, found[OURS] <= found[LONG_RIVAL])
    else:
        yield Must(error, UNKNOWN, met=False)
    yield _at_most(seconds, [fit.fit_s for fit in own], SECONDS)
    yield _at_most(memory, [fit.peak_mib for fit in own], MIB)


def of_tuned(fits: Sequence[Fit]) -> Iterator[Must]:
    """Our error beside that of a rival which was tuned, on all tables; the geometric mean, as their units differ."""
    capped = [fit for fit in fits if fit.name != UNCAPPED]
    own = ratios(errors(capped), TUNED)
    names = _names(capped, lambda fit: True)
    what, mean = f"geometric mean error <= that of {TUNED}", typical(list(own.values()))
    if not own:
        yield Must(what, UNKNOWN, met=False)
    elif len(own) < len(names):
        yield Must(what, f"{mean:.3f} on {len(own)} of {len(names)} tables", met=False)
    else:
        yield Must(what, f"{mean:.3f}", mean <= 1)


def _names(fits: Sequence[Fit], which: Callable[[Fit], bool]) -> list[str]:
    """The tables of our fits, in their order, that are of this sort."""
    return list(dict.fromkeys(fit.name for fit in fits if fit.system == OURS and which(fit)))


def _at_most(what: str, values: Sequence[float | None], most: float) -> Must:
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return Must(what, UNKNOWN, met=False)
    return Must(what, f"{max(known):.0f}", max(known) <= most)
