"""What a scan runs at every time step, what can be read of its trace, and the delta of a trace.

The result of a scan is its whole trace: the value of every position of the body at every step, and the carries after
the last one. Nobody keeps it whole; an engine keeps what the tape reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypeVar

if TYPE_CHECKING:
    from glassnet.core.tape import Tape
    from glassnet.core.tensor import Tensor

# What can be read of a trace: the stacked values of a position of the body, the k-th carry after the last step, or the
# stacked values of a position for a scan to take as a sequence, which may be made again where it takes them.
What: TypeAlias = int | tuple[Literal["last", "again"], int]
Item = TypeVar("Item")
Reads: TypeAlias = tuple[list[int], list[int], list[int]]

TRACE: Final = "trace"  # the dtype of the result of a scan


@dataclass(frozen=True, eq=False)
class Body:
    """One step of a scan: a tape of its own, and the roles of its leaves by position.

    `carry` are the leaves that hold the values of the step before, `each` those that hold the elements of the sequences
    at this step, `fixed` those that are the same at all steps. `next` are the positions whose values become the carries
    of the step after. Raises ValueError where a leaf without a value has no role, or several.
    """

    tape: Tape
    carry: tuple[int, ...]
    each: tuple[int, ...]
    fixed: tuple[int, ...]
    next: tuple[int, ...]

    def __post_init__(self) -> None:
        leaves = [call.position for call in self.tape if call.operation.evaluate is None]
        if sorted(self.leaves) != leaves:
            raise ValueError(
                f"scan: the leaves of the step are at {leaves}, those with a role at {sorted(self.leaves)}; record "
                f"inputs, state and settings outside the step, and use them in it"
            )
        if len(self.next) != len(self.carry):
            raise ValueError(f"scan: {len(self.next)} next carries for {len(self.carry)}; expected one for each")

    @property
    def leaves(self) -> tuple[int, ...]:
        """The leaves in the order in which a scan takes their values: carries, elements, fixed."""
        return self.carry + self.each + self.fixed

    def split(self, values: Sequence[Item]) -> tuple[Sequence[Item], Sequence[Item], Sequence[Item]]:
        """The operands of a scan, or what belongs to them, by role: carries, sequences, fixed."""
        first, second = len(self.carry), len(self.carry) + len(self.each)
        return values[:first], values[first:second], values[second:]

    def live(self, reads: Iterable[What]) -> list[int]:
        """Which carries matter for what is read, in order; the others need not be computed."""
        stacks, last, again = sorted_reads(reads)
        live = set(last)
        while True:
            needed = self.tape.ancestors([*stacks, *again, *[self.next[k] for k in live]])
            grown = live | {k for k, leaf in enumerate(self.carry) if leaf in needed}
            if grown == live:
                return sorted(live)
            live = grown

    def __str__(self) -> str:
        roles = ("carry", "each", "fixed", "next")
        return " ".join(f"{role}={' '.join(map(str, getattr(self, role)))}" for role in roles if getattr(self, role))


def sorted_reads(reads: Iterable[What]) -> Reads:
    """What is read of a trace, each once: positions to be stacked, last carries, and positions to be made again."""
    known = list(dict.fromkeys(reads))
    stacks = [what for what in known if isinstance(what, int)]
    last, again = (
        [what[1] for what in known if isinstance(what, tuple) and what[0] == how] for how in ("last", "again")
    )
    return stacks, last, again


@dataclass(frozen=True, eq=False)
class TraceDelta:
    """The delta of a trace: that of each value that was read of it. Two of them add value by value."""

    parts: Mapping[What, Tensor]

    @property
    def tape(self) -> Tape:
        """The tape on which the deltas lie."""
        return next(iter(self.parts.values())).tape

    def __add__(self, other: TraceDelta) -> TraceDelta:
        parts = dict(self.parts)
        for what, delta in other.parts.items():
            parts[what] = parts[what] + delta if what in parts else delta
        return TraceDelta(parts)
