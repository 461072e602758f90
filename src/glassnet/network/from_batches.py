"""Data that do not lie in memory at once: what of them is held while they are learnt, and how the rest goes by."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from glassnet.data.batches import Batches, as_batches, sparse_batches
from glassnet.data.chunks import joined
from glassnet.data.contract import Contract
from glassnet.data.examples import Examples
from glassnet.data.frames import as_table, opened
from glassnet.data.reservoir import Reservoir
from glassnet.data.schema import Schema
from glassnet.data.survey import Survey
from glassnet.data.table import Table
from glassnet.errors import DataError, SettingError
from glassnet.network.preparation import SAMPLE
from glassnet.network.room import Room
from glassnet.network.row_weights import RowWeights
from glassnet.network.terms import Asked
from glassnet.training.feed import ShuffleBuffer
from glassnet.training.rows import Rows

Piece: TypeAlias = Table | Examples


@dataclass(frozen=True, eq=False)
class Stream:
    """The rows that are not in memory: `held` of them are, of `rows` in all, where that is known.

    `pieces` goes through all of them, tables or examples; `survey` what was seen of the rows of a table that went by.
    """

    source: str
    pieces: Callable[[], Iterator[Piece]]
    again: bool
    held: int
    rows: int | None
    room: Room
    survey: Survey

    def mended(self, schema: Schema) -> Schema:
        """The schema decided by the rows held, as far as all others have to say to it."""
        return self.survey.mended(schema)

    def feed(self, contract: Contract, dtypes: Mapping[str, str], batch_size: int, seed: int) -> ShuffleBuffer:
        """The rows of every epoch as a program takes them."""
        return ShuffleBuffer(partial(self._encoded, contract), dtypes, self.room.buffer, batch_size, seed)

    def _encoded(self, contract: Contract) -> Iterator[Rows]:
        """All rows as a program takes them, those without a target left out.

        Raises DataError where they are not as many as they were.
        """
        seen = 0
        for piece in self.pieces():
            seen += len(piece)
            data, targets = (piece, None) if isinstance(piece, Table) else (piece.inputs, piece.targets)
            inputs, _ = contract.inputs(data)
            encoded, present = contract.targets(data, targets)
            rows = Rows(inputs, encoded, np.ones(len(encoded)))
            yield rows if present.all() else rows.take(np.flatnonzero(present))
        if self.rows is not None and seen != self.rows:
            raise DataError(
                f"{self.source} gave {seen:,} rows where it gave {self.rows:,} before; it has to give the same rows "
                f"each time, as a function does that makes a new iterator whenever it is called"
            )

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
    given = {
        "sample_weight=": weights.rows is not None,
        "sequence=": sequence is not None,
        "class_weight=": weights.classes is not None and not sampled,
        "checkpoint=": checkpoint and not sampled,
        "mode='full-batch'": asked.mode == "full-batch" and not sampled,
        "validation= of a share": share and not sampled,
    }
    for name, there in given.items():
        if there:
            raise SettingError(f"{name} needs all rows in memory, and {stream.source} does not lie there at once")
    if sampled or stream.again:
        return asked
    if asked.epochs not in (None, 1):
        raise SettingError(
            f"epochs={asked.epochs}: {stream.source} can be gone through once only; give a function that makes a new "
            f"iterator each time, or an object whose __iter__ does"
        )
    return replace(asked, epochs=1)


class Held(NamedTuple):
    """Data and targets as they are held in memory, and the stream that they are a part of, if there is more of it."""

    data: Any
    targets: Any
    stream: Stream | None


def nowhere(rows: int) -> None:
    """Say to nobody how many rows have gone by."""


def held(
    data: Any,
    targets: Any,
    *,
    tables: bool,
    sampled: bool,
    seed: int,
    room: Room,
    passed: Callable[[int], None] = nowhere,
) -> Held:
    """What of the data is held in memory while they are learnt: all that is there already, or a part of a stream.

    `tables` says that batches are tables that hold their targets, and not pairs (inputs, targets). Of what can be gone
    through again, and of all that is `sampled`, it is an even sample; else what comes first. `passed` is told how many
    rows have gone by. Raises DataError or ReadError for what is no stream of rows, and SettingError for targets beside
    batches that bring theirs.
    """
    if targets is not None and (sparse := sparse_batches(data, targets)) is not None:
        less = room if sampled else replace(room, most=SAMPLE)
        return _held(sparse, tables=False, sampled=sampled, seed=seed, room=less, passed=passed)
    files = isinstance(data, str | os.PathLike)  # whose targets may lie in another, so that both are read whole
    batches = None if files and targets is not None else as_batches(data, room.large)
    if batches is None:
        return Held(opened(data), targets, None)
    if targets is not None:
        raise SettingError(
            f"{batches.source} brings its targets with it: give pairs (inputs, targets), or tables and target='...'"
        )
    less = replace(room, most=SAMPLE) if batches.tabular and not sampled else room
    return _held(batches, tables=tables, sampled=sampled, seed=seed, room=less, passed=passed)


def _held(
    batches: Batches, *, tables: bool, sampled: bool, seed: int, room: Room, passed: Callable[[int], None]
) -> Held:
    """What of these batches is held."""
    pieces: Callable[[], Iterator[Piece]] = (lambda: iter(batches.tables)) if tables else (lambda: batches.examples)
    if sampled or batches.again:
        rows, stream = _sample(batches, pieces, seed, room, passed, encoded=tables or sampled)
    else:
        rows, stream = _beginning(batches, pieces, room)
    if isinstance(rows, Table):
        return Held(rows, None, stream)
    return Held(as_table(rows.inputs) if batches.tabular else rows.inputs, rows.targets, stream)


def _sample(
    batches: Batches,
    pieces: Callable[[], Iterator[Piece]],
    seed: int,
    room: Room,
    passed: Callable[[int], None],
    *,
    encoded: bool,
) -> tuple[Piece, Stream | None]:
    """An even sample of all rows, and the stream where these are more."""
    reservoir, survey = None, Survey()
    for piece in pieces():
        reservoir = reservoir or Reservoir[Piece](room.rows(piece, encoded=encoded), seed, _joined)
        reservoir.add(piece)
        survey.add(piece)
        passed(reservoir.rows)
    if reservoir is None:
        raise _nothing(batches)
    sample, rows = reservoir.sample, reservoir.rows
    if len(sample) == rows:
        return sample, None
    return sample, Stream(batches.source, pieces, batches.again, len(sample), rows, room, survey)


def _beginning(batches: Batches, pieces: Callable[[], Iterator[Piece]], room: Room) -> tuple[Piece, Stream | None]:
    """The first rows of what goes by once, and the stream of them and of those after, if there are any."""
    coming = pieces()
    taken: list[Piece] = []
    for piece in coming:
        taken.append(piece)
        if sum(map(len, taken)) >= room.rows(piece, encoded=isinstance(piece, Table)):
            break
    if not taken:
        raise _nothing(batches)
    begun, after = _joined(taken), next(coming, None)
    if after is None:
        return begun, None
    all_of_it = chain([begun, after], coming)
    return begun, Stream(batches.source, lambda: all_of_it, batches.again, len(begun), None, room, Survey())


def _joined(pieces: Sequence[Any]) -> Any:
    """Rows of one kind, one after the other."""
    return joined(pieces) if isinstance(pieces[0], Table) else Examples.joined(pieces)


def _nothing(batches: Batches) -> DataError:
    return DataError(f"{batches.source} gave no rows; there is nothing to learn from")
