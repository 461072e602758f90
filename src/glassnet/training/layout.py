"""Where parameters lie: flat groups, each one state of a program and one loop of an update.

Parameters that share dtype and decay lie in one flat array; each is a view of it. A rule for one array is then a rule
for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from glassnet.core.arrays import aligned
from glassnet.core.operation import Array
from glassnet.core.tensor import Tensor
from glassnet.nn.graph import SEED, STEP, Declared
from glassnet.nn.layer import Parameter, Statistic
from glassnet.optimizers.optimizer import Optimizer

State = dict[str, Array]


@dataclass(frozen=True)
class Place:
    """Where a parameter lies in its group."""

    name: str
    start: int
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """The number of weights."""
        return prod(self.shape)

    def of(self, flat: Array) -> Array:
        """The parameter as a view of its group's array."""
        return flat[self.start : self.start + self.size].reshape(self.shape)

    def within(self, flat: Tensor) -> Tensor:
        """The parameter as a tensor, a view of its group's tensor."""
        return flat.narrow(0, self.start, self.size).reshape(*self.shape)


@dataclass(frozen=True)
class Group:
    """Parameters in one flat array."""

    name: str
    places: tuple[Place, ...]
    decayed: bool

    @property
    def size(self) -> int:
        """The number of weights in all."""
        return sum(place.size for place in self.places)


@dataclass(frozen=True)
class Layout:
    """The state of a network: groups of parameters with the slots of an optimizer, and statistics, by name."""

    declared: Declared
    groups: tuple[Group, ...]
    slots: Mapping[str, float]
    dtype: str

    @classmethod
    def of(cls, declared: Declared, optimizer: Optimizer, dtype: str) -> Layout:
        """The layout of what the layers of a network declare."""
        groups = []
        for decayed, name in ((True, "decayed"), (False, "spared")):
            places, start = [], 0
            for parameter, what in declared.items():
                if isinstance(what, Parameter) and what.decay == decayed:
                    places.append(Place(parameter, start, what.shape))
                    start += places[-1].size
            if places:
                groups.append(Group(f"weights/{name}", tuple(places), decayed))
        return cls(declared, tuple(groups), dict(optimizer.slots()), dtype)

    @property
    def parameters(self) -> dict[str, Parameter]:
        """What the optimizer learns, by name."""
        return {name: what for name, what in self.declared.items() if isinstance(what, Parameter)}

    @property
    def statistics(self) -> dict[str, Statistic]:
        """What layers keep up to date themselves, by name."""
        return {name: what for name, what in self.declared.items() if isinstance(what, Statistic)}

    def slot(self, group: Group, slot: str) -> str:
        """The name of the state that holds a slot of a group."""
        return f"{group.name.replace('weights', 'slots')}/{slot}"

    def initial(self, seed: int) -> State:
        """The state before the first step, every number fixed by the seed."""
        state: State = {STEP: np.zeros((), np.int64), SEED: np.array(seed, np.int64)}
        for group in self.groups:
            flat = aligned(group.size, self.dtype)
            for place in group.places:
                what = self.declared[place.name]
                assert isinstance(what, Parameter)
                place.of(flat)[...] = what.initializer.values(place.shape, seed, place.name)
            state[group.name] = flat
            for slot, value in self.slots.items():
                state[self.slot(group, slot)] = aligned(group.size, self.dtype)
                state[self.slot(group, slot)][...] = value
        for name, statistic in self.statistics.items():
            state[f"running/{name}"] = np.full(statistic.shape, statistic.initial, self.dtype)
        return state

    def arrays(self, state: State) -> dict[str, Array]:
        """The state a parameter at a time, views all: "weights/dense_1.weights", "slots/mean/dense_1.weights", ..."""
        found = {STEP: state[STEP], SEED: state[SEED]}
        for group in self.groups:
            for place in group.places:
                found[f"weights/{place.name}"] = place.of(state[group.name])
                for slot in self.slots:
                    found[f"slots/{slot}/{place.name}"] = place.of(state[self.slot(group, slot)])
        found.update({f"running/{name}": state[f"running/{name}"] for name in self.statistics})
        return found

    def weights(self, state: State) -> dict[str, Array]:
        """The parameters by name, as views of the state."""
        return {place.name: place.of(state[group.name]) for group in self.groups for place in group.places}
