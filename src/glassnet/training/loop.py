"""The training loop: slices of steps, an evaluation where an epoch ends, and the rules for when to stop."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from types import FrameType

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array
from glassnet.engines.engine import Executable
from glassnet.optimizers.schedules import ReduceOnPlateau
from glassnet.random import permutation
from glassnet.training.callbacks import Callback
from glassnet.training.controls import Controls
from glassnet.training.course import Course
from glassnet.training.feed import Feed, Portion
from glassnet.training.held_out import HeldOut
from glassnet.training.keeper import Keeper
from glassnet.training.layout import State
from glassnet.training.programs import ROW_LOSS, TARGET
from glassnet.training.recovery import Part, Snapshots, restore, sane, steps_to_mark, whole
from glassnet.training.rows import MAP_ROWS, Rows
from glassnet.training.standing import Standing
from glassnet.training.stopping import Rule, Stop
from glassnet.training.turnstile import Turnstile
from glassnet.training.update import MEAN_WEIGHT, RATE_SCALE, REMAINDER

INTERRUPTED = "interrupted; what was learnt up to then is kept"


@dataclass(frozen=True, eq=False)
class Run:
    """What a run of learning is made of; `sample` are the training rows on which the printed loss is measured.

    `batch_size` is that of the first batch; `plateau` is what reduces the rate, if anything does; `turns` are those of
    whoever else uses the network meanwhile. The losses are measured where an epoch ends, and within it after `every` so
    many steps. Of an ensemble they are those of the rows `held_out` from each member, in the best group, and the best
    is kept of each of its `parts`. `began` is when the clock of the run stood at 0. Where there is a `feed`, epochs are
    of its rows, and `training` is a part of them.
    """

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
    plateau: ReduceOnPlateau | None = None
    every: int | None = None
    held_out: HeldOut | None = None
    feed: Feed | None = None
    parts: tuple[Part, ...] = (whole,)
    callback: Callback = field(default_factory=Callback)
    keeper: Keeper = field(default_factory=Keeper)
    turns: Turnstile = field(default_factory=Turnstile)
    began: float = field(default_factory=time.perf_counter)

    @cached_property
    def data(self) -> dict[str, Array]:
        """The training rows in the dtypes that the program takes: converted once, not in every slice of steps."""
        inputs = self.train.program.inputs
        return {name: np.ascontiguousarray(array, inputs[name].dtype) for name, array in self.training.data.items()}

    def order(self, epoch: int) -> npt.NDArray[np.int64]:
        """The rows in the order of an epoch."""
        rows = len(self.training)
        return permutation(self.seed, "order", rows, epoch=epoch) if self.shuffle else np.arange(rows)

    def portion(self, epoch: int, number: int) -> Portion:
        """A portion of the rows of an epoch: all of them at once, unless there is a feed."""
        if self.feed is not None:
            return self.feed.portion(epoch, number)
        return Portion(self.data, self.order(epoch), last=True)


def learn(run: Run, state: State, first_epoch: int = 0) -> Course:
    """Run steps on `state`, in place, from the first to the end of a run; see `begin` and `go_on`."""
    standing = begin(run, state, first_epoch)
    go_on(run, state, standing)
    return standing.course


def begin(run: Run, state: State, first_epoch: int = 0) -> Standing:
    """Where a run stands before its first step; `first_epoch` is the number of epochs learnt before."""
    standing = Standing(Course(Controls(run.batch_size), began=run.began), Snapshots(state, run.parts), first_epoch)
    course = standing.course
    standing.snapshots.consider(state, course, _measure(run, state, course))
    course.rules, course.stop = run.until.judge({}, course.moment(epoch_ended=True))
    course.judge_plateau(run.plateau)
    return standing


def go_on(run: Run, state: State, standing: Standing) -> None:
    """Run steps on `state`, in place, until a rule says stop; Ctrl-C ends the run after the last whole step.

    What a callback raises is kept for a run that goes on later, and raised.
    """
    course, place = standing.course, (-1, 0)
    run.callback.on_begin(course.moment(epoch_ended=course.row == 0))
    with interruptions() as interrupted:
        while course.stop is None:
            if place != standing.place:
                place = standing.place
                portion = run.portion(*place)
            with run.turns.gate:
                pass  # whoever waits for the state comes first
            with run.turns.room, run.turns.held:
                ended = _advance(run, state, standing, portion)
            if ended is not None:
                _pause(run, state, standing, interrupted, epoch_ended=ended)
    if course.diverged or (run.keep_best and course.validation_losses):
        with run.turns.gate, run.turns.room, run.turns.held:
            restore(state, standing.snapshots.best)
    run.callback.on_end(course.moment(epoch_ended=course.row == 0))


def _advance(run: Run, state: State, standing: Standing, portion: Portion) -> bool | None:
    """Run a slice of steps, and see to what lies at its end; whether an epoch ended, None where the run went back."""
    course, snapshots = standing.course, standing.snapshots
    sound, through = _slice(run, state, course, portion), course.row >= len(portion.order)
    ended = through and portion.last
    if sound and ended:
        course.end_epoch()
        sound = _judged(run, state, course, snapshots)
    elif sound and run.every and course.steps % run.every == 0:
        sound = _judged(run, state, course, snapshots)
        if sound:
            snapshots.set_mark(state, course)
    elif sound and (through or steps_to_mark(course) == 0):
        sound = sane(state, course, course.losses / course.weights if course.weights else 0.0)
        if sound:
            if through:
                course.end_portion()
            snapshots.set_mark(state, course)
    if not sound:
        snapshots.recover(state, course)
        return None
    return ended


def _slice(run: Run, state: State, course: Course, portion: Portion) -> bool:
    """Run a slice of steps, none beyond the next mark; False where a loss was not finite."""
    size, left = course.controls.batch_size, len(portion.order) - course.row
    moment = course.moment(epoch_ended=False)
    counted = run.until.steps_left(moment), run.keeper.steps_left(course), _to_measure(run, course)
    steps = min(-(-left // size), steps_to_mark(course), *(n for n in counted if n is not None))
    ends = portion.last and left <= size
    if REMAINDER in run.train.program.settings and portion.last and not ends:  # the last step has its own setting
        steps = min(steps, -(-left // size) - 1)
    settings = {RATE_SCALE: course.rate_scale, MEAN_WEIGHT: run.mean_weight, REMAINDER: float(ends)}
    done = run.train.run(state, portion.data, portion.order, course.row, size, steps, settings)
    course.row, course.steps = course.row + done.steps * size, course.steps + done.steps
    course.losses, course.weights = course.losses + done.loss, course.weights + done.weight
    return done.finite


def _to_measure(run: Run, course: Course) -> int | None:
    """How many steps may be run before losses are measured within an epoch, None where they are not."""
    return None if run.every is None else run.every - course.steps % run.every


def _judged(run: Run, state: State, course: Course, snapshots: Snapshots) -> bool:
    """Measure the losses and keep what is best; False for divergence."""
    losses = _measure(run, state, course)
    if not sane(state, course, course.training_losses[-1]):
        return False
    snapshots.consider(state, course, losses)
    return True


def _pause(run: Run, state: State, standing: Standing, interrupted: Callable[[], bool], *, epoch_ended: bool) -> None:
    """Between two slices: ask whether the run ends or its rate is reduced, call back, heed Ctrl-C, keep what is due."""
    course = standing.course
    moment = course.moment(epoch_ended=epoch_ended)
    course.rules, course.stop = run.until.judge(course.rules, moment)
    if epoch_ended and course.stop is None:
        course.judge_plateau(run.plateau)
    try:
        hook = run.callback.on_epoch_end if epoch_ended else run.callback.on_slice_end
        hook(moment)
    except BaseException:
        _keep(run, state, standing)
        raise
    if course.stop is None and interrupted():
        _keep(run, state, standing)
        course.stop = Stop(INTERRUPTED, False)
    elif course.stop is None and run.keeper.due(course):
        _keep(run, state, standing)


def _keep(run: Run, state: State, standing: Standing) -> None:
    """Have the run kept as it stands now."""
    with run.turns.gate, run.turns.room, run.turns.held:
        run.keeper.keep(state, standing)


def _measure(run: Run, state: State, course: Course) -> tuple[float, ...]:
    """Append the losses of the network as it stands, by the rule of `test`; gives those that each part is judged by."""
    course.training_losses.append(mean_loss(run.evaluate, state, run.sample))
    if run.held_out is not None:
        losses = run.held_out.losses(state)
        course.validation_losses.append(float(np.min(losses)))  # of the best group, which the blend comes near to
        return losses
    if run.validation is not None:
        course.validation_losses.append(mean_loss(run.evaluate, state, run.validation))
    return (course.moment(epoch_ended=True).loss,)


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
