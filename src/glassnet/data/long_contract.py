"""What a network takes and gives that learnt the sequences of a long table, a row for each time step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from glassnet.data.contract import LENGTHS, Array
from glassnet.data.in_time import in_order
from glassnet.data.long_table import LongTable, Whole
from glassnet.data.schema import ColumnSchema
from glassnet.data.sequences import there
from glassnet.data.several_targets import Targets
from glassnet.data.steps import laid_out
from glassnet.data.table_contract import TableContract
from glassnet.errors import TargetError


@dataclass(frozen=True, eq=False)
class LongContract(TableContract):
    """The sequences of a long table, with a target for each: rows are read and encoded as those of any table.

    Rows of one value in the column `sequence` are a sequence, in the order of the column `time`; without one, in the
    order in which they stand. The lengths of sequences are the input called `lengths`.
    """

    kind: ClassVar[str] = "long table"
    over_time: ClassVar[bool] = True

    sequence: str
    time: ColumnSchema | None
    lengths: str = LENGTHS

    @property
    def shape(self) -> tuple[int | str, ...]:
        """Any number of steps, and the encoded columns of each."""
        return ("t", *super().shape)

    def examples(self, data: Any) -> LongTable:
        """The sequences of a table; raises SchemaError or DataError where rows do not say which is theirs."""
        return LongTable.of(data, self.sequence, None if self.time is None else self.time.name)

    def ids(self, data: Any) -> list[Any]:
        """The values that name the sequences of a table, in the order of its answers."""
        long = self.examples(data)
        values: list[Any] = long.table.columns[self.sequence].values[long.first].tolist()
        return values

    def inputs(self, data: Any) -> tuple[dict[str, Array], tuple[str, ...]]:
        """The encoded sequences in one array, their lengths, and notes on unseen values, gaps and extra columns."""
        long = self.examples(data)
        inputs, notes = super().inputs(long.features)
        rows, room = in_order(long, self.time), int(long.lengths.max())
        laid = {name: laid_out(array[rows], long.lengths, room) for name, array in inputs.items()}
        return {**laid, self.lengths: long.lengths}, notes

    def targets(self, data: Any, targets: Any) -> tuple[Array, npt.NDArray[np.bool_]]:
        """The encoded target of each sequence; those without one are marked.

        Raises TargetError, naming the rows, where a target changes within a sequence.
        """
        long = self._with_targets(data, targets)
        rows = target_rows(long, self.target)
        return self.target.read({name: long.table.require(name).take(rows) for name in self.names})

    def _with_targets(self, data: Any, targets: Any) -> LongTable:
        """The sequences of a table that holds the targets; raises TargetError where these came beside it."""
        if targets is not None:
            raise TargetError(
                f"targets were given beside the sequences of a table; expected them in its column "
                f"{' and '.join(map(repr, self.names))}"
            )
        return self.examples(data)

    def answers(self, data: Any, answers: Array) -> Any:
        """Labels or numbers in the user's own types, one for each sequence."""
        return super().answers(*self._as_rows(data, answers))

    def probabilities(self, data: Any, answers: Array) -> Any:
        """One column a class, a row for each sequence."""
        return super().probabilities(*self._as_rows(data, answers))

    def _as_rows(self, data: Any, answers: Array) -> tuple[Any, Array]:
        """What the rows of answers belong to, a row for each sequence, and these rows.

        A frame with an index is indexed by the sequences.
        """
        if not hasattr(data, "iloc"):
            return data, answers
        column = list(map(str, data.columns)).index(self.sequence)
        return data.iloc[self.examples(data).first].set_index(data.columns[column]), answers

    def to_json(self) -> dict[str, Any]:
        """The contract as plain JSON values."""
        time = None if self.time is None else self.time.to_json()
        return {**super().to_json(), "sequence": self.sequence, "time": time}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The contract that `to_json` wrote."""
        table, time = TableContract.from_json(document), document["time"]
        return cls(
            table.schema, table.encoding, table.target, table.beside, table.flat, document["sequence"],
            None if time is None else ColumnSchema.from_json(time),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class LongStepContract(LongContract):
    """The sequences of a long table, with a target for each row."""

    kind: ClassVar[str] = "long table of steps"
    of_steps: ClassVar[bool] = True

    def targets(self, data: Any, targets: Any) -> tuple[Array, npt.NDArray[np.bool_]]:
        """The encoded targets (sequences, longest, ...); sequences without any are marked.

        Raises TargetError, naming the row, for a row without a target in a sequence that has some.
        """
        long = self._with_targets(data, targets)
        values, present = self.target.read({name: long.table.require(name) for name in self.names})
        counts = np.bincount(long.numbers, present)
        lacking = ~present & (counts > 0)[long.numbers]
        if lacking.any():
            row = int(lacking.argmax())
            raise TargetError(
                f"row {row + 1:,} of {long.name(row)} has no target, and others of it have one; the layers answer "
                f"after each step: give a target for each, or leave the sequence out"
            )
        rows = in_order(long, self.time)
        return laid_out(values[rows], long.lengths, int(long.lengths.max())), counts > 0

    def _as_rows(self, data: Any, answers: Array) -> tuple[Any, Array]:
        """The answers in the order of the rows of the table."""
        long = self.examples(data)
        steps = answers[there(long.lengths, answers.shape[1])]
        placed = np.empty_like(steps)
        placed[in_order(long, self.time)] = steps
        return data, placed


def target_rows(table: LongTable, target: Targets) -> Whole:
    """For each sequence a row that holds its target, if any does.

    Raises TargetError, naming two rows, where the target of a sequence changes.
    """
    columns = {name: table.table.require(name) for name in target.names}
    values, present = target.read(columns)
    differing = table.differing(values, present)
    if differing is not None:
        shown = [", ".join(_written(columns[name].values[row]) for name in target.names) for row in differing]
        raise TargetError(
            f"the target of {table.name(differing[0])} is {shown[0]} in row {differing[0] + 1:,} and {shown[1]} in row "
            f"{differing[1] + 1:,}, and the layers give one answer for each sequence; give each of its rows the same "
            f"target, or lay out layers that answer after each step, as those with sequences=True do"
        )
    return table.first_where(present)


def _written(value: Any) -> str:
    return repr(value.item() if isinstance(value, np.generic) else value)
