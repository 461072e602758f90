"""Data that do not lie in memory at once: what of them is held while they are learnt, and how the rest goes by."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import NamedTuple

import numpy as np

from glassnet.data.batches import Batches, as_batches, sparse_batches
from glassnet.data.contract import Contract
from glassnet.data.examples import Examples
from glassnet.data.frames import as_table, opened
from glassnet.data.reservoir import Reservoir
from glassnet.data.schema import Schema
from glassnet.data.survey import Survey
from glassnet.data.table import Table
from glassnet.data.weights import WeightColumn
from glassnet.errors import DataError, SettingError
from glassnet.network.given import Given
from glassnet.network.preparation import SAMPLE
from glassnet.network.room import Room
from glassnet.network.row_weights import RowWeights
from glassnet.network.stream_pieces import Piece, join, pieces_of, targets_of
from glassnet.network.stream_weights import StreamWeights, Tally
from glassnet.network.terms import Asked
from glassnet.training.feed import ShuffleBuffer
from glassnet.training.rows import Rows


@dataclass(frozen=True, eq=False)
class Stream:
    """The rows that are not in memory: `held` of them are, of `rows` in all, where that is known.

    `pieces` goes through all of them, tables or examples; `survey` what was seen of the rows of a table that went by,
    and `weights` are what they count.
    """

    source: str
    pieces: Callable[[], Iterator[Piece]]
    again: bool
    held: int
    rows: int | None
    room: Room
    survey: Survey
    weights: StreamWeights

    def mended(self, schema: Schema) -> Schema:
        """The schema decided by the rows held, as far as all others have to say to it."""
        return self.survey.mended(schema)

    def feed(self, contract: Contract, dtypes: Mapping[str, str], batch_size: int, seed: int) -> ShuffleBuffer:
        """The rows of every epoch as a program takes them."""
        return ShuffleBuffer(partial(self._encoded, contract), dtypes, self.room.buffer, batch_size, seed)

    def _encoded(self, contract: Contract) -> Iterator[Rows]:
        """All rows as a program takes them, those without a target, and those of a class of weight 0, left out.

        Raises DataError where they are not as many as they were.
        """
        seen, classes = 0, self.weights.of_classes(contract)
        for piece in self.pieces():
            seen += len(piece)
            inputs, _ = contract.inputs(piece if isinstance(piece, Table) else piece.inputs)
            encoded, present = targets_of(piece, contract)
            rows = Rows(inputs, encoded, self.weights.of(piece, encoded, classes))
            counted = present & (rows.weights > 0)
            yield rows if counted.all() else rows.take(np.flatnonzero(counted))
        if self.rows is not None and seen != self.rows:
            raise DataError(
                f"{self.source} gave {seen:,} rows where it gave {self.rows:,} before; it has to give the same rows "
                f"each time, as a function does that makes a new iterator whenever it is called"
            )

    @property
    def described(self) -> dict[str, str]:
        """What tells it from other streams, as a run that goes on compares it."""
        rows = "rows that go by once" if self.rows is None else f"{self.rows:,} rows"
        return {"stream": f"{rows} within memory_limit={self.room.memory} 0"}  # where other data have a checksum

    def note(self, *, sampled: bool) -> str:
        """What is said of which rows were learnt from."""
        if sampled:
            assert self.rows is not None  # who learns from a sample has seen all rows
            return (
                f"learnt from {self.held:,} rows drawn evenly from all {self.rows:,} of {self.source}, as many as "
                f"{self.room.memory / 1e6:,.0f} MB of memory and the steps of the run have use for"
            )
        begins = "" if self.rows is not None else "; its first rows decided what its values are taken for"
        return (
            f"{self.source} was learnt from batch by batch, shuffled within a buffer of "
            f"{self.room.buffer / 1e6:,.0f} MB{begins}; training loss and scores are those of {self.held:,} of its rows"
        )


def streamed(asked: Asked, weights: RowWeights, *, sampled: bool, checkpoint: bool, sequence: object) -> Asked:
    """The terms of a run on a stream; raises SettingError for what it cannot have.

    A sample is learnt from as any table is. Every row of a stream is learnt from batch by batch.
    """
    stream = asked.stream
    assert stream is not None  # asked by those alone who have one
    share = asked.validation is not None and not isinstance(asked.validation, tuple)
    of_all = {
        "sequence=": sequence is not None,
        "mode='full-batch'": asked.mode == "full-batch" and not sampled,
        "validation= of a share": share and not sampled,
    }
    for name in (name for name, there in of_all.items() if there):
        raise SettingError(f"{name} needs all rows in memory, and {stream.source} does not lie there at once")
    of_again = {"class_weight='balanced'": isinstance(weights.classes, str), "checkpoint=": checkpoint}
    for name in (name for name, there in of_again.items() if there and not (sampled or stream.again)):
        raise SettingError(
            f"{name} needs rows that can be gone through again, and {stream.source} can be once only; give a function "
            f"that makes a new iterator each time"
        )
    if sampled or stream.again:
        return asked
    if asked.epochs not in (None, 1):
        raise SettingError(
            f"epochs={asked.epochs}: {stream.source} can be gone through once only; give a function that makes a new "
            f"iterator each time, or an object whose __iter__ does"
        )
    return replace(asked, epochs=1)


class Held(NamedTuple):
    """What is given to learn from as it is held in memory, and the stream that it is a part of, if there is one."""

    given: Given
    stream: Stream | None


def nowhere(rows: int) -> None:
    """Say to nobody how many rows have gone by."""


@dataclass(frozen=True)
class Ways:
    """How a stream is taken, and how much of it is held.

    `tables` says that batches are tables that hold their targets, of the names in `targets`, and not pairs (inputs,
    targets). Of what can be gone through again, and of all that is `sampled`, an even sample is held, drawn by the
    `seed`; else what comes first. `passed` is told how many rows have gone by.
    """

    tables: bool
    sampled: bool
    seed: int
    room: Room
    targets: Sequence[str] = ()
    passed: Callable[[int], None] = nowhere


def held(given: Given, ways: Ways) -> Held:
    """What of it is held in memory while it is learnt: all that is there already, or a part of a stream.

    Raises DataError or ReadError for what is no stream of rows, and SettingError for targets beside batches that bring
    theirs, and for weights that suit no stream.
    """
    data, targets, weights = given.data, given.targets, given.weights
    less = replace(ways, room=replace(ways.room, most=SAMPLE))
    if targets is not None and (sparse := sparse_batches(data, targets, weights.rows)) is not None:
        less = replace(ways if ways.sampled else less, tables=False)
        return _held(sparse, less, replace(given, weights=replace(weights, rows=None)))
    files = isinstance(data, str | os.PathLike)  # whose targets may lie in another, so that both are read whole
    batches = None if files and targets is not None else as_batches(data, ways.room.large)
    if batches is None:
        return Held(replace(given, data=opened(data)), None)
    if targets is not None:
        raise SettingError(
            f"{batches.source} brings its targets with it: give pairs (inputs, targets), or tables and target='...'"
        )
    return _held(batches, less if batches.tabular and not ways.sampled else ways, given)


def _held(batches: Batches, ways: Ways, given: Given) -> Held:
    """What of these batches, which were given, is held."""
    weights = given.weights
    column = None if weights.column is None else WeightColumn(weights.column)
    pieces = partial(pieces_of, batches, tables=ways.tables, column=column)
    if ways.sampled or batches.again:
        rows, stream = _sample(batches, pieces, ways, weights)
    else:
        rows, stream = _beginning(batches, pieces, ways, weights)
    bring = isinstance(rows, Examples) and rows.weights is not None
    if weights.rows is not None and (bring or stream is not None):
        raise SettingError(
            f"sample_weight= with a number for each row needs all rows in memory; of {batches.source} give batches "
            f"(inputs, targets, weights), or tables and sample_weight='the name of a column'"
        )
    if isinstance(rows, Table):
        return Held(replace(given, data=rows, targets=None), stream)
    data = as_table(rows.inputs) if batches.tabular else rows.inputs
    found = weights if rows.weights is None else replace(weights, rows=rows.weights)
    return Held(replace(given, data=data, targets=rows.targets, weights=found), stream)


def _sample(
    batches: Batches, pieces: Callable[[], Iterator[Piece]], ways: Ways, weights: RowWeights
) -> tuple[Piece, Stream | None]:
    """An even sample of all rows, and the stream where these are more."""
    tally = Tally(ways.targets, weights.column, weights.classes is not None)
    reservoir, survey, encoded = None, Survey(), ways.tables or ways.sampled
    for piece in pieces():
        reservoir = reservoir or Reservoir[Piece](ways.room.rows(piece, encoded=encoded), ways.seed, join)
        reservoir.add(piece)
        survey.add(piece)
        tally.add(piece)
        ways.passed(reservoir.rows)
    if reservoir is None:
        raise _nothing(batches)
    sample, rows = reservoir.sample, reservoir.rows
    if len(sample) == rows:
        return sample, None
    counted = StreamWeights(weights, tally)
    return sample, Stream(batches.source, pieces, batches.again, len(sample), rows, ways.room, survey, counted)


def _beginning(
    batches: Batches, pieces: Callable[[], Iterator[Piece]], ways: Ways, weights: RowWeights
) -> tuple[Piece, Stream | None]:
    """The first rows of what goes by once, and the stream of them and of those after, if there are any."""
    coming = pieces()
    taken: list[Piece] = []
    for piece in coming:
        taken.append(piece)
        if sum(map(len, taken)) >= ways.room.rows(piece, encoded=isinstance(piece, Table)):
            break
    if not taken:
        raise _nothing(batches)
    begun, after = join(taken), next(coming, None)
    if after is None:
        return begun, None
    all_of_it = chain([begun, after], coming)
    counted = StreamWeights(weights)
    return begun, Stream(
        batches.source, lambda: all_of_it, batches.again, len(begun), None, ways.room, Survey(), counted
    )


def _nothing(batches: Batches) -> DataError:
    return DataError(f"{batches.source} gave no rows that count; there is nothing to learn from")
