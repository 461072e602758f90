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
from glassnet.errors import SettingError
from glassnet.nn.graph import Declared
from glassnet.nn.layer import Parameter
from glassnet.nn.named import named
from glassnet.optimizers.optimizer import Factor, Optimizer

SUM: Final = "delta sum"  # the slot of deltas that wait for an update, where an optimizer accumulates them
MATRIX: Final = 2  # the axes of a matrix, at least


@dataclass(frozen=True)
class Place:
    """Where a parameter lies in its group."""

    name: str
    start: int
    shape: tuple[int, ...]
    decays: bool
    batch: int = 0

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
    """Parameters in one flat array that one rule updates, its learning rate times `rate`, its decay times `decay`.

    `rule` is None where they are frozen. `slots` are the first values of what is kept of each weight beside it, and
    `numbers` those of what is kept of the group as a whole.
    """

    name: str
    places: tuple[Place, ...]
    rule: Optimizer | None
    rate: Factor
    decay: Factor
    slots: Mapping[str, float]
    numbers: Mapping[str, float]

    @property
    def by_member(self) -> bool:
        """Whether members of packed layers have rates or decays of their own, so that each place keeps its shape."""
        return isinstance(self.rate, tuple) or isinstance(self.decay, tuple)

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
    rates, decays = (_factors(optimizer, setting, parameters) for setting in ("rates", "decays"))
    rules = {hidden: optimizer.among(hidden=hidden) for hidden in (True, False)}
    apart = _hidden(parameters, output) if rules[True] is not rules[False] else set()
    members: dict[tuple[str, bool, Factor, Factor], list[Place]] = {}
    for name, what in sorted(parameters.items(), key=lambda item: not item[1].decay):
        decay = decays.get(name, 1.0) if what.decay else 1.0
        kind = "all" if optimizer.joint else "decayed" if what.decay else "spared"
        places = members.setdefault((kind, name in apart, rates.get(name, 1.0), decay), [])
        places.append(Place(name, sum(place.size for place in places), what.shape, what.decay, what.batch))
    sums = {SUM: 0.0} if optimizer.accumulate else {}
    groups = []
    for (kind, hidden, rate, decay), places in members.items():
        name = f"weights/{kind}{' hidden' * hidden}{_told(' at', rate)}{_told(' decay', decay)}"
        rule = rules[hidden] if rate else None
        slots = {**rule.slots(), **sums} if rule else {}
        groups.append(Group(name, tuple(places), rule, rate, decay, slots, rule.numbers() if rule else {}))
    return tuple(groups)


def _told(word: str, factor: Factor) -> str:
    """A factor other than 1, as the name of a group tells it."""
    return "" if factor == 1 else f"{word} {factor!r}"


def _factors(optimizer: Optimizer, setting: str, parameters: Mapping[str, Parameter]) -> dict[str, Factor]:
    """The factors of a setting for each parameter that it means.

    Raises SettingError for a name of nothing, and for factors of members that a parameter does not have.
    """
    where, given = f"{type(optimizer).__name__}: {setting}", getattr(optimizer, setting) or {}
    found: dict[str, Factor] = {}
    for name, meant in named(where, given, parameters).items():
        found[name], what = given[meant], parameters[name]
        if isinstance(given[meant], tuple) and (len(given[meant]),) != what.shape[: what.batch]:
            members = f"has {what.shape[0]} members" if what.batch else "is of no packed layer, and has no members"
            raise SettingError(
                f"{where}[{meant!r}] has {len(given[meant])} factors, but {name} {members}; give one number, or one "
                f"for each member of a packed layer"
            )
    return found


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
