"""What a network takes and gives: its input contract, which is part of the model.

Here are those of numeric arrays as they are, for layers that the caller laid out, and of sequences of these; that of
tables is in `table_contract`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol, Self

import numpy as np
import numpy.typing as npt

from glassnet.data.answers import like
from glassnet.data.arrays import as_array, as_inputs
from glassnet.data.sequences import Sequences, as_sequences, check_tokens
from glassnet.data.table import counted
from glassnet.errors import DataError, TargetError

Array = npt.NDArray[Any]
GIVEN = "target"  # what targets are called that came beside the inputs and bear no name
LENGTHS = "sequence lengths"  # the input that says how many steps of each sequence are there


class Contract(Protocol):
    """How a network's data become arrays, and its arrays answers.

    `over_time` says that its examples are sequences of any length, `of_steps` that they have a target for each step.
    """

    over_time: ClassVar[bool]
    of_steps: ClassVar[bool]

    @property
    def labels(self) -> Sequence[Any] | None:
        """The classes in the order of their numbers, or None for numbers as targets."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the targets."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be said of the data that it was fitted on."""

    def examples(self, data: Any) -> Any:
        """The data as what is counted, weighed and held out: the rows that they are, or the sequences of a table."""

    def inputs(self, data: Any) -> tuple[dict[str, Array], tuple[str, ...]]:
        """The inputs of a program by name, and notes on what was met."""

    def targets(self, data: Any, targets: Any) -> tuple[Array, npt.NDArray[np.bool_]]:
        """The targets as the loss takes them, and for each row whether it has one."""

    def known(self, data: Any, targets: Any) -> Array:
        """The targets on the user's own scale: numbers, or class numbers."""

    def numbers(self, answers: Array) -> Array:
        """Answers of a regression on the user's own scale."""

    def answers(self, data: Any, answers: Array) -> Any:
        """Answers in the user's own types: labels or numbers, a series for a frame."""

    def probabilities(self, data: Any, answers: Array) -> Any:
        """A column of probabilities for each class, in the user's own types."""

    def to_json(self) -> dict[str, Any]:
        """The contract as plain JSON values."""


@dataclass(frozen=True, eq=False)
class ArrayContract:
    """Numeric arrays as they are: the shape of a row, and how targets come.

    `flat` says that targets have the shape (rows,); `labels` are the classes, sorted, where the loss is one of classes;
    `whole` that the inputs are whole numbers, int64, not numbers of the network's `dtype`.
    """

    kind: ClassVar[str] = "arrays"
    one_shape: ClassVar[bool] = True  # of all rows, so that a step can be bound to it
    over_time: ClassVar[bool] = False
    of_steps: ClassVar[bool] = False

    row: tuple[int, ...]
    flat: bool
    labels: tuple[Any, ...] | None
    dtype: str
    name: str = "inputs"
    whole: bool = False

    @classmethod
    def fit(
        cls,
        inputs: Array,
        targets: Array,
        *,
        classes: bool,
        given: Sequence[Any] | None,
        dtype: str,
        name: str,
        whole: bool,
    ) -> ArrayContract:
        """The contract of these arrays, with the classes `given` in that order where they are known beforehand.

        Raises DataError where inputs and targets differ in rows.
        """
        if len(inputs) != len(targets):
            raise DataError(
                f"inputs of shape {inputs.shape} and targets of shape {targets.shape}: {len(inputs)} rows against "
                f"{len(targets)}; expected one target for each row"
            )
        if targets.ndim == 2 and targets.shape[1] == 1 and classes:
            targets = targets[:, 0]
        labels = None
        if classes and targets.ndim == 1:
            labels = _ordered(targets) if given is None else tuple(given)
        return cls(inputs.shape[1:] or (1,), targets.ndim == 1, labels, dtype, name, whole)

    @property
    def names(self) -> tuple[str, ...]:
        """Arrays have no names: "target"."""
        return (GIVEN,)

    @property
    def notes(self) -> tuple[str, ...]:
        """Nothing: arrays are taken as they are."""
        return ()

    @property
    def shape(self) -> tuple[int | str, ...]:
        """The shape of a row as the network takes it."""
        return self.row

    @property
    def taken(self) -> str:
        """The dtype of the inputs."""
        return "int64" if self.whole else self.dtype

    def examples(self, data: Any) -> Any:
        """The data as they are."""
        return data

    def inputs(self, data: Any) -> tuple[dict[str, Array], tuple[str, ...]]:
        """The rows as an array; raises DataError for rows of another shape, and for fractions where none are taken."""
        array = as_inputs(data, self.taken)
        if array.ndim == 1:  # rows of one number, or one row of several
            array = array.reshape(-1, 1) if self.row == (1,) else array.reshape(1, -1)
        if array.shape[1:] != self.row:
            more = "; to learn sequences of any length give them as gn.Sequences(...)" if len(self.row) == 2 else ""
            raise DataError(
                f"rows of shape {array.shape[1:]} were given; the network learnt rows of shape {self.row} "
                f"({self.row[0] if self.row else 1} numbers each){more}"
            )
        return {self.name: array}, ()

    def targets(self, data: Any, targets: Any) -> tuple[Array, npt.NDArray[np.bool_]]:
        """Numbers in the network's dtype, or class numbers; every row has a target."""
        array = self.known(data, targets)
        array = array if self.labels is not None else as_inputs(array, self.dtype, "the targets")
        return array, np.ones(len(array), np.bool_)

    def known(self, data: Any, targets: Any) -> Array:
        """The targets as numbers in float64, or as class numbers.

        Raises TargetError for a label that was not learnt, and where there are no targets.
        """
        if targets is None:
            raise TargetError("no targets were given; expected one for each row beside the inputs: (inputs, targets)")
        if self.labels is None:
            array = as_inputs(targets, "float64", "the targets")
            return array[:, None] if array.ndim == 1 else array
        given = as_array(targets)
        if given.size != len(np.atleast_1d(given)):
            raise TargetError(f"targets of shape {given.shape} where classes are learnt; expected one for each row")
        given = given.reshape(-1)
        places = {label: i for i, label in enumerate(self.labels)}
        found = [places.get(label, -1) if isinstance(label, Hashable) else -1 for label in given.tolist()]
        if -1 in found:
            row = found.index(-1)
            raise TargetError(
                f"row {row + 1}: the class {given.tolist()[row]!r} was not learnt; the classes are "
                f"{', '.join(map(repr, self.labels))}"
            )
        return np.array(found, np.int64)

    def numbers(self, answers: Array) -> Array:
        """The answers in float64."""
        return answers.astype(np.float64)

    def answers(self, data: Any, answers: Array) -> Any:
        """Labels, or numbers of shape (rows,) where targets came so."""
        if self.labels is not None:
            return np.array(self.labels)[likeliest(answers)]
        values = answers[:, 0] if self.flat and answers.ndim == 2 and answers.shape[1] == 1 else answers
        return like(data, values, lambda: _numbered(values))

    def probabilities(self, data: Any, answers: Array) -> Any:
        """One column a class."""
        return like(data, both(answers), lambda: [str(label) for label in self.labels or ()])

    def to_json(self) -> dict[str, Any]:
        """The contract as plain JSON values."""
        labels = None if self.labels is None else list(self.labels)
        return {
            "kind": self.kind, "row": list(self.row), "flat": self.flat, "labels": labels, "dtype": self.dtype,
            "name": self.name, "whole": self.whole,
        }  # fmt: skip

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The contract that `to_json` wrote."""
        labels = None if document["labels"] is None else tuple(document["labels"])
        whole = document.get("whole", False)  # which earlier files do not have
        return cls(tuple(document["row"]), document["flat"], labels, document["dtype"], document["name"], whole)


@dataclass(frozen=True, eq=False)
class SequenceContract(ArrayContract):
    """Sequences of any length: `row` are the channels of a step; their lengths are the input called `lengths`.

    Without channels, `row` being (), each step is one number. `levels` is the number of rows of the table in which a
    first layer looks whole numbers up, None where none does.
    """

    kind: ClassVar[str] = "sequences"
    one_shape: ClassVar[bool] = False
    over_time: ClassVar[bool] = True

    lengths: str = LENGTHS
    levels: int | None = None

    @property
    def shape(self) -> tuple[int | str, ...]:
        """Any number of steps, and the channels of each."""
        return ("t", *self.row)

    def inputs(self, data: Any) -> tuple[dict[str, Array], tuple[str, ...]]:
        """The sequences in one array, and their lengths.

        Raises DataError where their channels are others.
        """
        given = self.given(data)
        if given.values.shape[2:] != (self.row or (1,)):
            learnt = f"sequences of {self.row[0]}" if self.row else "one number a step"
            raise DataError(f"sequences of {given.values.shape[2]} channels were given; the network learnt {learnt}")
        if self.levels is not None:
            check_tokens(given, self.levels)
        values = given.values if self.row else given.values[..., 0]
        return {self.name: as_inputs(values, self.taken, "the sequences"), self.lengths: given.lengths}, ()

    def given(self, data: Any) -> Sequences:
        """The sequences however they are given; an array of the axes of one is one.

        Raises DataError or ShapeError where data are none.
        """
        return as_sequences(data, 1 + len(self.row))

    def to_json(self) -> dict[str, Any]:
        """The contract as plain JSON values."""
        return {**super().to_json(), "levels": self.levels}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The contract that `to_json` wrote."""
        return replace(super().from_json(document), levels=document.get("levels"))  # which earlier files do not have


def check_count(rows: int, targets: int) -> None:
    """Raise DataError unless there are as many targets as rows."""
    if rows != targets:
        raise DataError(f"{rows:,} rows of inputs and {targets:,} targets; expected one target for each row")


def counted_examples(contract: Contract, count: int) -> str:
    """So many examples in words: rows, or sequences where they are those."""
    return counted(count, "sequence" if contract.over_time else "row")


def _ordered(targets: Array) -> tuple[Any, ...]:
    """The classes among targets (rows,), in order; raises TargetError where they have none."""
    kinds = {type(each) for each in targets.tolist()} if targets.dtype.kind == "O" else set()
    try:
        if not all(issubclass(kind, Hashable) for kind in kinds):
            raise TypeError
        # Asked for counts too, NumPy does not import its masked arrays, which takes longer than all the rest here.
        return tuple(np.unique(targets, return_counts=True)[0].tolist())
    except TypeError:
        raise TargetError(
            f"the targets hold values of type {' and '.join(sorted(kind.__name__ for kind in kinds))}, which are no "
            f"classes together; expected numbers throughout or texts: leave the others out, or learn from a table, "
            f"where gaps are read as gaps"
        ) from None


def likeliest(answers: Array) -> Array:
    """The number of the likeliest class of each row."""
    return np.asarray(both(answers).argmax(axis=1))


def both(answers: Array) -> Array:
    """Probabilities with a column for each class: one column of the second class becomes two."""
    if answers.ndim == 2 and answers.shape[1] > 1:
        return answers
    second = answers.reshape(-1, 1)
    return np.concatenate([1 - second, second], axis=1)


def _numbered(values: Array) -> list[str]:
    return [GIVEN] if values.ndim == 1 else [f"{GIVEN} {i + 1}" for i in range(values.shape[1])]
