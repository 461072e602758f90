"""An explanation: what a network makes of the rows of a table, asked in five ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from glassnet.display.html import as_html
from glassnet.display.parts import as_table
from glassnet.errors import SettingError
from glassnet.explain.attributions import Attributing, Attributions
from glassnet.explain.dependence import Dependence, dependence
from glassnet.explain.importance import Importance, importance
from glassnet.explain.outside import Outside, outside
from glassnet.explain.reasons import in_words
from glassnet.explain.subject import Subject

ASKED: Final[Mapping[str, str]] = {
    "importance()": "which columns the answers depend on",
    "attributions()": "what each column adds to each answer",
    "dependence(column)": "how the answers move with one column",
    "reasons(row)": "what moved one answer, in words",
    "outside()": "which rows the network can only guess at",
}


@dataclass(frozen=True, eq=False)
class Explanation:
    """What a network as it stood when it was asked makes of the rows of a table; `explain` gives it.

    `importance` says which columns its answers depend on, `dependence` how they move with one column, `attributions`
    what each column adds to each answer, `reasons` the same for one row in words, `outside` which rows it can only
    guess at. What they give prints.
    """

    subject: Subject

    def importance(self, metric: str | None = None, repeats: int = 5, seed: int = 0) -> Importance:
        """How much worse the score `metric` gets where one column is shuffled, the mean over `repeats` shufflings.

        score(answers for rows with the column shuffled) - score(answers), or the reverse where higher is better. The
        column of the table is shuffled, so that all that is made of it moves with it. `metric` is one of those of
        `learn`; without it the root mean squared error for numbers, the Brier score for classes. Rows without a target
        are left out, and of more than 2,000 rows a sample by the `seed` is taken.

        Raises TargetError where the rows have no targets, SettingError for a score or repeats that cannot be, and for a
        score that is not finite.

        Sources: Breiman, "Random forests", 2001; Fisher, Rudin and Dominici, "All models are wrong, but many are
        useful", 2019.
        """
        return importance(self.subject, metric, repeats, seed)

    def attributions(self, of: Any = None) -> Attributions:
        """What each column adds to each row's answer, from the answer for the average row on.

        For numbers it is on the target's own scale, `of` naming one of several targets; for classes it is the log-odds
        of the class `of`, or of each row's likeliest. The average row is the mean of the encoded rows of this table;
        it need not be one that could be. The formula and its source are with `Attributing`.

        Raises SettingError for an `of` that was not learnt, and for a network whose answers have no such derivative.
        """
        return self._attributing.of(of, np.arange(len(self.subject)))

    def dependence(self, column: str, values: int = 20, of: Any = None) -> Dependence:
        """The mean answer over the rows where all have the same value in `column`, for several values.

        Numbers and dates are set to at most `values` of their quantiles, categories to their most common levels. The
        answer is that of the target `of`, or the probability of the class `of`: without it the first target, the second
        of two classes, or the class that is likeliest on average. Of more than 2,000 rows a sample is taken.

        Raises SchemaError for a column that was not learnt from, SettingError for values or an `of` that cannot be,
        DataError where no row has a value.

        Source: Friedman, "Greedy function approximation: a gradient boosting machine", 2001.
        """
        return dependence(self.subject, column, values, of)

    def reasons(self, row: int = 0, of: Any = None) -> str:
        """The answer for a row, counted from 0, -1 being the last, and what adds most to it, in words.

        The numbers are those of `attributions`; the largest parts are named, up to 95 % of all, four at most.

        Raises SettingError for a row that there is not.
        """
        rows = len(self.subject)
        if isinstance(row, bool) or not isinstance(row, int | np.integer) or not -rows <= row < rows:
            raise SettingError(f"row={row!r}: expected a whole number from 0 to {rows - 1:,}, or -1 for the last row")
        place = int(row) % rows
        return in_words(self.subject, self._attributing.of(of, np.array([place])), place)

    def outside(self) -> Outside:
        """The values that lie outside what was learnt, each with its row, its column and why.

        A number below the least or above the largest of all rows that were given to `learn`, with the distance as a
        multiple of their range; a level or a word never seen; a gap in a column that had none.
        """
        return outside(self.subject)

    @cached_property
    def _attributing(self) -> Attributing:
        return Attributing(self.subject)

    def _repr_html_(self) -> str:
        """What a notebook shows: what is explained, and what can be asked."""
        return as_html([str(self).partition(":")[0], as_table("Ask it", ("call", "says"), [*ASKED.items()])])

    def __repr__(self) -> str:
        targets = " and ".join(map(repr, self.subject.names))
        return f"Explanation of {targets} on {len(self.subject):,} rows: {', '.join(ASKED)}"
