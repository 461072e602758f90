"""Where parameters lie: flat groups, each one state of a program and one loop of an update, and all other state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from glassnet.core.arrays import aligned
from glassnet.core.operation import Array
from glassnet.core.tape import Tape
from glassnet.core.tensor import Tensor
from glassnet.nn.graph import SEED, STEP, Declared
from glassnet.nn.layer import Parameter, Statistic
from glassnet.optimizers.optimizer import Optimizer
from glassnet.training.groups import Group, grouped

State = dict[str, Array]

WAITING: Final = "waiting"  # the counter of examples whose deltas wait for an update
UPDATES: Final = "updates"  # the counter of updates, where they are not those of the steps


@dataclass(frozen=True)
class Layout:
    """The state of a network: groups of parameters with the slots of an optimizer, counters, and statistics, by name.

    `counters` are whole numbers that start at 0.
    """

    declared: Declared
    groups: tuple[Group, ...]
    counters: tuple[str, ...]
    dtype: str

    @classmethod
    def of(cls, declared: Declared, output: Tensor, optimizer: Optimizer, dtype: str) -> Layout:
        """The layout of what the layers of a network declare; see `grouped`."""
        counters = (STEP, WAITING, UPDATES) if optimizer.accumulate else (STEP,)
        return cls(declared, grouped(declared, output, optimizer), counters, dtype)

    @property
    def parameters(self) -> dict[str, Parameter]:
        """What the optimizer learns, by name."""
        return {name: what for name, what in self.declared.items() if isinstance(what, Parameter)}

    @property
    def statistics(self) -> dict[str, Statistic]:
        """What layers keep up to date themselves, by name."""
        return {name: what for name, what in self.declared.items() if isinstance(what, Statistic)}

    def leaves(self, tape: Tape) -> dict[str, Tensor]:
        """The state on a tape, by name, without the statistics, which a layer asks for."""
        leaves = {name: tape.state(name, (), "int64") for name in (*self.counters, SEED)}
        for group in self.groups:
            for name in (group.name, *map(group.slot, group.slots)):
                leaves[name] = tape.state(name, (group.size,), self.dtype)
            for name in map(group.slot, group.numbers):
                leaves[name] = tape.state(name, (), "float64")
        return leaves

    def initial(self, seed: int) -> State:
        """The state before the first step, every number fixed by the seed."""
        state: State = {name: np.zeros((), np.int64) for name in self.counters}
        state[SEED] = np.array(seed, np.int64)
        for group in self.groups:
            flat = aligned(group.size, self.dtype)
            for place in group.places:
                what = self.declared[place.name]
                assert isinstance(what, Parameter)
                place.of(flat)[...] = what.initializer.values(place.shape, seed, place.name)
            state[group.name] = flat
            for slot, value in group.slots.items():
                state[group.slot(slot)] = aligned(group.size, self.dtype)
                state[group.slot(slot)][...] = value
            for number, value in group.numbers.items():
                state[group.slot(number)] = np.array(value, np.float64)
        for name, statistic in self.statistics.items():
            state[f"running/{name}"] = np.full(statistic.shape, statistic.initial, self.dtype)
        return state

    def arrays(self, state: State) -> dict[str, Array]:
        """The state a parameter at a time, views all: "weights/dense_1.weights", "slots/mean/dense_1.weights", ...

        What is kept of a group as a whole has the name that it has in the state.
        """
        found = {name: state[name] for name in (*self.counters, SEED)}
        for group in self.groups:
            found.update({name: state[name] for name in map(group.slot, group.numbers)})
            for place in group.places:
                found[f"weights/{place.name}"] = place.of(state[group.name])
                for slot in group.slots:
                    found[f"slots/{slot}/{place.name}"] = place.of(state[group.slot(slot)])
        found.update({f"running/{name}": state[f"running/{name}"] for name in self.statistics})
        return found

    def of_members(self, state: State, members: slice) -> list[Array]:
        """What belongs to some of the members of packed layers alone, views all: their weights and slots."""
        found = []
        for group in self.groups:
            arrays = [state[group.name], *(state[group.slot(slot)] for slot in group.slots)]
            for place in group.places:
                what = self.declared[place.name]
                if isinstance(what, Parameter) and what.batch:
                    found += [place.of(array)[members] for array in arrays]
        return found

    def settle(self, state: State) -> None:
        """Where a run has ended: let rules that try weights write those that they answer with, in place."""
        for group in self.groups:
            if group.rule is not None:
                slots = {name: state[group.slot(name)] for name in (*group.slots, *group.numbers)}
                group.rule.settle(state[group.name], slots)

    def weights(self, state: State) -> dict[str, Array]:
        """The parameters by name, as views of the state."""
        return {place.name: place.of(state[group.name]) for group in self.groups for place in group.places}
