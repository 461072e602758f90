"""The training loop: slices of steps, an evaluation where an epoch ends, and the rules for when to stop."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import FrameType

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array
from glassnet.engines.engine import Executable
from glassnet.random import permutation
from glassnet.training.course import Course
from glassnet.training.layout import State
from glassnet.training.programs import ROW_LOSS, ROW_WEIGHT, TARGET
from glassnet.training.recovery import Snapshots, copied, restore, sane, steps_between_marks
from glassnet.training.stopping import Moment, Rule, Stop
from glassnet.training.update import MEAN_WEIGHT, RATE_SCALE, REMAINDER

MAP_ROWS = 4096  # rows at a time where a whole table is evaluated


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


def learn(run: Run, state: State, first_epoch: int = 0) -> Course:
    """Run steps on `state`, in place, until a rule says stop; Ctrl-C ends the run after the last whole step.

    `first_epoch` numbers the orders of the rows, so that a run that goes on does not repeat those of the first.
    """
    course, snapshots = Course(), Snapshots(state)
    _measure(run, state, course)
    snapshots.consider(state, course)
    course.rules, course.stop = run.until.judge({}, course.moment(epoch_ended=True))
    with interruptions() as interrupted:
        while course.stop is None:
            if not _epoch(run, state, course, snapshots, first_epoch, interrupted):
                snapshots.recover(state, course)
    if course.diverged or (run.keep_best and run.validation is not None):
        restore(state, snapshots.best)
    course.seconds = time.perf_counter() - course.began
    return course


def _epoch(
    run: Run, state: State, course: Course, snapshots: Snapshots, first_epoch: int, interrupted: Callable[[], bool]
) -> bool:
    """Learn an epoch from where it stands, or a part of it where a rule or Ctrl-C says stop; False for divergence."""
    rows = len(run.training)
    epoch = first_epoch + course.epochs
    order = permutation(run.seed, "order", rows, epoch=epoch) if run.shuffle else np.arange(rows)
    while course.stop is None:
        if not _slice(run, state, course, order):
            return False
        if course.row >= rows:
            return _end_of_epoch(run, state, course, snapshots, interrupted)
        if course.row % (run.batch_size * steps_between_marks(run.batch_size)) == 0:
            if not sane(state, course, course.losses / course.weights if course.weights else 0.0):
                return False
            snapshots.mark = copied(state), course.row
            course.go_to(course.row)
        _ask(run, course, interrupted, epoch_ended=False)
    return True


def _slice(run: Run, state: State, course: Course, order: npt.NDArray[np.int64]) -> bool:
    """Run a slice of steps, none beyond the next mark; False where a loss was not finite."""
    between = steps_between_marks(run.batch_size)
    steps = min(-(-(len(order) - course.row) // run.batch_size), between - course.row // run.batch_size % between)
    left = run.until.steps_left(course.moment(epoch_ended=False))
    steps = steps if left is None else min(steps, left)
    ends = course.row + run.batch_size >= len(order)
    if REMAINDER in run.train.program.settings and not ends:  # the last step of an epoch has a setting of its own
        steps = min(steps, -(-(len(order) - course.row) // run.batch_size) - 1)
    settings = {RATE_SCALE: course.rate_scale, MEAN_WEIGHT: run.mean_weight, REMAINDER: float(ends)}
    done = run.train.run(state, run.data, order, course.row, run.batch_size, steps, settings)
    course.row, course.steps = course.row + done.steps * run.batch_size, course.steps + done.steps
    course.losses, course.weights = course.losses + done.loss, course.weights + done.weight
    return done.finite


def _end_of_epoch(
    run: Run, state: State, course: Course, snapshots: Snapshots, interrupted: Callable[[], bool]
) -> bool:
    """Measure the losses, keep what is best, and ask the rules; False for divergence."""
    course.epochs += 1
    course.go_to(0)
    _measure(run, state, course)
    if not sane(state, course, course.training_losses[-1]):
        return False
    snapshots.consider(state, course)
    _ask(run, course, interrupted, epoch_ended=True)
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
