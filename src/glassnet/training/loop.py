"""The training loop: slices of steps, an evaluation where an epoch ends, and the rules for when to stop."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from types import FrameType

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array
from glassnet.engines.engine import Executable
from glassnet.random import permutation
from glassnet.training.layout import State
from glassnet.training.programs import MEAN_WEIGHT, RATE_SCALE, ROW_LOSS, ROW_WEIGHT, TARGET
from glassnet.training.stopping import Moment, Rule, RuleState, Stop

MAP_ROWS = 4096  # rows at a time where a whole table is evaluated
RETRIES = 10  # times that a diverged run goes back and lowers its rate
GROWTH = 1e4  # a training loss above this many times the larger of its start and 1 counts as divergence


@dataclass(frozen=True, eq=False)
class Rows:
    """Examples as a program takes them: inputs by name, targets, and a weight for each row."""

    inputs: Mapping[str, Array]
    targets: Array
    weights: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def data(self) -> dict[str, Array]:
        """All of it by the names of a program's inputs."""
        return {**self.inputs, TARGET: self.targets, ROW_WEIGHT: self.weights}


@dataclass(frozen=True, eq=False)
class Run:
    """What a run of learning is made of; `sample` are the training rows on which the printed loss is measured."""

    train: Executable
    evaluate: Executable
    training: Rows
    sample: Rows
    validation: Rows | None
    batch_size: int
    shuffle: bool
    until: Rule
    seed: int
    keep_best: bool
    mean_weight: float
    watch: Callable[[Moment], None] = lambda moment: None

    @cached_property
    def data(self) -> dict[str, Array]:
        """The training rows in the dtypes that the program takes: converted once, not in every slice of steps."""
        inputs = self.train.program.inputs
        return {name: np.ascontiguousarray(array, inputs[name].dtype) for name, array in self.training.data.items()}


@dataclass
class Course:
    """How a run goes: its curves, its best moment, and how it ended."""

    training_losses: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    epochs: int = 0
    steps: int = 0
    seconds: float = 0.0
    best_epoch: int | None = None
    rate_scale: float = 1.0
    retries: int = 0
    diverged: bool = False
    stop: Stop | None = None
    rules: RuleState = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)

    def moment(self, *, epoch_ended: bool) -> Moment:
        """How far the run has come."""
        validation = self.validation_losses[-1] if self.validation_losses else None
        seconds = time.perf_counter() - self.began
        return Moment(self.epochs, self.steps, seconds, self.training_losses[-1], validation, epoch_ended)


class _Snapshots:
    """The states worth going back to: the best on the rows that count, and the one of the lowest training loss."""

    def __init__(self, state: State) -> None:
        self.best, self.lowest = _copied(state), _copied(state)
        self.best_loss, self.lowest_loss = math.inf, math.inf

    def consider(self, state: State, course: Course) -> None:
        """Keep the state where it is better than what is kept; NaN is never better."""
        loss = course.moment(epoch_ended=True).loss
        if loss < self.best_loss:
            self.best, self.best_loss, course.best_epoch = _copied(state), loss, course.epochs
        if course.training_losses[-1] < self.lowest_loss:
            self.lowest, self.lowest_loss = _copied(state), course.training_losses[-1]


def learn(run: Run, state: State, first_epoch: int = 0) -> Course:
    """Run steps on `state`, in place, until a rule says stop; Ctrl-C ends the run after the last whole step.

    `first_epoch` numbers the orders of the rows, so that a run that goes on does not repeat those of the first.
    """
    course, snapshots = Course(), _Snapshots(state)
    _measure(run, state, course)
    snapshots.consider(state, course)
    course.rules, course.stop = run.until.judge({}, course.moment(epoch_ended=True))
    with interruptions() as interrupted:
        while course.stop is None:
            finite = _epoch(run, state, course, first_epoch, interrupted)
            if finite:
                _measure(run, state, course)
            if not finite or not _sane(state, course):
                _recover(state, snapshots, course)
                continue
            snapshots.consider(state, course)
            if course.stop is None:
                _ask(run, course, interrupted, epoch_ended=True)
    if course.diverged or (run.keep_best and run.validation is not None):
        _restore(state, snapshots.best)
    course.seconds = time.perf_counter() - course.began
    return course


def _epoch(run: Run, state: State, course: Course, first_epoch: int, interrupted: Callable[[], bool]) -> bool:
    """Run the steps of one epoch, or fewer where a rule or Ctrl-C says stop; False where a loss was not finite."""
    rows, start = len(run.training), 0
    epoch = first_epoch + course.epochs
    order = permutation(run.seed, "order", rows, epoch=epoch) if run.shuffle else np.arange(rows)
    settings = {RATE_SCALE: course.rate_scale, MEAN_WEIGHT: run.mean_weight}
    while start < rows:
        left = run.until.steps_left(course.moment(epoch_ended=False))
        steps = -(-(rows - start) // run.batch_size)
        steps = steps if left is None else min(steps, left)
        done = run.train.run(state, run.data, order, start, run.batch_size, steps, settings)
        start, course.steps = start + done.steps * run.batch_size, course.steps + done.steps
        if not done.finite:
            return False
        if start >= rows:
            course.epochs += 1
            return True
        _ask(run, course, interrupted, epoch_ended=False)
        if course.stop is not None:
            return True
    return True


def _ask(run: Run, course: Course, interrupted: Callable[[], bool], *, epoch_ended: bool) -> None:
    """Ask the rules, and whether Ctrl-C was pressed, if the run is to stop; show how far it has come."""
    moment = course.moment(epoch_ended=epoch_ended)
    course.rules, course.stop = run.until.judge(course.rules, moment)
    if interrupted():
        course.stop = Stop("interrupted; what was learnt up to then is kept", False)
    run.watch(moment)


def _measure(run: Run, state: State, course: Course) -> None:
    """Append the losses of the network as it stands, by the rule of `test`."""
    course.training_losses.append(mean_loss(run.evaluate, state, run.sample))
    if run.validation is not None:
        course.validation_losses.append(mean_loss(run.evaluate, state, run.validation))


def mean_loss(evaluate: Executable, state: State, rows: Rows) -> float:
    """The sum of weight x loss over the sum of weights, in float64; NaN where there are no rows or no weight."""
    losses = evaluate.map(state, {**rows.inputs, TARGET: rows.targets}, MAP_ROWS)[ROW_LOSS].astype(np.float64)
    total = float(rows.weights.sum())
    counted = rows.weights > 0
    return float(losses[counted] @ rows.weights[counted]) / total if total > 0 else math.nan


def _sane(state: State, course: Course) -> bool:
    """Whether the last training loss is finite and has not grown past its bound, and the whole state is finite.

    A slot of an optimizer may overflow where neither loss nor weights do: its weight would stand still for ever.
    """
    loss = course.training_losses[-1]
    bounded = math.isfinite(loss) and loss <= GROWTH * max(course.training_losses[0], 1.0)
    return bounded and all(np.isfinite(array).all() for array in state.values())


def _recover(state: State, snapshots: _Snapshots, course: Course) -> None:
    """Go back to the state of the lowest training loss and halve the rate, or stop after too many tries."""
    _restore(state, snapshots.lowest)
    course.retries += 1
    course.rate_scale /= 2
    if course.retries > RETRIES:
        course.diverged = True
        course.stop = Stop(
            f"diverged: the loss was not finite or grew past its bound {course.retries} times, the learning rate "
            f"halved each time; the best weights seen are kept",
            False,
        )


def _copied(state: State) -> State:
    return {name: array.copy() for name, array in state.items()}


def _restore(state: State, kept: State) -> None:
    for name, array in kept.items():
        state[name][...] = array


@contextmanager
def interruptions() -> Iterator[Callable[[], bool]]:
    """Let a first Ctrl-C only be noted, so that a step is never torn; a second one interrupts at once."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    noted = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: FrameType | None) -> None:
        if noted.is_set():
            raise KeyboardInterrupt
        noted.set()

    if before is not signal.default_int_handler:
        yield lambda: False
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield noted.is_set
    finally:
        signal.signal(signal.SIGINT, before)
