"""What a network of a stream takes and gives: dictionaries whose columns, and classes, come and go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Self

import numpy as np
import numpy.typing as npt

from glassnet.data.answers import like
from glassnet.data.contract import GIVEN, Array
from glassnet.data.frames import as_table
from glassnet.data.growing import GrowingColumns, Room
from glassnet.data.table import Table
from glassnet.data.target_scale import TargetScale
from glassnet.errors import DataError, TargetError, nearest, short

ROW: Final = "row"  # the input of the network


@dataclass(eq=False)
class StreamContract:
    """The columns and classes seen so far, and the room that the network has for more.

    `classes` are the labels in the order of their coming, None for numbers as targets; `scale` says what numbers of
    the network stand for. `outputs` is the room for classes, 1 for numbers.
    """

    kind: ClassVar[str] = "stream"
    one_shape: ClassVar[bool] = False
    over_time: ClassVar[bool] = False
    of_steps: ClassVar[bool] = False

    room: Room
    outputs: int
    dtype: str
    classes: list[Any] | None
    columns: GrowingColumns = field(default_factory=GrowingColumns)
    scale: TargetScale | None = None

    @property
    def labels(self) -> tuple[Any, ...] | None:
        """The classes seen so far, or None for numbers."""
        return None if self.classes is None else tuple(self.classes)

    @property
    def names(self) -> tuple[str, ...]:
        """Targets come beside the dictionaries and have no name: "target"."""
        return (GIVEN,)

    @property
    def notes(self) -> tuple[str, ...]:
        """Nothing: what a stream holds is seen as it comes."""
        return ()

    def examples(self, data: Any) -> Any:
        """The data as they are."""
        return data

    def inputs(self, data: Any) -> tuple[dict[str, Array], tuple[str, ...]]:
        """The rows of a table as the network takes them; raises DataError for data that are no table."""
        table = as_table(data)
        rows = records(table, self.columns)
        encoded, row = np.zeros((len(rows), self.room.width)), np.zeros(self.room.width)
        for number, x in enumerate(rows):
            row[:] = 0
            self.columns.encode(x, row.data, self.room)
            encoded[number] = row
        if not np.isfinite(encoded.astype(self.dtype)).all():
            wrong = int(np.argwhere(~np.isfinite(encoded.astype(self.dtype)))[0][0])
            raise DataError(f"row {wrong + 1:,}: a number is infinite or beyond {self.dtype}; expected finite numbers")
        return {ROW: encoded.astype(self.dtype)}, self._strangers(table)

    def _strangers(self, table: Table) -> tuple[str, ...]:
        """Notes on columns of a table that were never learnt, and on those that are not there."""
        known = [str(name) for name in self.columns.columns]
        new = [name for name in table.names if name not in known]
        gone = [name for name in known if name not in table.names]
        return (
            *(f"column {name!r} was never learnt and says nothing{nearest(name, gone)}" for name in new),
            *(f"column {name!r} is not there, and is taken for a gap in every row" for name in gone),
        )

    def targets(self, data: Any, targets: Any) -> tuple[Array, npt.NDArray[np.bool_]]:
        """Class numbers, or numbers on the scale of the network; every row has a target."""
        known = self.known(data, targets)
        if self.scale is not None:
            known = ((known - self.scale.mean) / self.scale.deviation).astype(self.dtype)
        return known, np.ones(len(known), np.bool_)

    def known(self, data: Any, targets: Any) -> Array:
        """The targets as numbers (rows, 1), or as class numbers; raises TargetError for a class not seen."""
        if targets is None:
            raise TargetError("no targets were given; expected one for each row beside the dictionaries")
        given = np.asarray(targets).tolist()
        if self.classes is None:
            return np.array([self.number(y) for y in given], np.float64)[:, None]
        places = {label: place for place, label in enumerate(self.classes)}
        for row, y in enumerate(given):
            if y not in places:
                raise TargetError(f"row {row + 1}: the class {short(y)} was never seen; step(x, y) learns new ones")
        return np.array([places[y] for y in given], np.int64)

    def number(self, y: Any) -> float:
        """A target as a finite number; raises TargetError for anything else."""
        try:
            value = float(y) if not isinstance(y, str | bytes) else np.nan
        except (TypeError, ValueError, OverflowError):
            value = np.nan
        if not -3e38 < value < 3e38:
            raise TargetError(f"target {short(y)}: expected a finite number, as the targets before it")
        return value

    def label(self, y: Any) -> Any:
        """A target as a class; raises TargetError for what cannot be one."""
        value = y.item() if isinstance(y, np.generic) else y
        if not isinstance(value, str | bool | int | float) or value != value or value == "":
            raise TargetError(f"target {short(y)}: expected the class of the example: text, True or False, or a number")
        return value

    def numbers(self, answers: Array) -> Array:
        """Answers of numbers on the user's own scale."""
        assert self.scale is not None
        return answers.astype(np.float64) * self.scale.deviation + self.scale.mean

    def answers(self, data: Any, answers: Array) -> Any:
        """Labels or numbers, a series for a frame."""
        if self.classes is not None:
            one_type = len({type(label) for label in self.classes}) == 1
            labels = np.array(self.classes, None if one_type else object)
            values = labels[answers[:, : len(self.classes)].argmax(axis=1)]
        else:
            values = self.numbers(answers)[:, 0]
        return like(data, values, lambda: [GIVEN])

    def probabilities(self, data: Any, answers: Array) -> Any:
        """One column a class."""
        assert self.classes is not None
        return like(data, answers[:, : len(self.classes)], lambda: [str(label) for label in self.classes or ()])

    def to_json(self) -> dict[str, Any]:
        """The contract as plain JSON values."""
        return {
            "kind": self.kind, "room": list(self.room), "outputs": self.outputs, "dtype": self.dtype,
            "classes": self.classes, "columns": self.columns.to_json(),
            "scale": None if self.scale is None else self.scale.to_json(),
        }  # fmt: skip

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The contract that `to_json` wrote."""
        scale = document["scale"]
        return cls(
            Room(*document["room"]),
            document["outputs"],
            document["dtype"],
            document["classes"],
            GrowingColumns.from_json(document["columns"]),
            None if scale is None else TargetScale.from_json(scale),
        )


def records(table: Table, columns: GrowingColumns) -> list[dict[Any, Any]]:
    """The rows of a table as dictionaries, gaps as None, by the names that the columns had when they were learnt."""
    names = {str(name): name for name in columns.columns}
    lists = {
        names.get(name, name): [
            None if gap else value for value, gap in zip(column.values.tolist(), column.missing.tolist(), strict=True)
        ]
        for name, column in table.columns.items()
    }
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
