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


class Slice(NamedTuple):
    """What a run of steps came to: steps applied, sums of weighted loss and of weight, and whether all was finite.

    `finite` is False where the loss of the step after the last applied one was NaN or infinite; that step was not
    applied.
    """

    steps: int
    loss: float
    weight: float
    finite: bool


class Executable(Protocol):
    """A program made ready to run."""

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


class Engine(Protocol):
    """A way of running programs."""

    def compile(self, program: Program) -> Executable:
        """Make a program ready to run."""
