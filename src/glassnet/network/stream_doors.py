"""What a step offers those who come with a stream: river's names, a score, an alarm, and what was refused."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from glassnet.errors import DataError, DataWarning, DivergenceError, SettingError
from glassnet.network.dictionaries import Dictionaries, dictionaries_of
from glassnet.network.example import made, row_of_table
from glassnet.network.learnt import Learnt
from glassnet.network.stream_made import stream_begun
from glassnet.stream import DriftAlarm, Kept, Refused, Score

if TYPE_CHECKING:
    from glassnet.network.network import Network

T = TypeVar("T")


class StreamDoors(ABC):
    """The part of a step that is for streams of dictionaries."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._refused_at_first = Refused()  # before there was a network

    @abstractmethod
    def __call__(self, x: Any, y: Any) -> float:
        """Learn one example."""

    def learn_one(self, x: Any, y: Any) -> None:
        """Learn one example, as a stream goes on: one that cannot be learnt is counted in `refused`, with a warning.

        The name is river's. Raises what a step raises where the network is not that of a stream.
        """
        try:
            self(x, y)
        except (DataError, DivergenceError) as error:
            if not self._streams:
                raise
            warnings.warn(f"an example was not learnt: {error}", DataWarning, stacklevel=2)

    def predict_one(self, x: Any) -> Any:
        """The class or the number for one example; None before any was learnt. The name is river's.

        A column or a level that was never learnt says nothing. Of several targets of different kinds there is an answer
        each, by its name. Raises DataError for a value that is none.
        """
        if self._network._learnt is None:
            return None
        if not self._streams:
            return _of_row(self._network.predict(row_of_table(x)))
        return self._asked(Dictionaries.predict, x)

    def predict_proba_one(self, x: Any) -> dict[Any, Any]:
        """The probability of each class for one example; empty before any was learnt. The name is river's.

        Of several targets they are those of each that has classes, by its name.

        Raises SettingError where the target is a number.
        """
        if self._network._learnt is None:
            return {}
        labels = self._network.labels
        if labels is None:
            raise SettingError("predict_proba_one: the target is a number, not a class; use predict_one")
        if not self._streams:
            chances = self._network.predict_probabilities(row_of_table(x))
            if isinstance(labels, Mapping):  # of each of several targets
                return {name: _by_label(labels[name], each) for name, each in chances.items()}
            return _by_label(labels, chances)
        return self._asked(Dictionaries.probabilities, x)

    # -- what a stream keeps ---------------------------------------------------------------------------------------
    @property
    def score(self) -> Score:
        """The running score of a stream of dictionaries, each answered before it is learnt; prints as a sentence."""
        return self._kept("score").score

    @property
    def drift(self) -> DriftAlarm:
        """The rows at which the errors of a stream of dictionaries were seen to rise."""
        return self._kept("drift").drift

    @property
    def refused(self) -> Refused:
        """How many examples of a stream of dictionaries were refused, and why the last."""
        return self._kept("refused").refused

    def _kept(self, what: str) -> Kept:
        learnt = self._network._learnt
        if learnt is not None and learnt.kept is not None:
            return learnt.kept
        if learnt is None and self._network._wishes.layers is None:
            return Kept(Score(of_classes=False), refused=self._refused_at_first)
        raise SettingError(
            f"{what}: it is kept for a stream of dictionaries, learnt by a network without layers of yours from the "
            f"first on; here compare predict_one(x) with y before the step"
        )

    @property
    def _streams(self) -> bool:
        """Whether the network is that of a stream, or is to be one."""
        learnt = self._network._learnt
        return learnt.kept is not None if learnt is not None else self._network._wishes.layers is None

    def _asked(self, how: Callable[[Dictionaries, Any], T], x: Any) -> T:
        """Ask the network of a stream when it is this thread's turn."""
        learnt, turns = self._network._ready("predict_one"), self._network._turns
        if turns.quick or turns.held.now:
            with turns.gate, turns.room, turns.held:
                return how(dictionaries_of(learnt), x)
        turns.quick = True
        try:
            return how(dictionaries_of(learnt), x)
        finally:
            turns.quick = False

    def _first(self, x: Mapping[Any, Any], y: Any) -> Learnt:
        """The network for a first dictionary."""
        wishes = self._network._wishes
        if wishes.layers is not None:
            return made(wishes, x, y)
        try:
            learnt = stream_begun(wishes, x, y)
        except DataError as error:
            self._refused_at_first.add(str(error))
            raise
        assert learnt.kept is not None
        learnt.kept.refused = self._refused_at_first
        return learnt


def _of_row(answers: Any) -> Any:
    """The answer for the only row; of several targets one each, by name."""
    if isinstance(answers, dict):
        return {name: _of_row(each) for name, each in answers.items()}
    answer = np.asarray(answers)[0]
    return answer.item() if isinstance(answer, np.generic) else answer


def _by_label(labels: Sequence[Any], chances: Any) -> dict[Any, float]:
    """The probabilities of the only row by the labels of the classes."""
    return dict(zip(labels, np.asarray(chances)[0].tolist(), strict=True))
