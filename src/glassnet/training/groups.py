"""Which parameters lie together: groups that one rule updates at one rate, each one flat array."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Final

from glassnet.core.operation import Array
from glassnet.core.operations import leaves
from glassnet.core.tape import Tape
from glassnet.core.tensor import Tensor
from glassnet.nn.graph import Declared
from glassnet.nn.layer import Parameter
from glassnet.nn.named import named
from glassnet.optimizers.optimizer import Optimizer

SUM: Final = "delta sum"  # the slot of deltas that wait for an update, where an optimizer accumulates them
MATRIX: Final = 2  # the axes of a matrix, at least


@dataclass(frozen=True)
class Place:
    """Where a parameter lies in its group."""

    name: str
    start: int
    shape: tuple[int, ...]
    decays: bool

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
    """Parameters in one flat array that one rule updates, its learning rate times `rate`.

    `rule` is None where they are frozen. `slots` are the first values of what is kept of each weight beside it, and
    `numbers` those of what is kept of the group as a whole.
    """

    name: str
    places: tuple[Place, ...]
    rule: Optimizer | None
    rate: float
    slots: Mapping[str, float]
    numbers: Mapping[str, float]

    @property
    def decayed(self) -> bool:
        """Whether all of its weights are among those that decay."""
        return all(place.decays for place in self.places)

    @property
    def size(self) -> int:
        """The number of weights in all."""
        return sum(place.size for place in self.places)

    def slot(self, slot: str) -> str:
        """The name of the state that holds a slot or a number."""
        return f"{self.name.replace('weights', 'slots')}/{slot}"

    def answer(self, state: Mapping[str, Tensor]) -> Tensor:
        """The weights that evaluation and prediction use."""
        weights = state[self.name]
        return weights if self.rule is None else self.rule.answer(weights, self.own(state, self.rule))

    def own(self, state: Mapping[str, Tensor], rule: Optimizer) -> dict[str, Tensor]:
        """The slots and numbers that are the rule's among the tensors of a state."""
        return {slot: state[self.slot(slot)] for slot in (*rule.slots(), *rule.numbers())}


def grouped(declared: Declared, output: Tensor, optimizer: Optimizer) -> tuple[Group, ...]:
    """The groups of what the layers of a network declare, whose `output` lies on the tape that declares it.

    Raises SettingError where the optimizer has a rate for what the network does not have.
    """
    parameters = {name: what for name, what in declared.items() if isinstance(what, Parameter)}
    factors = optimizer.rates or {}
    meant = named(f"{type(optimizer).__name__}: rates", factors, parameters)
    rules = {hidden: optimizer.among(hidden=hidden) for hidden in (True, False)}
    apart = _hidden(parameters, output) if rules[True] is not rules[False] else set()
    members: dict[tuple[str, bool, float], list[Place]] = {}
    for name, what in sorted(parameters.items(), key=lambda item: not item[1].decay):
        rate = factors[meant[name]] if name in meant else 1.0
        kind = "all" if optimizer.joint else "decayed" if what.decay else "spared"
        places = members.setdefault((kind, name in apart, rate), [])
        places.append(Place(name, sum(place.size for place in places), what.shape, what.decay))
    sums = {SUM: 0.0} if optimizer.accumulate else {}
    groups = []
    for (kind, hidden, rate), places in members.items():
        name = f"weights/{kind}{' hidden' * hidden}{'' if rate == 1 else f' at {rate!r}'}"
        rule = rules[hidden] if rate else None
        slots = {**rule.slots(), **sums} if rule else {}
        groups.append(Group(name, tuple(places), rule, rate, slots, rule.numbers() if rule else {}))
    return tuple(groups)


def _hidden(parameters: Mapping[str, Parameter], output: Tensor) -> set[str]:
    """The hidden matrices, without those from which the output is reached past no other matrix: the last ones."""
    last: set[str] = set()
    waiting, seen = [output.position], set[int]()
    while waiting:
        call = output.tape[waiting.pop()]
        matrices = {name for position in call.inputs if (name := _matrix(output.tape, position, parameters))}
        last |= matrices
        waiting.extend(position for position in call.inputs if not matrices and position not in seen)
        seen.update(call.inputs)
    return {name for name, what in parameters.items() if what.hidden} - last


def _matrix(tape: Tape, position: int, parameters: Mapping[str, Parameter]) -> str | None:
    """The name of the parameter that a tensor is a view of, if it is one with two or more axes for each member."""
    call = tape[position]
    while call.operation.kind == "view":
        call = tape[call.inputs[0]]
    name = str(call.attributes["name"]) if call.operation is leaves.state else ""
    what = parameters.get(name)
    return name if what is not None and len(what.shape) - what.batch >= MATRIX else None
