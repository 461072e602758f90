"""One example at a time: the step of a network bound once, for streams."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import numpy as np
from numpy import ndarray

from glassnet.data.arrays import as_array
from glassnet.data.contract import ArrayContract, Contract
from glassnet.data.long_contract import LongContract
from glassnet.engines.engine import LOSS, REFUSED, BoundStep
from glassnet.errors import DataError, DivergenceError, SettingError, TargetError
from glassnet.network.asking import FLOATS
from glassnet.network.dictionaries import Dictionaries, dictionaries_of
from glassnet.network.example import NUMBERS, fits, made, one_row, row_of_table
from glassnet.network.learnt import Learnt
from glassnet.network.one_step import OneTimeStep
from glassnet.network.stream_doors import StreamDoors
from glassnet.nn import Loss
from glassnet.nn.graph import STEP
from glassnet.training.glass import step_settings
from glassnet.training.members import NO_FOLD
from glassnet.training.programs import FOLDS, ROW_LOSS, ROW_WEIGHT, TARGET
from glassnet.training.report import Report
from glassnet.training.turnstile import busy

if TYPE_CHECKING:
    from glassnet.network.network import Network

DOUBLE: Final = np.dtype(np.float64)

T = TypeVar("T")


class OnlineStep(StreamDoors):
    """`step(x, y)`: one step of a network on one example, in microseconds; gives its loss before the step.

    It is always a step of the network as it stands: `learn`, `predict`, `weights` and `save` share its state, and after
    `reset()` the next example starts afresh. Where several threads use the network, each takes its turn.
    """

    def __init__(self, network: Network) -> None:
        super().__init__(network)
        self._learnt: Learnt | object = self  # no network's
        self._dictionaries: Dictionaries | None = None

    def __repr__(self) -> str:
        return f"the step on one example of {self._network!r}"

    # -- the quick way ---------------------------------------------------------------------------------------------
    def __call__(self, x: Any, y: Any) -> float:
        """Learn one example: a row as an array, a list, a number or {column: value}, and its target or targets.

        Gives the loss of the example before the step, of an ensemble the mean of its members. Raises DataError or
        TargetError for a row or a target that does not fit, DivergenceError where the loss is not finite, SettingError
        where one example is too little to make the network from; nothing is changed then.
        """
        if self._network._learnt is not self._learnt:
            return self._begin(x, y, self)
        turns = self._turns
        if turns.quick or turns.held.now:
            return self._in_turn(self._learn, x, y)
        turns.quick = True
        try:
            return self._learn(x, y)
        finally:
            turns.quick = False

    def _in_turn(self, then: Callable[[Any, Any], T], x: Any, y: Any) -> T:
        """Do something with an example when it is this thread's turn at the network."""
        with self._turns.gate, self._turns.room, self._turns.held:
            return then(x, y)

    def _learn(self, x: Any, y: Any) -> float:
        """Take the step, nobody else being at the state."""
        if self._dictionaries is not None:
            return self._learn_of_stream(self._dictionaries, x, y)
        self._take(x, y)
        if ended := self._run():
            self._refuse(ended, x, y)
        loss: float = self._loss()
        return loss

    def _learn_of_stream(self, dictionaries: Dictionaries, x: Any, y: Any) -> float:
        """Take the steps on a dictionary, from which the network may come out larger."""
        try:
            return dictionaries.learn(x, y)
        finally:
            if dictionaries.learnt is not self._learnt:
                self._learnt = self._network._learnt = dictionaries.learnt

    def _take(self, x: Any, y: Any) -> None:
        """Put the example where the step reads it; whether its numbers are finite, the step itself looks."""
        taken = type(x) is ndarray and type(y) in self._kinds
        try:
            if taken and x.dtype is self._double:
                self._numbers[:] = x  # a ValueError where its shape is another
            elif taken and x.shape == self._shape and x.dtype in FLOATS:
                self._row[...] = x
            else:
                taken = False
            if taken:
                self._target[0] = y if self._places is None else self._places[y]
        except (KeyError, OverflowError, ValueError):
            taken = False  # the general way says what is wrong
        if not taken:
            self._encode(x, y)

    def report(self, x: Any, y: Any) -> Report:
        """The same step with a report, whose losses are measured before and after as `test` does."""
        if self._network._learnt is not self._learnt:
            return self._begin(x, y, self.report)
        began, learnt, turns = perf_counter(), self._network._ready("learn"), self._turns
        if turns.learning:
            raise busy("learn")
        if turns.quick or turns.held.now:
            losses = self._in_turn(self._measured_step, x, y)
        else:
            turns.quick = True
            try:
                losses = self._measured_step(x, y)
            finally:
                turns.quick = False
        learnt.epochs += 1
        report = Report.of_example(losses, perf_counter() - began, learnt.state[STEP].item() - 1)
        learnt.report = report
        return report

    def _measured_step(self, x: Any, y: Any) -> tuple[float, float]:
        """Take the step, and measure the loss of the example before and after it."""
        self._take(x, y)
        self._evaluate()
        before = self._measured()
        if ended := self._run():
            self._refuse(ended, x, y)
        self._evaluate()
        return before, self._measured()

    # -- the general way -------------------------------------------------------------------------------------------
    def _encode(self, x: Any, y: Any) -> None:
        """Put an example of any form where the step reads it; raises DataError or TargetError where it does not fit."""
        learnt = self._network._ready("online")
        table = not isinstance(learnt.contract, ArrayContract)
        row = row_of_table(x) if table else one_row(x)
        inputs, _ = learnt.contract.inputs(row)
        given: Any = [y] if table or learnt.contract.labels else as_array(y)[None]
        steps = learnt.programs.model.answers_steps
        targets, present = learnt.contract.targets(row, [given] if steps else given)
        if len(targets) != 1 or any(len(array) != 1 for array in inputs.values()):
            raise DataError(f"{len(targets)} examples were given; a step takes one: learn(inputs, targets) takes many")
        if not present[0]:
            raise TargetError(f"target {y!r}: the example has no target; expected one")
        learnt.check(targets)
        for name, array in {**inputs, TARGET: targets}.items():
            if name in self._given:
                fits(name, array, self._given[name])
                self._given[name][...] = array

    def _refuse(self, ended: int, x: Any, y: Any) -> NoReturn:
        """Say why a step was not taken."""
        if ended == REFUSED:
            self._encode(x, y)
            raise DataError("a number of the row or of its target is none that the network takes; look at both")
        raise DivergenceError(
            "the loss of this example is not finite, and nothing was changed; look at the row and its target; if they "
            "are sound the weights have run away: load what was saved, or reset(), and lower the learning rate"
        )

    # -- binding ---------------------------------------------------------------------------------------------------
    def _begin(self, x: Any, y: Any, then: Callable[[Any, Any], T]) -> T:
        """Bind the step to the network as it stands, made from this example if need be, and take it."""
        network, before = self._network, self._network._learnt
        if before is None:
            network._learnt = self._first(x, y) if isinstance(x, Mapping) else made(network._wishes, x, y)
        try:
            self._bind(network._ready("online"))
            return then(x, y)
        except BaseException:
            network._learnt = before
            raise

    def _bind(self, learnt: Learnt) -> None:
        self._dictionaries = None
        if learnt.kept is not None:
            self._dictionaries, self._learnt, self._turns = dictionaries_of(learnt), learnt, self._network._turns
            return
        optimizer = learnt.programs.model.optimizer
        if optimizer.joint:
            raise SettingError(
                f"{type(optimizer).__name__} takes all rows in each step, so that it has no step on one example; learn "
                f"from a table or arrays, or by another optimizer such as gn.Adam(0.001)"
            )
        if isinstance(learnt.contract, LongContract):
            raise SettingError(
                "a network of the sequences of a table has no step on one row, which is a step of a sequence among "
                "others; learn from a table of one sequence, its rows together: learn(table)"
            )
        if learnt.streams not in (None, 1):
            raise SettingError(
                f"the layers keep the states of {learnt.streams} sequences, and a step on one example is of one; give "
                f"them streams=1"
            )
        if learnt.contract.over_time and learnt.streams is None:
            raise SettingError(
                "a network of sequences has no step on one example, since each may have another number of steps; learn "
                "from a list of one: learn([x], [y]), or give the recurrent layers stateful=True, and steps of time"
            )
        bound, evaluate = _bound(learnt)
        bound.row[ROW_WEIGHT][...] = 1
        if FOLDS in bound.row:
            bound.row[FOLDS][...] = NO_FOLD
        self._given, self._run, self._loss = bound.row, bound.run, _loss_of(bound, learnt)
        self._evaluate, self._measured = evaluate.run, evaluate.outputs[ROW_LOSS].item
        self._bind_row(learnt.contract)
        self._bind_target(learnt)
        self._learnt, self._turns = learnt, self._network._turns

    def _bind_row(self, contract: Contract) -> None:
        """Know what rows can be put in place at once: those of numbers as they are."""
        self._shape: tuple[int, ...] | None = None
        self._double: np.dtype[Any] | None = None
        row = self._given.get(contract.name) if isinstance(contract, ArrayContract) else None
        if isinstance(contract, ArrayContract) and row is not None and row.dtype in FLOATS:
            self._row = row.reshape(contract.row)
            self._shape = contract.row
            if len(contract.row) == 1:  # memory of the same form is copied in half the time
                self._numbers, self._double = self._row.data, DOUBLE

    def _bind_target(self, learnt: Learnt) -> None:
        """Know what targets can be put in place at once: labels, and numbers that the loss takes unseen."""
        labels, target = learnt.contract.labels, self._given[TARGET].reshape(-1)
        self._target: memoryview[Any] = target.data
        self._places = None if labels is None else {label: place for place, label in enumerate(labels)}
        self._kinds: frozenset[type] = frozenset()
        if labels is not None:
            numbers = np.arange(len(labels))
            learnt.check(numbers[None] if learnt.programs.model.answers_steps else numbers)
            self._kinds = frozenset(map(type, labels)) | {np.int64, np.str_}
        elif len(target) == 1 and all(type(loss).check is Loss.check for loss in learnt.programs.model.losses):
            self._kinds = NUMBERS


def _bound(learnt: Learnt) -> tuple[BoundStep, BoundStep]:
    """The steps that learn and that measure, on the same row."""
    if learnt.streams is None:
        bound = learnt.train.bind(learnt.state, step_settings())
        return bound, learnt.evaluate.bind(learnt.state, {}, bound.row)
    step = OneTimeStep(learnt.train, learnt.state, step_settings())
    return step, OneTimeStep(learnt.evaluate, learnt.state, {}, step.row)


def _loss_of(bound: BoundStep, learnt: Learnt) -> Callable[[], float]:
    """What gives the loss of the example: of an ensemble the mean of its members, whose losses the step adds."""
    total: Callable[[], float] = bound.outputs[LOSS].item
    if learnt.members is None:
        return total
    count = learnt.members.count
    return lambda: total() / count
