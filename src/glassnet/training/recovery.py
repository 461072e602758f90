"""What a run that diverges goes back to: states kept on the way, at fixed steps and never by the clock."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np

from glassnet.core.operation import Array
from glassnet.training.course import Course
from glassnet.training.layout import State
from glassnet.training.stopping import Stop

RETRIES: Final = 10  # times that a diverged run goes back and lowers its rate
GROWTH: Final = 1e4  # a training loss above this many times the larger of its start and 1 counts as divergence
MARK_ROWS: Final = 2**20  # rows of an epoch from one mark to the next: seconds of work, while a copy takes milliseconds


Part: TypeAlias = Callable[[State], Sequence[Array]]  # the arrays of a part of a state, views all


def whole(state: State) -> list[Array]:
    """All of a state."""
    return list(state.values())


class Snapshots:
    """The states worth going back to: the best on the rows that count, the one of the lowest training loss, and a mark.

    The best is put together of the best of each of the `parts`, which an ensemble has several of. A mark is the state
    at a place within a long epoch, so that a step that fails does not cost all of the epoch. What is kept is never
    written to: two of them may be the same.
    """

    def __init__(self, state: State, parts: tuple[Part, ...] = (whole,)) -> None:
        self.best = self.lowest = copied(state)
        self.best_losses, self.lowest_loss = (math.inf,) * len(parts), math.inf
        self.mark: tuple[State, int] | None = None
        self.parts = parts

    def consider(self, state: State, course: Course, losses: Sequence[float]) -> None:
        """Where the losses of the parts were measured: keep what is better than what is kept; NaN is never better."""
        self.mark = None
        training = course.training_losses[-1]
        better = [loss < best for loss, best in zip(losses, self.best_losses, strict=True)]
        lowest = training < self.lowest_loss
        if not (any(better) or lowest):
            return
        kept = copied(state) if course.steps else self.best  # before the first step it is kept already
        if any(better):
            self.best, course.best_epoch = self._joined(kept, better), course.epochs
            pairs = zip(losses, self.best_losses, better, strict=True)
            self.best_losses = tuple(loss if newer else best for loss, best, newer in pairs)
        if lowest:
            self.lowest, self.lowest_loss = kept, training

    def _joined(self, state: State, better: Sequence[bool]) -> State:
        """A state with the parts that are better, and those that were best before in place of the others."""
        if all(better):
            return state
        joined = copied(state)
        for part, newer in zip(self.parts, better, strict=True):
            if not newer:
                for array, before in zip(part(joined), part(self.best), strict=True):
                    array[...] = before
        return joined

    def set_mark(self, state: State, course: Course) -> None:
        """Keep the state at this place of an epoch."""
        self.mark = copied(state), course.row
        course.go_to(course.row)

    def recover(self, state: State, course: Course) -> None:
        """Go back and halve the rate, or stop after too many tries.

        Back to the mark where there is one; if that does not help, to the state of the lowest training loss.
        """
        kept, row = self.mark or (self.lowest, 0)
        self.mark = None
        restore(state, kept)
        course.go_to(row)
        course.retries += 1
        course.controls.rate_scale /= 2
        if course.retries > RETRIES:
            course.diverged = True
            course.stop = Stop(
                f"diverged: the loss was not finite or grew past its bound {course.retries} times, the learning rate "
                f"halved each time; the best weights seen are kept",
                False,
            )


def steps_to_mark(course: Course) -> int:
    """How many steps of an epoch remain to the next mark, with batches as they are now; 0 where it is due."""
    size = course.controls.batch_size
    rows = max(1, MARK_ROWS // size) * size
    return max(0, -((course.row - course.mark - rows) // size))


def sane(state: State, course: Course, loss: float) -> bool:
    """Whether a training loss is finite and has not grown past its bound, and the whole state is finite.

    A slot of an optimizer may overflow where neither loss nor weights do: its weight would stand still for ever.
    """
    bounded = math.isfinite(loss) and loss <= GROWTH * max(course.training_losses[0], 1.0)
    return bounded and all(np.isfinite(array).all() for array in state.values())


def copied(state: State) -> State:
    """A state of its own with the same numbers."""
    return {name: array.copy() for name, array in state.items()}


def restore(state: State, kept: State) -> None:
    """Write the numbers of another state into the arrays of this one."""
    for name, array in kept.items():
        state[name][...] = array
