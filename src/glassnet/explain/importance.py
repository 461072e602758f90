"""How much worse answers get where a column is shuffled: permutation importance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.display.drawing import as_axes
from glassnet.display.parts import Part, as_table
from glassnet.display.pictures import as_bar
from glassnet.display.shown import Shown
from glassnet.errors import SettingError, TargetError
from glassnet.explain.subject import Floats, Subject, some_of, with_column
from glassnet.explain.together import Pair, pairs
from glassnet.explain.written import in_short
from glassnet.metrics.table import find
from glassnet.random import as_seed, permutation

FEWEST: Final = 2  # repeats, of which a standard error can be taken
SHOWN: Final = 10  # pairs of columns in words


@dataclass(frozen=True, eq=False, repr=False)
class Importance(Shown):
    """How much worse a score gets where one column is shuffled, the column of the largest mean first.

    `means` and their standard errors `errors`, (columns,), are over the repeats; `columns` are the names. `metric` is
    the name of the score, `score` its value without shuffling, `rows` how many rows of how many were looked at, in
    words. `together` are pairs of columns that go together: where one is shuffled, the other still says what it said,
    so that both may look less important than they are.
    """

    columns: tuple[str, ...]
    means: Floats
    errors: Floats
    metric: str
    score: float
    rows: str
    repeats: int
    together: tuple[Pair, ...]

    def plot(self, ax: Any = None) -> Any:
        """Draw a bar for each column, with its standard error, with matplotlib; returns the axes.

        `ax` is where to draw, a new figure where it is None. Raises MissingExtraError where matplotlib is missing.
        """
        ax = as_axes(ax)
        ax.barh(self.columns[::-1], self.means[::-1], xerr=self.errors[::-1])
        ax.set(xlabel=f"{self.metric}: worse by, where the column is shuffled")
        return ax

    def parts(self) -> Sequence[Part]:
        """Its tables and words."""
        largest = float(np.abs(self.means).max())
        rows = [
            [name, in_short(mean), f"{error:.2g}", as_bar(mean, largest)]
            for name, mean, error in zip(self.columns, self.means, self.errors, strict=True)
        ]
        title = f"How much worse {self.metric} gets where a column is shuffled; as it is: {in_short(self.score)}"
        table = as_table(title, ("column", "worse by", "standard error", ""), rows)
        said = [f"{self.rows[0].upper()}{self.rows[1:]}, shuffled {self.repeats} times.", *self._notes()]
        return [table, "\n".join(said)]

    def _notes(self) -> list[str]:
        if not self.together:
            return []
        shown = [f"{one!r} and {other!r} ({value:.2f})" for one, other, value in self.together[:SHOWN]]
        left = len(self.together) - SHOWN
        return [
            f"Columns that go together, with their rank correlation: {', '.join(shown)}"
            f"{f' and {left} more pairs' if left > 0 else ''}. Shuffling one of a pair says little: the other stays."
        ]


def importance(subject: Subject, metric: str | None, repeats: int, seed: int) -> Importance:
    """The importance of each column; see `Explanation.importance`."""
    if isinstance(repeats, bool) or not isinstance(repeats, int | np.integer) or repeats < FEWEST:
        raise SettingError(f"repeats={repeats!r}: expected a whole number of at least {FEWEST}")
    metric, seed = subject.metric_of(metric), as_seed(seed)
    there = _with_targets(subject)
    sampled = there.sample(seed)
    known = sampled.known
    assert known is not None  # of rows with targets
    score = _finite(metric, subject.score(metric, known, sampled.asked(sampled.table)))
    sign = -1.0 if find(metric).higher_is_better else 1.0
    worse = np.empty((len(subject.columns), repeats))
    for place, column in enumerate(subject.columns):
        values = sampled.table.columns[column.name]
        for repeat in range(repeats):
            order = permutation(seed, f"shuffled {column.name}", len(sampled), epoch=repeat)
            answers = sampled.asked(with_column(sampled.table, column.name, values.take(order)))
            worse[place, repeat] = sign * (_finite(metric, subject.score(metric, known, answers)) - score)
    means, errors = worse.mean(axis=1), worse.std(axis=1, ddof=1) / np.sqrt(repeats)
    order = np.argsort(-means, kind="stable")
    names = tuple(subject.columns[i].name for i in order)
    rows = some_of(len(sampled), len(there))
    return Importance(names, means[order], errors[order], metric, score, rows, int(repeats), pairs(sampled))


def _with_targets(subject: Subject) -> Subject:
    """The rows that have a target; raises TargetError where none has."""
    known = subject.known
    if known is None:
        raise TargetError(
            f"importance: the rows have no target {' and '.join(map(repr, subject.names))}, which scores need; give a "
            f"table that holds it, or explain(table, targets)"
        )
    there = known >= 0 if known.ndim == 1 else np.isfinite(known).all(axis=1)
    if not there.any():
        raise TargetError(f"importance: none of the {len(known):,} rows has a target; scores need one at least")
    return subject if there.all() else subject.take(np.flatnonzero(there))


def _finite(metric: str, score: float) -> float:
    """The score; raises SettingError where it is no finite number, as the log loss of one wrong certainty is."""
    if not np.isfinite(score):
        raise SettingError(f"importance: {metric} comes to {score}; choose another, such as metric='brier'")
    return score
