"""Rows that do not lie in memory at once, asked about and scored a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np

from glassnet.data.batches import Batches, as_batches
from glassnet.data.long_contract import LongContract
from glassnet.data.read import LARGE
from glassnet.data.table import Table, counted
from glassnet.data.table_contract import TableContract
from glassnet.data.weights import WeightColumn
from glassnet.errors import DataError
from glassnet.network.learnt import Learnt
from glassnet.network.preparation import given_rows
from glassnet.network.stream_pieces import pieces_of, weights_of
from glassnet.training.loop import mean_loss
from glassnet.training.rows import Rows
from glassnet.training.turnstile import Turnstile

WITHOUT_NUMBERS: Final = str.maketrans("", "", "0123456789,")
Notes = tuple[str, ...]


def batches_asked(learnt: Learnt, data: Any, large: int = LARGE) -> Batches | None:
    """The batches whose answers are asked for, None where the rows lie in memory or in a file of less than `large`.

    Raises DataError for rows of sequences, since a batch may end within one.
    """
    batches = as_batches(data, large)
    if batches is not None and isinstance(learnt.contract, LongContract):
        raise DataError(
            f"{batches.source} comes in batches, which may end within a sequence; the network answers for whole "
            f"sequences of {learnt.contract.sequence!r}: read all rows first and give them as a frame"
        )
    return batches


def answered(
    learnt: Learnt, data: Any, answer: Callable[[Any], tuple[Any, Notes]], large: int = LARGE
) -> tuple[Any, Notes]:
    """The answers for all rows of the data, and notes, where `answer` gives those for rows in memory.

    Those of batches come as one NumPy array, or one for each of several targets. Raises DataError where
    there is no batch; see `batches_asked`.
    """
    batches = batches_asked(learnt, data, large)
    if batches is None:
        return answer(data)
    found = [answer(batch) for batch in batches]
    if not found:
        raise DataError(f"{batches.source} gave no batch; there is nothing to answer")
    return _joined([answers for answers, _ in found]), together(notes for _, notes in found)


def _joined(answers: Sequence[Any]) -> Any:
    """The answers for batches one after the other: arrays, or those of several targets by name."""
    if isinstance(answers[0], dict):
        return {name: _joined([each[name] for each in answers]) for name in answers[0]}
    return np.concatenate([np.asarray(each) for each in answers])


def together(notes: Iterable[Notes]) -> Notes:
    """The notes on several batches, each that differs from another in numbers alone but once.

    >>> together([("a: 3 gaps",), ("a: 12 gaps",), ()])
    ('a: 3 gaps; and likewise in 1 other batch',)
    """
    first: dict[str, str] = {}
    times: dict[str, int] = {}
    for note in (note for each in notes for note in each):
        form = note.translate(WITHOUT_NUMBERS)
        first.setdefault(form, note)
        times[form] = times.get(form, 0) + 1
    likewise = {form: counted(count - 1, "other batch", "other batches") for form, count in times.items()}
    return tuple(
        note if times[form] == 1 else f"{note}; and likewise in {likewise[form]}" for form, note in first.items()
    )


def scores_of(
    learnt: Learnt, batches: Batches, turns: Turnstile, column: str | None = None
) -> tuple[dict[str, float], Notes]:
    """The loss and the scores on the rows of all batches, whose targets are known; and notes.

    Rows weigh what examples bring, or what the `column` of tables says. Of each row its target and its answer are kept.
    Raises DataError where there is no row that counts.
    """
    parts: list[tuple[Rows, Any, float]] = []
    notes: list[Notes] = []
    tables = isinstance(learnt.contract, TableContract) and not learnt.contract.beside
    for piece in pieces_of(batches, tables=tables, column=None if column is None else WeightColumn(column)):
        data, targets = (piece, None) if isinstance(piece, Table) else (piece.inputs, piece.targets)
        rows, met = given_rows(learnt.contract, data, targets, weights_of(piece, column))
        notes.append(met)
        rows = learnt.begun(rows)
        learnt.check(rows.targets)
        with turns.gate, turns.room, turns.held:
            answers = learnt.answers(rows.inputs)
            loss = mean_loss(learnt.evaluate, learnt.state, rows) * float(rows.weights.sum()) if len(rows) else 0.0
        parts.append((Rows({}, rows.targets, rows.weights), answers, loss))
    if not parts:
        raise DataError(f"{batches.source} gave no rows; there is nothing to test")
    targets, weights, answers = (
        np.concatenate(each)
        for each in zip(*((rows.targets, rows.weights, answers) for rows, answers, _ in parts), strict=True)
    )
    loss = sum(loss for *_, loss in parts) / float(weights.sum())
    return learnt.scored(Rows({}, targets, weights), answers, loss), together(notes)
