"""A table turned into the arrays that a network takes: the encoders of all its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.encode.encoders import Moment, NumberEncoder, Quantity, Truth
from glassnet.data.encode.hashed_text import HashedText
from glassnet.data.encode.levels import Hot, Levels
from glassnet.data.encode.match import matched, used
from glassnet.data.encode.scale import Doubles
from glassnet.data.schema import ColumnSchema, Kind, Schema
from glassnet.data.table import Table

Encoders: TypeAlias = Mapping[str, NumberEncoder | Levels]

NUMBERS, INPUTS = "numbers", "inputs"  # the inputs that hold several columns
TAKEN: Final = (NUMBERS, INPUTS, "target", "row weight")  # names of other inputs of a program
WITH_NUMBERS: Final[Mapping[Kind, type[Quantity | Truth | Moment | HashedText]]] = {
    Kind.NUMBER: Quantity,
    Kind.BOOLEAN: Truth,
    Kind.DATE: Moment,
    Kind.TEXT: HashedText,
}


@dataclass(frozen=True)
class InputSpec:
    """One input of a network: its name, the shape and dtype of a row, the columns of the table that feed it.

    `levels` is how many numbers of levels it can hold, 0 among them, or None where it holds no such numbers.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    levels: int | None
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Encoded:
    """Arrays by the name of an input, and notes on what was met in the rows."""

    inputs: Mapping[str, npt.NDArray[Any]]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Encoding:
    """The encoders of a table's columns, fitted on the training rows.

    Without `one_hot` the inputs are "numbers" (rows, features), with numbers, truth values, dates and flags of gaps,
    and one for each category (rows,), with numbers of levels, 0 for a gap or a level never seen. With `one_hot` there
    is one input, "inputs" (rows, features), with a column for each level as well.
    """

    schema: Schema
    encoders: Encoders
    dtype: str
    one_hot: bool

    @classmethod
    def fit(
        cls, schema: Schema, table: Table, weights: Doubles | None = None, *, dtype: str = "float32", one_hot: bool
    ) -> Encoding:
        """The encoders for the training rows in `table`; statistics are taken in float64.

        `weights` (rows,) are above 0: a row of weight 2 counts as the row twice. Without them each counts once.
        """
        encoders: dict[str, NumberEncoder | Levels] = {}
        for column in used(schema):
            values = table.require(column.name)
            if column.kind is Kind.CATEGORY:
                encoders[column.name] = Hot.fit(column, values, weights) if one_hot else Levels.fit(column, values)
            else:
                encoders[column.name] = _encoder_of(column).fit(column, values, table.source, weights)
        return cls(schema, encoders, dtype, one_hot)

    @property
    def inputs(self) -> tuple[InputSpec, ...]:
        """The inputs of a network for these columns."""
        mixed = tuple(name for name, encoder in self.encoders.items() if not isinstance(encoder, Levels))
        name = INPUTS if self.one_hot else NUMBERS
        specs = [InputSpec(name, (len(self.features),), self.dtype, None, mixed)] if mixed else []
        for column, encoder in self.encoders.items():
            if isinstance(encoder, Levels):
                specs.append(InputSpec(self._names[column], (), "int64", encoder.count, (column,)))
        return tuple(specs)

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the columns of the input of numbers."""
        return tuple(
            feature
            for encoder in self.encoders.values()
            if not isinstance(encoder, Levels)
            for feature in encoder.features
        )

    @property
    def _names(self) -> dict[str, str]:
        """The input of each category: its column's name, or another where that is taken."""
        names: dict[str, str] = {}
        for column, encoder in self.encoders.items():
            if isinstance(encoder, Levels):
                name = column
                while name in TAKEN or (name != column and name in self.encoders):
                    name += " levels"
                names[column] = name
        return names

    def apply(self, table: Table) -> Encoded:
        """The rows of a table as arrays, centred and scaled in float64 and then cast.

        Columns are matched by name, by position where the table or the one that was learnt has no names. Raises
        SchemaError for columns that are missing, for another number of unnamed columns, and for a value that cannot be
        read as it was learnt.
        """
        columns, notes = matched(self.schema, table)
        inputs: dict[str, npt.NDArray[Any]] = {}
        if self.features:
            numbers = np.empty((len(table), len(self.features)), self.dtype)
            inputs[INPUTS if self.one_hot else NUMBERS] = numbers
        place = 0
        for name, encoder in self.encoders.items():
            if isinstance(encoder, Levels):
                inputs[self._names[name]], met = encoder.number(columns[name])
            else:
                values, met = encoder.read(columns[name], table.source)
                width = len(encoder.features)
                encoder.write(values, numbers[:, place : place + width])
                place += width
            notes += met
        return Encoded(inputs, tuple(notes))

    def to_json(self) -> dict[str, Any]:
        """The encoders as plain JSON values, without the schema; numbers come back exactly."""
        encoders = {name: encoder.to_json() for name, encoder in self.encoders.items()}
        return {"encoders": encoders, "dtype": self.dtype, "one_hot": self.one_hot}

    @classmethod
    def from_json(cls, document: Mapping[str, Any], schema: Schema) -> Encoding:
        """The encoders that `to_json` wrote, for their schema."""
        encoders: dict[str, NumberEncoder | Levels] = {}
        for column in used(schema):
            own = document["encoders"][column.name]
            if column.kind is Kind.CATEGORY:
                kind = Hot if document["one_hot"] else Levels
                encoders[column.name] = kind.from_json(column, own)
            else:
                encoders[column.name] = _encoder_of(column).from_json(column, own)
        return cls(schema, encoders, document["dtype"], document["one_hot"])


def _encoder_of(column: ColumnSchema) -> type[Quantity | Truth | Moment | HashedText]:
    """The encoder of a column: that of its kind, and that of dates for numbers which go round."""
    return Moment if column.cycle else WITH_NUMBERS[column.kind]
