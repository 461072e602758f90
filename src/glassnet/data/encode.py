"""Columns turned into the arrays that a network takes; fitted on the training rows, part of the model.

Centring and scaling happen in float64, whatever the dtype of the network: a column far from zero keeps its meaning. A
standardised value z is bent smoothly towards 8, z / sqrt(1 + (z / 8)^2), so that an extreme value moves nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.numerals import PLAIN, is_code, is_missing
from glassnet.data.schema import ColumnSchema, Kind, Schema, as_written, numbers_of
from glassnet.data.table import Column, Table, counted
from glassnet.errors import SchemaError, nearest

BEND: Final = 8.0
NUMBERS, INPUTS = "numbers", "inputs"  # the names of the inputs that hold several columns
YEAR, WEEK, DAY = 365.2425 * 86400, 7 * 86400, 86400


@dataclass(frozen=True)
class InputSpec:
    """One input of a network: its name, the shape and dtype of a row, its levels where it holds level numbers."""

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
class Scale:
    """How a column of numbers is centred and scaled, and whether its gaps are flagged."""

    mean: float
    deviation: float
    flagged: bool

    @classmethod
    def of(cls, values: npt.NDArray[np.float64]) -> Scale:
        """The scale of a column's known values; one distinct value has deviation 1, whatever its rounding."""
        known = values[~np.isnan(values)]
        if len(known) == 0:
            return cls(0.0, 1.0, flagged=True)
        shift = float(known[0])
        mean = shift + float((known - shift).mean())
        constant = bool((known == known[0]).all())
        off = known - mean
        widest = float(np.abs(off).max()) or 1.0  # taken out, so that no square overflows or vanishes
        deviation = 1.0 if constant else widest * float(np.sqrt(((off / widest) ** 2).mean()))
        return cls(mean, deviation or 1.0, flagged=len(known) < len(values))

    def apply(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The standardised values, 0 (the mean) where one is missing."""
        z = (values - self.mean) / self.deviation
        return np.where(np.isnan(z), 0.0, z / np.hypot(1.0, z / BEND))


@dataclass(frozen=True)
class Encoding:
    """The encoders of the columns of a schema.

    Without `one_hot` the inputs are "numbers" (numbers, truth values, dates, flags of gaps) and one of level numbers
    for each category, 0 standing for a gap or a level never seen. With it there is a single input, "inputs", with a
    column for each level.
    """

    schema: Schema
    scales: Mapping[str, Scale]
    dtype: str
    one_hot: bool

    @classmethod
    def fit(cls, schema: Schema, table: Table, *, dtype: str = "float32", one_hot: bool) -> Encoding:
        """The encoders for the training rows."""
        scales = {
            name: Scale.of(values)
            for column in schema.columns
            if column.kind not in (Kind.CATEGORY, Kind.IGNORED)
            for name, values in _parts(column, numbers_of(column, table.require(column.name), table.source)).items()
        }
        return cls(schema, scales, dtype, one_hot)

    @property
    def inputs(self) -> tuple[InputSpec, ...]:
        """The inputs of a network for these columns."""
        width = len(self.features)
        names = tuple(c.name for c in self.schema.columns if c.kind is not Kind.IGNORED)
        if self.one_hot:
            return (InputSpec(INPUTS, (width,), self.dtype, None, names),)
        numeric = tuple(name for name in names if name not in self._categories)
        specs = [InputSpec(NUMBERS, (width,), self.dtype, None, numeric)] if width else []
        for name, levels in self._categories.items():
            specs.append(InputSpec(_input_name(name), (), "int64", len(levels) + 1, (name,)))
        return tuple(specs)

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the columns of the float input."""
        named = [
            part for name, s in self.scales.items() for part in ([name, f"{name} missing"] if s.flagged else [name])
        ]
        if self.one_hot:
            named += [f"{name}={level}" for name, levels in self._categories.items() for level in levels]
        return tuple(named)

    @property
    def _categories(self) -> dict[str, tuple[str, ...]]:
        return {c.name: c.levels for c in self.schema.columns if c.kind is Kind.CATEGORY}

    def apply(self, table: Table) -> Encoded:
        """The rows of a table as arrays.

        Columns are matched by name (by position where the table has no names); raises SchemaError for missing ones.
        """
        table, notes = self._matched(table)
        blocks: list[npt.NDArray[Any]] = []
        ids: dict[str, npt.NDArray[np.int64]] = {}
        for column in self.schema.columns:
            if column.kind is Kind.IGNORED:
                continue
            values = table.require(column.name)
            if column.kind is Kind.CATEGORY:
                ids[column.name], unseen = _level_numbers(column.levels, values)
                notes += _unseen(column.name, unseen)
                continue
            for name, part in _parts(column, numbers_of(column, values, table.source)).items():
                blocks += self._scaled(name, part)
                gaps = int(np.isnan(part).sum())
                if gaps and not self.scales[name].flagged and name == column.name:
                    notes.append(f"{name}: {counted(gaps, 'missing value')}, none when learnt: the mean stands in")
        if self.one_hot:
            blocks += [block for name, numbers in ids.items() for block in _hot(numbers, len(self._categories[name]))]
            return Encoded({INPUTS: self._joined(blocks, len(table))}, tuple(notes))
        inputs: dict[str, npt.NDArray[Any]] = {_input_name(name): numbers for name, numbers in ids.items()}
        if blocks:
            inputs = {NUMBERS: self._joined(blocks, len(table)), **inputs}
        return Encoded(inputs, tuple(notes))

    def _scaled(self, name: str, values: npt.NDArray[np.float64]) -> list[npt.NDArray[np.float64]]:
        scale = self.scales[name]
        scaled = [scale.apply(values)]
        return [*scaled, np.isnan(values).astype(np.float64)] if scale.flagged else scaled

    def _joined(self, blocks: Sequence[npt.NDArray[Any]], rows: int) -> npt.NDArray[Any]:
        joined = np.empty((rows, len(blocks)), self.dtype)
        for i, block in enumerate(blocks):
            joined[:, i] = block
        return joined

    def _matched(self, table: Table) -> tuple[Table, list[str]]:
        """The table with its columns under the names that were learnt, and a note on the others."""
        wanted = [column.name for column in self.schema.columns]
        if not table.named and not self.schema.named:
            if len(table.names) != len(wanted):
                raise SchemaError(
                    f"{table.source} has {counted(len(table.names), 'column')}; the network learnt {len(wanted)}"
                )
            return Table(dict(zip(wanted, table.columns.values(), strict=True)), table.source, False, table.file), []
        needed = [column.name for column in self.schema.columns if column.kind is not Kind.IGNORED]
        missing = [name for name in needed if name not in table.columns]
        if missing:
            hints = ", ".join(repr(name) + _suggestion(name, table) for name in missing)
            raise SchemaError(
                f"{table.source} lacks {counted(len(missing), 'column')} that the network learnt: "
                f"{hints}. Its columns are {', '.join(map(repr, table.names))}"
            )
        known = {*wanted, *(target.name for target in self.schema.targets)}
        extra = len([name for name in table.names if name not in known])
        return table, [f"{counted(extra, 'column')} that the network did not learn ignored"] if extra else []

    def to_json(self) -> dict[str, Any]:
        """The encoders as plain JSON values; numbers come back exactly."""
        scales = {name: asdict(scale) for name, scale in self.scales.items()}
        return {"schema": self.schema.to_json(), "scales": scales, "dtype": self.dtype, "one_hot": self.one_hot}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Encoding:
        """The encoders that `to_json` wrote."""
        scales = {name: Scale(**scale) for name, scale in document["scales"].items()}
        return cls(Schema.from_json(document["schema"]), scales, document["dtype"], document["one_hot"])


def _suggestion(name: str, table: Table) -> str:
    hint = nearest(name, table.names).removeprefix("; ")
    return f" ({hint})" if hint else ""


def _input_name(column: str) -> str:
    """The input of a category column; a column called "numbers" gets a name of its own."""
    return f"{column} levels" if column in (NUMBERS, INPUTS) else column


def _parts(column: ColumnSchema, values: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[np.float64]]:
    """The numbers that a column gives: itself, and for dates the place in the year, the week and the day as well."""
    if column.kind is not Kind.DATE:
        return {column.name: values}
    parts = {column.name: values}
    for name, period in (("year", YEAR), ("week", WEEK), ("day", DAY)):
        angle = 2 * np.pi * (values % period) / period
        parts[f"{column.name} in the {name} (sin)"] = np.sin(angle)
        parts[f"{column.name} in the {name} (cos)"] = np.cos(angle)
    return parts


def _level_numbers(levels: Sequence[str], column: Column) -> tuple[npt.NDArray[np.int64], dict[str, int]]:
    """The number of each value's level, from 1; 0 for a gap or an unseen one. And how often each unseen one came."""
    places = {level: i for i, level in enumerate(levels, 1)}
    distinct, codes = np.unique(
        column.values.astype(str) if column.kind == "text" else column.values, return_inverse=True
    )
    words = [as_written(value) for value in distinct.tolist()]
    found = np.array([places.get(word, places.get(_as_number(word), 0)) for word in words], np.int64)
    numbers = found[codes] if len(found) else np.zeros(len(column), np.int64)
    numbers[column.missing] = 0
    times = np.bincount(codes[~column.missing], minlength=len(words))
    unseen = {w: int(t) for w, f, t in zip(words, found, times, strict=True) if not f and t and not is_missing(w)}
    return numbers, unseen


def _as_number(word: str) -> str:
    """A text such as "3.0" as the level that the number 3 has."""
    value = None if is_code([word]) else PLAIN.number(word)
    return word if value is None or np.isinf(value) else as_written(value)


def _unseen(name: str, unseen: Mapping[str, int]) -> list[str]:
    if not unseen:
        return []
    shown = ", ".join(map(repr, list(unseen)[:3])) + (", ..." if len(unseen) > 3 else "")
    return [f"{name}: {counted(sum(unseen.values()), 'value')} never seen when learnt ({shown})"]


def _hot(numbers: npt.NDArray[np.int64], levels: int) -> list[npt.NDArray[np.bool_]]:
    return [numbers == level for level in range(1, levels + 1)]
