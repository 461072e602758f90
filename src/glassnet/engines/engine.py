"""What an engine offers: programs compiled to executables, which run steps, slices of many steps, and map rows."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array
from glassnet.core.program import Program

State: TypeAlias = MutableMapping[str, Array]
Batch: TypeAlias = Mapping[str, Array]
Settings: TypeAlias = Mapping[str, float]

LOSS = "loss"  # the output of a training program that says whether a step may be applied
WEIGHT = "weight"  # the output that holds the weights of the batch, summed

# What a step came to: its state was written; its loss was not finite or an index wrong, and nothing was written; or a
# number of its row does not fit the input, and nothing was computed.
APPLIED, STOPPED, REFUSED = 0, 1, 2


class Slice(NamedTuple):
    """What a run of steps came to: steps applied, sums of weighted loss and of weight, and whether all was finite.

    `finite` is False where the loss of the step after the last applied one was NaN or infinite; that step was not
    applied.
    """

    steps: int
    loss: float
    weight: float
    finite: bool


class BoundStep(Protocol):
    """A program bound to a state, for one row at a time: a step allocates nothing and checks no shape.

    `row` holds for each input the numbers of the row, shape (1, ...), to be written by the caller; they are float64
    whatever the dtype of the input, so that a step can say when one does not fit. `outputs` are written by the step.
    It is for one thread at a time.
    """

    @property
    def row(self) -> Mapping[str, Array]:
        """Where each input is given."""

    @property
    def outputs(self) -> Mapping[str, Array]:
        """Where each output is found."""

    def run(self) -> int:
        """Run the step: APPLIED, STOPPED or REFUSED. Raises DataError for an index outside its table."""


class BoundRun(Protocol):
    """A training program bound to a state and to rows that stay where they are: a run allocates and checks nothing.

    `order` (steps, rows of a batch) is written by the caller: which rows each step takes. It is for one thread at a
    time.
    """

    @property
    def order(self) -> npt.NDArray[np.int64]:
        """The numbers of the rows of each step."""

    def run(self) -> int:
        """Run the steps, and say how many were applied: all, or those before the first whose loss is not finite."""


class Executable(Protocol):
    """A program made ready to run."""

    @property
    def program(self) -> Program:
        """The program that it runs."""

    def step(self, state: State, batch: Batch, settings: Settings) -> dict[str, Array]:
        """Run one step and return the outputs; the state becomes the next state, unless the loss is not finite."""

    def run(
        self,
        state: State,
        data: Batch,
        order: npt.NDArray[np.int64],
        start: int,
        batch_size: int,
        steps: int,
        settings: Settings,
    ) -> Slice:
        """Run at most `steps` steps on the rows order[start:], `batch_size` at a time; it may come back after fewer."""

    def map(self, state: State, data: Batch, batch_size: int) -> dict[str, Array]:
        """The outputs for all rows of the data, a batch at a time; every output has a row for each row of the data."""

    def bind(self, state: State, settings: Settings, row: Mapping[str, Array] | None = None) -> BoundStep:
        """The step on one row, bound to the arrays of this state, which must stay where they are.

        `row` is that of another bound step, where the two are to read the same.
        """

    def bind_run(self, state: State, settings: Settings, data: Batch, steps: int, batch_size: int) -> BoundRun:
        """So many steps of so many rows each, bound to the arrays of this state and of these data.

        Both must stay where they are; `data` has each input in the dtype of the program. Raises ShapeError where it
        does not.
        """


class Engine(Protocol):
    """A way of running programs."""

    @property
    def pace(self) -> float:
        """The additions and multiplications of products that may be counted on in a second, cautiously."""

    def compile(self, program: Program) -> Executable:
        """Make a program ready to run."""
