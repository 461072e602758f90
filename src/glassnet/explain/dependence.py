"""How answers move with one column while all others stay as they are: partial dependence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.limits import values_of
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.display.drawing import as_axes
from glassnet.display.parts import Part, Picture, as_table
from glassnet.display.pictures import as_bar
from glassnet.display.shown import Shown
from glassnet.errors import DataError, SettingError
from glassnet.explain.subject import Floats, Subject, some_of, with_column
from glassnet.explain.written import as_value, in_short

FEWEST: Final = 2  # values at which the column is set
QUANTILES: Final = (0.1, 0.9)  # of the rows' own answers, beside their mean
SEED: Final = 0  # of the rows that are sampled


@dataclass(frozen=True, eq=False, repr=False)
class Dependence(Shown):
    """The mean answer where all rows have one value in a column, for several values.

    `values` are as they are written; `places`, (values,), are their numbers, seconds for dates, and 0, 1, 2, ... for
    categories, the most common first. `means` (values,) are the mean answers, `low` and `high` the quantiles of 10 and
    90 % of the rows' own answers. `of` is the target, or the class whose probability is meant. `rows` says how many
    rows of how many were looked at; `unit` is that of the answers, "" where they have none.
    """

    column: str
    values: tuple[str, ...]
    places: Floats
    means: Floats
    low: Floats
    high: Floats
    of: Any
    kind: Kind
    classes: bool
    rows: str
    unit: str = ""

    def plot(self, ax: Any = None) -> Any:
        """Draw the means, and between which answers 80 % of the rows lie, with matplotlib; returns the axes.

        `ax` is where to draw, a new figure where it is None. Raises MissingExtraError where matplotlib is missing.
        """
        ax = as_axes(ax)
        if self._in_order:
            places: Any = self.places
            if self.kind is Kind.DATE:
                places = np.round(self.places).astype("datetime64[s]")
            ax.plot(places, self.means, label="mean")
            ax.fill_between(places, self.low, self.high, alpha=0.3, label="10 to 90 % of the rows")
            ax.legend()
        else:
            spread = np.abs(np.stack([self.low, self.high]) - self.means)
            ax.errorbar(range(len(self.values)), self.means, yerr=spread, fmt="o")
            ax.set_xticks(range(len(self.values)), self.values)
        if self.kind is not Kind.NUMBER:
            ax.tick_params(axis="x", rotation=30)  # words and dates find no room side by side
        ax.set(xlabel=self.column, ylabel=self._what)
        return ax

    @property
    def _in_order(self) -> bool:
        return self.kind in (Kind.NUMBER, Kind.DATE)

    @property
    def _what(self) -> str:
        if self.classes:
            return f"probability of {self.of!r}"
        return f"{self.of} in {self.unit}" if self.unit else str(self.of)

    def parts(self) -> Sequence[Part]:
        """Its tables and words."""
        largest = float(np.abs(self.means).max())
        numbers = zip(self.values, self.means, self.low, self.high, strict=True)
        rows = [
            [value, *map(in_short, three), *([] if self._in_order else [as_bar(three[0], largest)])]
            for value, *three in numbers
        ]
        headers = (self.column, "mean", "10 %", "90 %", *([] if self._in_order else [""]))
        title = f"{self._what} where all rows have one value of {self.column!r} ({self.rows})"
        table = as_table(title, headers, rows, len(rows))
        if not self._in_order:
            return [table]
        ends = (self.values[0], self.values[-1])
        return [
            table,
            Picture(f"The mean {self._what} against {self.column!r}", self.places, {"mean": self.means}, ends),
        ]


def dependence(subject: Subject, column: str, values: int, of: Any) -> Dependence:
    """The dependence on a column; see `Explanation.dependence`."""
    schema = subject.column(column)
    if isinstance(values, bool) or not isinstance(values, int | np.integer) or values < FEWEST:
        raise SettingError(f"values={values!r}: expected a whole number of at least {FEWEST}")
    goal = subject.goal(of)
    own = subject.table.columns[column]
    numbers = values_of(schema, own, subject.table.source)
    held = _rows_with_values(schema, numbers, int(values))
    sampled = subject.sample(SEED)
    curves = []
    for row in held.tolist():
        constant = own.take(np.full(len(sampled), row))
        curves.append(sampled.asked(with_column(sampled.table, column, constant)))
    answers = np.stack(curves)  # (values, rows, outputs)
    place = _class_of(answers) if goal is None else goal
    chosen = answers[:, :, place]
    low, high = np.quantile(chosen, QUANTILES, axis=1)
    in_order = schema.kind in (Kind.NUMBER, Kind.DATE)
    return Dependence(
        column, tuple(as_value(schema, own, row) for row in held.tolist()),
        numbers[held] if in_order else np.arange(len(held), dtype=np.float64), chosen.mean(axis=1), low, high,
        (subject.names if subject.labels is None else subject.labels)[place], schema.kind, subject.labels is not None,
        some_of(len(sampled), len(subject)), subject.unit(place),
    )  # fmt: skip


def _rows_with_values(schema: ColumnSchema, numbers: Floats, count: int) -> npt.NDArray[np.int64]:
    """A row for each of at most `count` values of a column: quantiles of numbers, the most common levels.

    Raises DataError where no row has a value.
    """
    finite = np.flatnonzero(np.isfinite(numbers))
    distinct, first, counts = np.unique(numbers[finite], return_index=True, return_counts=True)
    if len(distinct) == 0:
        raise DataError(f"dependence: none of the {len(numbers):,} rows has a value of {schema.name!r}")
    rows = finite[first]
    if schema.kind in (Kind.NUMBER, Kind.DATE):
        if len(distinct) > count:
            wanted = np.quantile(numbers[finite], np.linspace(0, 1, count), method="inverted_cdf")
            rows = rows[np.unique(np.searchsorted(distinct, wanted))]
        return np.asarray(rows)
    return np.asarray(rows[np.argsort(-counts, kind="stable")[:count]])


def _class_of(answers: Floats) -> int:
    """The class that is shown where none is asked for: the second of two, else the one that is likeliest on average."""
    return 1 if answers.shape[2] == 2 else int(answers.mean(axis=(0, 1)).argmax())
