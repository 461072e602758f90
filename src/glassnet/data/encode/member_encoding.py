"""A table turned into the numbers that the members of an ensemble share: bins, centred levels, target statistics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from glassnet.data.encode.budget import within_budget
from glassnet.data.encode.category import Category
from glassnet.data.encode.column_encoder import Aims, ColumnEncoder, echoes, encoder_of
from glassnet.data.encode.encoders import Array
from glassnet.data.encode.encoding import NUMBERS, Encoded, InputSpec
from glassnet.data.encode.free_text import FreeText
from glassnet.data.encode.gates import Gates
from glassnet.data.encode.match import matched, used
from glassnet.data.encode.mixed import Mixed, Mixing, diagonal
from glassnet.data.encode.ridge import RidgeScore
from glassnet.data.encode.ridge_inputs import feeding, needs_ridge, of_ridge
from glassnet.data.encode.scale import Doubles
from glassnet.data.encode.statistics import Whole
from glassnet.data.encode.summed import Summed
from glassnet.data.schema import Schema
from glassnet.data.table import Table

RIDGE: Final = "ridge"
PIECE: Final = 2048  # rows whose numbers are written together, so that they stay in the nearest caches
FEATURES_OF_A_TERM: Final = 3  # from which on a sum of corners is quicker than the features themselves


@dataclass(frozen=True, eq=False)
class MemberEncoding:
    """The encoders of a table's columns for an ensemble whose members each learn from all folds but one.

    There is one input, "numbers" (rows, features), the same for all members: numbers clipped, beside their bins; truth
    values; dates; categories as centred columns and as what the target was at their levels, free text as what it was
    where its words stood. A row that was learnt from is encoded with its fold, so that statistics of the target are
    those of the other folds; a new one by those of all. A column that held one value gives nothing.

    The columns give at most 2,000 features: else numbers get fewer bins, and then the columns that are related least to
    the target are left out; `notes` say so. Where columns are left out, or there are fewer than 10 rows for one,
    `gates` say which features each fold's members see, as long as the rows are there by which they were found; `gated`
    says that there were some.

    From 10 rows for a column on the answers of a ridge on all columns, whose numbers are not clipped, come last: for
    one output, and for up to 3 that are targets of their own, or where a category has more than 20 levels. As they are,
    not clipped either, they are a second input, "ridge" (rows, outputs). Where folds see other columns there is none.
    """

    schema: Schema
    encoders: Mapping[str, ColumnEncoder]
    ridge: RidgeScore | None
    dtype: str
    notes: tuple[str, ...] = ()
    gated: bool = False
    gates: Gates | None = None

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
        encoders, gates, notes = within_budget(schema, table, Aims(targets, folds, weights))
        foretold = targets if single is None else single
        chosen = gates is not None and not gates.seen.all()  # by targets, of which a ridge for all folds would know
        if chosen or not needs_ridge(encoders, foretold, apart=single is not None or targets.shape[1] == 1):
            return cls(schema, encoders, None, dtype, notes, gates is not None, gates)
        values = {name: encoder.read(table.require(name), table.source)[0] for name, encoder in encoders.items()}
        ridge = RidgeScore.fit(*of_ridge(encoders, values), foretold, folds, weights)
        return cls(schema, encoders, ridge, dtype, notes, gates is not None, gates)

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
    def echoes(self) -> tuple[bool, ...]:
        """For each of them whether it is made of targets and of columns that stand beside it, as a ridge's answers are.

        A row that was learnt from has it from the other folds. What differs from fold to fold, where the columns are
        the same, is due to the targets of the row's own fold, by which members are judged; a line can tell these apart.
        """
        ridge = () if self.ridge is None else (True,) * len(self.ridge.linear)
        return (*(own for encoder in self.encoders.values() for own in echoes(encoder)), *ridge)

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
            notes += met
        for start in range(0, len(table), PIECE):
            piece = slice(start, start + PIECE)
            for name, encoder, into in self._places(numbers[piece]):
                if not isinstance(encoder, Category | FreeText):
                    encoder.write(found[name][piece], into)
        inputs = {NUMBERS: numbers} if self.encoders else {}
        if self.ridge is not None:
            inputs[RIDGE] = self._answered(self.ridge, found, folds, numbers)
        return Encoded(inputs, tuple(notes))

    def _answered(self, ridge: RidgeScore, found: Mapping[str, Any], folds: Whole | None, numbers: Array) -> Array:
        """Put the answers of the ridge among the numbers, and give them as a linear path takes them."""
        answers = ridge.encode(*of_ridge(self.encoders, found), folds)
        ridge.write(answers, numbers[:, numbers.shape[1] - len(ridge.linear) :])
        return self._as_lines(ridge, answers)

    def _as_lines(self, ridge: RidgeScore, answers: Doubles) -> Array:
        """The answers of the ridge as a linear path takes them."""
        lines = np.empty((len(answers), len(ridge.lines)), self.dtype)
        ridge.write_lines(answers, lines)
        return lines

    @cached_property
    def corners(self) -> Array | None:
        """The corners of all columns, (k, features); None where rows are not sums of few of them."""
        if len(self.linear) < FEATURES_OF_A_TERM * self.terms:
            return None
        return diagonal([encoder.corners for encoder in self._all]).astype(self.dtype)

    @property
    def terms(self) -> int:
        """Of how many corners a row is a sum."""
        return sum(encoder.terms for encoder in self._all)

    def mix(self, table: Table) -> tuple[Mixed, Encoded] | None:
        """What `apply` gives for new rows, the numbers as sums of corners; None where these would be no quicker.

        Raises SchemaError as `apply` does.
        """
        if self.corners is None:
            return None
        columns, notes = matched(self.schema, table)
        into = Mixing.of(len(table), self.terms, self.dtype)
        found: dict[str, Any] = {}
        parts = self._parts(into)
        for name, encoder in self.encoders.items():
            found[name], met = encoder.read(columns[name], table.source)
            own, corner = next(parts)
            encoder.mix(found[name], own)
            own.places[...] += corner
            notes += met
        inputs = {}
        if self.ridge is not None:
            answers = self.ridge.encode(*of_ridge(self.encoders, found))
            own, corner = next(parts)
            self.ridge.mix(answers, own)
            own.places[...] += corner
            inputs[RIDGE] = self._as_lines(self.ridge, answers)
        return Mixed(self.corners, *into), Encoded(inputs, tuple(notes))

    def _parts(self, into: Mixing) -> Iterator[tuple[Mixing, int]]:
        """For each encoder its terms of the rows, and its first corner."""
        term = corner = 0
        for encoder in self._all:
            yield into.part(term, encoder.terms), corner
            term, corner = term + encoder.terms, corner + len(encoder.corners)

    def summed(self, table: Table) -> Summed | None:
        """What the columns of new rows add to the answers of the ridge, and its features; None where there is none.

        Raises SchemaError as `apply` does.
        """
        if self.ridge is None:
            return None
        columns, _ = matched(self.schema, table)
        values = {name: encoder.read(columns[name], table.source)[0] for name, encoder in self.encoders.items()}
        levels, numbers = of_ridge(self.encoders, values)
        each = self.ridge.parts(levels, numbers)
        parts = np.zeros((len(table), len(self.encoders), each.shape[2]))
        for place, column in enumerate(feeding(self.encoders, values)[: each.shape[1]]):
            parts[:, column] += each[:, place]
        means = parts.mean(axis=0)
        return Summed(tuple(self.encoders), parts - means, *self._of_sums(self.ridge, means.sum(axis=0)[None]))

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
        own = {"encoders": encoders, "ridge": ridge, "dtype": self.dtype, "notes": list(self.notes)}
        return own | ({"gated": True} if self.gated else {})

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
        return cls(schema, encoders, ridge, document["dtype"], tuple(document["notes"]), document.get("gated", False))
