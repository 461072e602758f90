"""What is explained: a network as it stood when it was asked, and the rows that it is asked about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array
from glassnet.core.program import Program
from glassnet.data.contract import both
from glassnet.data.encode.summed import Summed
from glassnet.data.schema import ColumnSchema
from glassnet.data.table import Column, Table
from glassnet.engines.engine import Engine, State
from glassnet.errors import SchemaError, SettingError, nearest, sentence
from glassnet.random import permutation

Floats = npt.NDArray[np.float64]

MOST_ROWS: Final = 2_000  # rows on which a network is asked again and again


@dataclass(frozen=True, eq=False)
class Subject:
    """A network and rows of a table, as callables and arrays.

    `table` holds the columns that were learnt from, described by `columns`. `encode` turns a table into the inputs of
    a program, `summed` gives what its columns add to features that they feed together, `answer` turns inputs into
    answers, `numbers` answers into the user's scale. `labels` are the classes, None for numbers; `names` the targets;
    `dates` those of them that are dates, in seconds since 1970; `units` the unit of each, "" where its numbers have
    none; `known` the values of targets, (rows, targets), or class numbers (rows,), where they are known: NaN, or -1, in
    a row without. `metric_of` is the name of a checked score, `score` its value for known targets and answers.
    `predict` is the program that answers, `state` what it reads, `engine` what runs it.
    """

    table: Table
    columns: tuple[ColumnSchema, ...]
    encode: Callable[[Table], Mapping[str, Array]]
    summed: Callable[[Table], Summed | None]
    answer: Callable[[Mapping[str, Array]], Array]
    numbers: Callable[[Array], Array]
    labels: Sequence[Any] | None
    names: tuple[str, ...]
    dates: tuple[str, ...]
    units: tuple[str, ...]
    known: Array | None
    metric_of: Callable[[str | None], str]
    score: Callable[[str, Array, Array], float]
    predict: Program
    state: State
    engine: Engine

    def __len__(self) -> int:
        return len(self.table)

    def asked(self, table: Table) -> Floats:
        """The answers for other rows of these columns: numbers (rows, targets) or probabilities (rows, classes)."""
        answers = self.answer(self.encode(table))
        if self.labels is not None:
            return both(answers).astype(np.float64)
        numbers = self.numbers(answers).astype(np.float64)
        return numbers if numbers.ndim > 1 else numbers[:, None]

    def column(self, name: str) -> ColumnSchema:
        """The column of that name.

        Raises SchemaError, with the nearest name, where none was learnt from.
        """
        known = {each.name: each for each in self.columns}
        if isinstance(name, str) and name in known:
            return known[name]
        said = sentence(f"{name!r} is no column that the network learnt from{nearest(name, known)}")
        raise SchemaError(f"{said} These are {', '.join(map(repr, known))}")

    def goal(self, of: Any) -> int | None:
        """The place of what is asked about among the outputs: a class, or one of several targets.

        Without a wish, `of` being None, the first target; for classes None: each row has its own. Raises SettingError,
        naming what there is, for anything else.
        """
        if of is None:
            return 0 if self.labels is None else None
        there = list(self.names if self.labels is None else self.labels)
        if of in there:
            return there.index(of)
        kind = "target" if self.labels is None else "class"
        raise SettingError(f"of={of!r}: no {kind} of that name was learnt; there are {', '.join(map(repr, there))}")

    def unit(self, place: int) -> str:
        """The unit of an output, by its place; "" for one without, and for the probability of a class."""
        return self.units[place] if self.labels is None else ""

    def take(self, rows: npt.NDArray[np.int64]) -> Subject:
        """The same for some of the rows."""
        known = None if self.known is None else self.known[rows]
        return replace(self, table=self.table.take(rows), known=known)

    def sample(self, seed: int) -> Subject:
        """At most 2,000 of the rows, drawn by the seed."""
        if len(self) <= MOST_ROWS:
            return self
        return self.take(np.sort(permutation(seed, "rows to explain", len(self))[:MOST_ROWS]))


def with_column(table: Table, name: str, column: Column) -> Table:
    """The table with another column in the place of the one of that name."""
    return replace(table, columns={**table.columns, name: column})


def some_of(taken: int, rows: int) -> str:
    """How many rows were taken of how many, in words.

    >>> some_of(2000, 53940), some_of(300, 300)
    ('a sample of 2,000 of 53,940 rows', '300 rows')
    """
    return f"{rows:,} rows" if taken == rows else f"a sample of {taken:,} of {rows:,} rows"
