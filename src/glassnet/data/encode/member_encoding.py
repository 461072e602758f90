"""A table turned into the numbers that the members of an ensemble share: bins, centred levels, target statistics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.data.encode.budget import within_budget
from glassnet.data.encode.category import Category
from glassnet.data.encode.column_encoder import Aims, ColumnEncoder, encoder_of
from glassnet.data.encode.encoders import Array
from glassnet.data.encode.encoding import NUMBERS, Encoded, InputSpec
from glassnet.data.encode.free_text import FreeText
from glassnet.data.encode.match import matched, used
from glassnet.data.encode.ridge import RidgeScore
from glassnet.data.encode.scale import Doubles
from glassnet.data.encode.statistics import Whole
from glassnet.data.encode.summed import Summed
from glassnet.data.schema import Schema
from glassnet.data.table import Table

RIDGE: Final = "ridge"
MANY_LEVELS: Final = 20  # of a category, above which a ridge serves more than one output
ROWS_OF_A_COLUMN: Final = 10  # below which a ridge learns rows by heart
MOST_OUTPUTS, MOST_NUMBERS = 3, 256  # of a ridge


@dataclass(frozen=True, eq=False)
class MemberEncoding:
    """The encoders of a table's columns for an ensemble whose members each learn from all folds but one.

    There is one input, "numbers" (rows, features), the same for all members: numbers clipped, beside their bins; truth
    values; dates; categories as centred columns and as what the target was at their levels, free text as what it was
    where its words stood. A row that was learnt from
    is encoded with its fold, so that statistics of the target are those of the other folds; a new one by those of all.
    A column that held one value gives nothing. The columns give at most 2,000 features: else numbers get fewer bins,
    and then the columns that are related least to the target are left out; `notes` say so. From 10 rows for a column on
    the answers of a ridge on all columns, whose numbers are not clipped, come last: for one output, and for up to 3
    that are targets of their own, or where a category has more than 20 levels. As they are, not clipped either, they
    are a second input, "ridge" (rows, outputs).
    """

    schema: Schema
    encoders: Mapping[str, ColumnEncoder]
    ridge: RidgeScore | None
    dtype: str
    notes: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls,
        schema: Schema,
        table: Table,
        targets: Doubles,
        folds: Whole,
        weights: Doubles | None = None,
        *,
        single: Doubles | None = None,
        dtype: str = "float32",
    ) -> MemberEncoding:
        """The encoders for the training rows in `table`; statistics are taken in float64.

        `targets` (rows, outputs) are standardised numbers, or a column of 0 and 1 for each class, one alone where there
        are two. `folds` (rows,) are those of the rows, from 0. `weights` (rows,) are above 0: a row of weight 2 counts
        as the row twice. Without them each counts once. Of several targets of different kinds, `single` (rows, outputs)
        are those of one output, which a ridge then foretells, up to 3; by default it is all of `targets`.
        """
        encoders, notes = within_budget(schema, table, Aims(targets, folds, weights))
        plain = cls(schema, encoders, None, dtype, notes)
        foretold = targets if single is None else single
        if not plain._needs_ridge(foretold, apart=single is not None or targets.shape[1] == 1):
            return plain
        values = {name: encoder.read(table.require(name), table.source)[0] for name, encoder in encoders.items()}
        return cls(schema, encoders, RidgeScore.fit(*plain._of_ridge(values), foretold, folds, weights), dtype, notes)

    def _needs_ridge(self, targets: Doubles, *, apart: bool) -> bool:
        """Whether a ridge tells what the columns by themselves do not: the effects of many levels, or long tails.

        The outputs are those of targets `apart`, or of the classes of one.
        """
        rows, outputs = targets.shape
        if not 1 <= outputs <= MOST_OUTPUTS or not 0 < ROWS_OF_A_COLUMN * len(self.encoders) <= rows:
            return False
        return apart or any(
            isinstance(encoder, Category) and encoder.targets is not None and encoder.seen > MANY_LEVELS
            for encoder in self.encoders.values()
        )

    def _of_ridge(self, values: Mapping[str, Any]) -> tuple[list[Whole], Doubles]:
        """The levels of each category, and the numbers beside them, that a ridge takes of the rows as they were read.

        Of more than 256 columns of numbers it takes none.
        """
        rows = len(next(iter(values.values())))
        levels = [values[name] for name, encoder in self.encoders.items() if isinstance(encoder, Category)]
        others = {name: encoder for name, encoder in self.encoders.items() if not isinstance(encoder, Category)}
        if len(others) > MOST_NUMBERS:
            return levels, np.empty((0, rows))
        numbers = [line for name, encoder in others.items() for line in encoder.lines(values[name])]
        return levels, np.stack(numbers) if numbers else np.empty((0, rows))

    @property
    def inputs(self) -> tuple[InputSpec, ...]:
        """The inputs of a network for these columns; none where each held one value."""
        width, columns = len(self.linear), tuple(self.encoders)
        if not width:
            return ()
        numbers = InputSpec(NUMBERS, (width,), self.dtype, None, columns)
        if self.ridge is None:
            return (numbers,)
        return (numbers, InputSpec(RIDGE, (len(self.ridge.lines),), self.dtype, None, columns))

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the columns of the input."""
        return tuple(feature for encoder in self._all for feature in encoder.features)

    @property
    def linear(self) -> tuple[bool, ...]:
        """For each of them whether it is no bin."""
        return tuple(own for encoder in self._all for own in encoder.linear)

    @property
    def _all(self) -> tuple[ColumnEncoder | RidgeScore, ...]:
        return (*self.encoders.values(), *(() if self.ridge is None else (self.ridge,)))

    def apply(self, table: Table, folds: Whole | None = None) -> Encoded:
        """The rows of a table as an array, computed in float64 and then cast.

        `folds` (rows,) are those of the rows that were learnt from, -1 for others; without them all rows are new.
        Columns are matched by name, by position where the table or the one that was learnt has no names. Raises
        SchemaError for columns that are missing, for another number of unnamed columns, and for a value that cannot be
        read as it was learnt.
        """
        columns, notes = matched(self.schema, table)
        numbers = np.empty((len(table), len(self.linear)), self.dtype)
        found: dict[str, Any] = {}
        for name, encoder, into in self._places(numbers):
            found[name], met = encoder.read(columns[name], table.source)
            if isinstance(encoder, Category | FreeText):
                encoder.write(found[name], into, folds)
            else:
                encoder.write(found[name], into)
            notes += met
        inputs = {NUMBERS: numbers} if self.encoders else {}
        if self.ridge is not None:
            inputs[RIDGE] = self._answered(self.ridge, found, folds, numbers)
        return Encoded(inputs, tuple(notes))

    def _answered(self, ridge: RidgeScore, found: Mapping[str, Any], folds: Whole | None, numbers: Array) -> Array:
        """Put the answers of the ridge among the numbers, and give them as a linear path takes them."""
        answers = ridge.encode(*self._of_ridge(found), folds)
        ridge.write(answers, numbers[:, numbers.shape[1] - len(ridge.linear) :])
        lines = np.empty((len(numbers), len(ridge.lines)), self.dtype)
        ridge.write_lines(answers, lines)
        return lines

    def summed(self, table: Table) -> Summed | None:
        """What the columns of new rows add to the answers of the ridge, and its features; None where there is none.

        Raises SchemaError as `apply` does.
        """
        if self.ridge is None:
            return None
        columns, _ = matched(self.schema, table)
        values = {name: encoder.read(columns[name], table.source)[0] for name, encoder in self.encoders.items()}
        levels, numbers = self._of_ridge(values)
        each = self.ridge.parts(levels, numbers)
        parts = np.zeros((len(table), len(self.encoders), each.shape[2]))
        for place, column in enumerate(self._feeding(values)[: each.shape[1]]):
            parts[:, column] += each[:, place]
        means = parts.mean(axis=0)
        return Summed(tuple(self.encoders), parts - means, *self._of_sums(self.ridge, means.sum(axis=0)[None]))

    def _feeding(self, values: Mapping[str, Any]) -> list[int]:
        """For each category, then each number that a ridge takes, the place of its column."""
        kinds = list(enumerate(self.encoders.items()))
        levels = [place for place, (_, encoder) in kinds if isinstance(encoder, Category)]
        return levels + [
            place
            for place, (name, encoder) in kinds
            if not isinstance(encoder, Category)
            for _ in encoder.lines(values[name])
        ]

    def _of_sums(self, ridge: RidgeScore, answers: Doubles) -> tuple[dict[str, Whole], dict[str, Array]]:
        """For each input which answer each feature shows, -1 for one of a column; and the features of `answers`."""
        own = len(self.linear) - len(ridge.linear)
        means = {NUMBERS: np.zeros((1, len(self.linear))), RIDGE: np.zeros(answers.shape)}
        ridge.write(answers, means[NUMBERS][:, own:])
        ridge.write_lines(answers, means[RIDGE])
        feeds = {NUMBERS: np.append(np.full(own, -1), ridge.feeds), RIDGE: np.arange(answers.shape[1])}
        return feeds, {name: each[0] for name, each in means.items()}

    def _places(self, numbers: Array) -> Iterator[tuple[str, ColumnEncoder, Array]]:
        """Each column, its encoder, and its part of the array."""
        place = 0
        for name, encoder in self.encoders.items():
            width = len(encoder.linear)
            yield name, encoder, numbers[:, place : place + width]
            place += width

    def to_json(self) -> dict[str, Any]:
        """The encoders as plain JSON values, without the schema; numbers come back exactly."""
        ridge = None if self.ridge is None else self.ridge.to_json()
        encoders = {name: encoder.to_json() for name, encoder in self.encoders.items()}
        return {"encoders": encoders, "ridge": ridge, "dtype": self.dtype, "notes": list(self.notes)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any], schema: Schema) -> MemberEncoding:
        """The encoders that `to_json` wrote, for their schema."""
        written = document["encoders"]
        encoders = {
            column.name: encoder_of(column).from_json(column, written[column.name])
            for column in used(schema)
            if column.name in written
        }
        ridge = None if document["ridge"] is None else RidgeScore.from_json(document["ridge"])
        return cls(schema, encoders, ridge, document["dtype"], tuple(document["notes"]))
