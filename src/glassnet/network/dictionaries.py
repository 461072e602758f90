"""The steps of a stream of dictionaries, bound to its network: answer, learn, grow."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from operator import is_
from typing import Any, Final

import numpy as np

from glassnet.data.growing import plain
from glassnet.data.stream_contract import ROW, StreamContract
from glassnet.engines.engine import REFUSED
from glassnet.errors import DataError, DivergenceError, short
from glassnet.network.learnt import Learnt
from glassnet.network.stream_made import CLOSED, grown
from glassnet.plan.streams import AGAIN, STEPS, rows_kept
from glassnet.stream import Kept, Recent
from glassnet.training.glass import step_settings
from glassnet.training.members import NO_FOLD
from glassnet.training.programs import ANSWER, FOLDS, ROW_LOSS, ROW_WEIGHT, TARGET

FARTHEST: Final = 10.0  # deviations from the mean, beyond which a target is learnt as one there

NOTHING: Final[Mapping[Any, Any]] = {object(): None}  # that any dictionary differs from


class Dictionaries:
    """Answers and steps of the network of a stream; `learnt` is another one after it has grown.

    It is for one thread at a time.
    """

    def __init__(self, learnt: Learnt) -> None:
        contract, model = learnt.contract, learnt.programs.model
        assert isinstance(contract, StreamContract)
        assert learnt.kept is not None
        self.kept: Kept = learnt.kept
        self._recent = Recent(
            rows_kept(contract.room.width), contract.room.width, model.dtype,
            classes=contract.classes is not None, shape=(STEPS, 1 + AGAIN), seed=learnt.seed,
        )  # fmt: skip
        self._scaled = model.loss.scalable
        self._bind(learnt, contract)

    def _bind(self, learnt: Learnt, contract: StreamContract) -> None:
        """Be bound to a network."""
        self.learnt, self._contract, learnt.bound = learnt, contract, self
        self._places = {label: place for place, label in enumerate(contract.classes or ())}
        asked = learnt.evaluate.bind(learnt.state, {})
        self._row = asked.row[ROW]
        self._target: memoryview[Any] = asked.row[TARGET].reshape(-1).data
        self._floats, self._zeros = self._row.reshape(-1).data, np.zeros(self._row.size).data
        self._stands: Mapping[Any, Any] = NOTHING  # a copy of the dictionary that stands there, if nothing in it is new
        self._ask, self._answer, self._loss = asked.run, asked.outputs[ANSWER].reshape(-1), asked.outputs[ROW_LOSS].item
        recent, members = self._recent, learnt.members
        data = {ROW: recent.rows, TARGET: recent.targets, ROW_WEIGHT: np.ones(recent.size, learnt.programs.model.dtype)}
        if members is not None:
            data[FOLDS] = np.full((recent.size, members.groups), NO_FOLD)
        run = learnt.train.bind_run(learnt.state, step_settings(), data, STEPS, 1 + AGAIN)
        self._run, self._order = run.run, run.order

    # -- answering -------------------------------------------------------------------------------------------------
    def predict(self, x: Mapping[Any, Any]) -> Any:
        """The likeliest class, or the number."""
        self._encode(x)
        self._ask_now(x)
        return self._answered()

    def probabilities(self, x: Mapping[Any, Any]) -> dict[Any, float]:
        """The probability of each class seen so far."""
        self._encode(x)
        self._ask_now(x)
        return dict(zip(self._contract.classes or (), self._answer.tolist(), strict=False))

    def _encode(self, x: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
        """Put a dictionary where the network reads it; gives what is new in it.

        One that was answered just before stands there already: the same values, not others that are equal to them.
        """
        stands = self._stands
        if type(x) is dict and [*x] == [*stands] and all(map(is_, x.values(), stands.values())):
            return []
        self._stands = NOTHING
        self._floats[:] = self._zeros
        try:
            news = self._contract.columns.encode(x, self._floats, self._contract.room)
        except AttributeError:
            if isinstance(x, Mapping):
                raise
            raise DataError(f"{short(x)} was given; expected a dictionary {{column: value}}, as at first") from None
        except DataError:
            raise
        except (OverflowError, ValueError):  # of the memory that is written to
            raise DataError(f"{self._wrong(x)} is beyond the numbers that a float holds") from None
        if not news and type(x) is dict:
            self._stands = x.copy()
        return news

    def _ask_now(self, x: Mapping[Any, Any]) -> None:
        """Have the network answer the dictionary that was put in place."""
        if self._ask() == REFUSED:
            raise DataError(f"{self._wrong(x)} is infinite, or beyond what a network holds; expected finite numbers")

    def _answered(self) -> Any:
        classes, scale = self._contract.classes, self._contract.scale
        if classes is not None:
            return classes[self._answer[: len(classes)].argmax()]
        value: float = self._answer.item()
        return value * scale.deviation + scale.mean if self._scaled and scale is not None else value

    # -- learning --------------------------------------------------------------------------------------------------
    def learn(self, x: Mapping[Any, Any], y: Any) -> float:
        """Answer an example and learn it; gives its loss before. One that is refused is counted, and nothing else.

        Raises DataError or TargetError for an example that is none, DivergenceError where the weights have run away.
        """
        try:
            return self._learn(x, y)
        except (DataError, DivergenceError) as error:
            self.kept.refused.add(str(error))
            raise

    def _learn(self, x: Mapping[Any, Any], y: Any) -> float:
        news = self._encode(x)
        place, y = self._placed(y)
        new = place is None
        self._target[0] = 0 if place is None else place
        self._ask_now(x)
        answer, loss = self._answered(), -CLOSED if new else self._loss()
        if not isfinite(loss):
            raise DivergenceError("the loss of this example is not finite; the weights have run away: load, or reset()")
        if news or new:
            self._grow(x, news, y if new else None)
        self._step(y)
        self._count(answer, y)
        return loss

    def _placed(self, y: Any) -> tuple[float | None, Any]:
        """Where a target stands among the classes, or on the scale, and itself as it is kept; None for a new class."""
        contract = self._contract
        if contract.classes is None:
            number = contract.number(y)
            scale = contract.scale
            return ((number - scale.mean) / scale.deviation if self._scaled and scale is not None else number), number
        try:
            return self._places[y], y
        except (KeyError, TypeError):  # a class of another form, a new one, or none
            y = contract.label(y)
            return self._places.get(y), y

    def _grow(self, x: Mapping[Any, Any], news: list[tuple[Any, Any]], label: Any) -> None:
        """Have places for what is new, and put the dictionary in place again."""
        old = self._contract.room
        learnt = grown(self.learnt, news, label)
        contract = learnt.contract
        assert isinstance(contract, StreamContract)
        if learnt is not self.learnt:
            self._recent.widened(contract.room.width, old.places_in(contract.room))
            self._bind(learnt, contract)
        elif label is not None:
            self._places[label] = len(self._places)
        self._encode(x)

    def _step(self, y: Any) -> None:
        """Keep the example, and take the steps."""
        recent, scale = self._recent, self._contract.scale
        if scale is None:
            recent.add(self._row, self._places[y])
            recent.draw(self._order)
        else:
            scale.learn(y)
            recent.add(self._row, y)
            recent.draw(self._order)
            if self._scaled:
                recent.scale(scale.mean, scale.deviation, FARTHEST)
            else:
                recent.scale(0.0, 1.0, np.inf)
        if self._run() < STEPS:
            recent.take_back()
            raise DivergenceError(
                "the loss of this example or of one before it is not finite: the weights have run away; load what was "
                "saved, or reset(), and lower the learning rate"
            )

    def _count(self, answer: Any, y: Any) -> None:
        """Take the answer into the score and the alarm; a first example was answered by nothing."""
        score, contract = self.kept.score, self._contract
        if not score.begun:
            score.begin(y)
            return
        error = score.see(answer, y)
        scaled = error if contract.scale is None else error / contract.scale.deviation
        if risen := self.kept.drift.see(scaled, score.rows + 1):
            self._recent.forget(risen)

    def _wrong(self, x: Mapping[Any, Any]) -> str:
        """The first number that is too large, with its column."""
        most = float(np.finfo(self._row.dtype).max)
        name = next((name for name, value in x.items() if _is_beyond(name, value, most)), None)
        return "a number" if name is None else f"column {name!r}: {short(x[name])}"


def _is_beyond(name: Any, value: Any, most: float) -> bool:
    """Whether a value is a number larger than `most`, or than a float holds."""
    try:
        number = plain(name, value)
    except DataError:
        return True
    return isinstance(number, float) and abs(number) > most


def dictionaries_of(learnt: Learnt) -> Dictionaries:
    """The steps of the network of a stream, of which there is one for all who learn and ask."""
    bound = learnt.bound
    return bound if isinstance(bound, Dictionaries) else Dictionaries(learnt)
