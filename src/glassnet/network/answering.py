"""What a network answers for rows, and how good its answers are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.data.arrays import as_inputs
from glassnet.data.batches import as_batches, sparse_batches
from glassnet.data.contract import Array
from glassnet.errors import SettingError
from glassnet.network.batchwise import answered, scores_of
from glassnet.network.judging import judged_answers
from glassnet.network.looking import Looking
from glassnet.network.noting import noted
from glassnet.network.preparation import given_rows
from glassnet.network.room import Room


class Answering(Looking, ABC):
    """The part of a `Network` that answers: numbers, classes, probabilities, and scores of these."""

    @property
    @abstractmethod
    def labels(self) -> Sequence[Any] | Mapping[str, Sequence[Any]] | None:
        """The classes, or None for numbers."""

    def predict(
        self,
        data: Any,
        *,
        interval: float | None = None,
        decide: str | None = None,
        memory_limit: float | None = None,
    ) -> Any:
        """The answers for rows of data, in the user's own types: labels or numbers, a series for a frame.

        A network that learnt the sequences of a table (`learn(..., sequence=)`) and answers once for each gives them in
        the order in which they first come, and a pandas series is indexed by what names them.

        `interval`, such as 0.9, gives beside each number the ends of the range that holds the truth in that share of
        rows like those learnt from: a column each, the answer, its low and its high end. `decide` has classes chosen
        so that a score is best, "f1", "balanced_accuracy" or "matthews_correlation", where else the likeliest is. Both
        were learnt from rows held out, by a network that designed itself.

        Where targets are lists of labels, so are the answers: for each row those whose probability is above a half.

        Of several targets of different kinds there is a column each: a frame for a frame, else a dictionary by name.
        Of a large file, or of batches from an iterator or a function, the answers come as one array. A file of a
        fifteenth of `memory_limit` bytes is a large one; without it, one of 256 MB.

        Values that were never seen when learning get an answer and one DataWarning a kind, counted. Raises
        NotLearntError before the first `learn`, SchemaError or DataError for rows that do not fit, DataError for
        batches where whole sequences are answered for, and SettingError for an interval or a decision that is not known
        and for less than 250,000,000 bytes.
        """
        if self._learnt is None and self._wishes.classes is not None:
            return np.array(self._wishes.classes)[self._prior(data).argmax(axis=1)]
        learnt = self._ready("predict")
        if interval is None and decide is None and memory_limit is None and isinstance(data, np.ndarray):
            return learnt.contract.answers(data, noted(*learnt.asked(data, self._turns)))  # quick for a single row
        judged = partial(self._judged_answers, interval=interval, decide=decide)
        answer = self._answers if interval is None and decide is None else judged
        return noted(*answered(learnt, data, answer, Room.of(memory_limit).large))

    def predict_probabilities(self, data: Any) -> Any:
        """For each row the probability of each class, or label of lists, a column each in the order of `labels`.

        Of several targets of different kinds these are a dictionary by target, of those that have classes.

        Before anything is learnt, where the classes are given: each is as likely as the others.
        """
        if self._learnt is None and self._wishes.classes is not None:
            return self._prior(data)
        learnt = self._ready("predict_probabilities")
        if not self.labels:
            raise SettingError("predict_probabilities: the target is a number, not a class; use predict")
        return noted(*answered(learnt, data, self._probabilities))

    def _answers(self, data: Any) -> tuple[Any, tuple[str, ...]]:
        """The answers for rows in memory in the user's own types, and notes."""
        learnt = self._ready("predict")
        answers, notes = learnt.asked(data, self._turns)
        return learnt.contract.answers(data, answers), notes

    def _judged_answers(self, data: Any, *, interval: float | None, decide: str | None) -> tuple[Any, tuple[str, ...]]:
        """The same with the ends of intervals, or chosen for a score."""
        with self._turns.gate, self._turns.room, self._turns.held:
            return judged_answers(self._ready("predict"), data, interval, decide)

    def _probabilities(self, data: Any) -> tuple[Any, tuple[str, ...]]:
        """The probabilities for rows in memory, and notes."""
        learnt = self._ready("predict_probabilities")
        answers, notes = learnt.asked(data, self._turns)
        return learnt.contract.probabilities(data, answers), notes

    def test(self, data: Any, targets: Any = None, *, sample_weight: npt.ArrayLike | None = None) -> dict[str, float]:
        """The loss and the scores on rows with known targets; "loss" comes first.

        `sample_weight` has a weight for each row, or names the column of a table that has: a row of weight 2 counts as
        two, one of weight 0 not at all; batches (inputs, targets, weights) bring theirs. Raises
        TargetError for targets that a loss of the network cannot take.
        """
        learnt = self._ready("test")
        column, batches = sample_weight if isinstance(sample_weight, str) else None, None
        if sample_weight is None or column is not None:
            batches = as_batches(data) if targets is None else sparse_batches(data, targets)
        if batches is not None:
            return noted(*scores_of(learnt, batches, self._turns, column))
        rows = learnt.begun(noted(*given_rows(learnt.contract, data, targets, sample_weight)))
        learnt.check(rows.targets)
        with self._turns.gate, self._turns.room, self._turns.held:
            return learnt.scores(rows)

    def _prior(self, data: Any) -> Array:
        """Equal probabilities for each row."""
        classes = self._wishes.classes or ()
        rows = len(as_inputs(data, self._wishes.dtype))
        return np.full((rows, len(classes)), 1 / len(classes))
