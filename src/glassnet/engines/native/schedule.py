"""Which share of each node a thread has, and where threads must meet.

All threads run the whole program side by side, each on its own share. They meet only where one is about to read, or to
write over, what another has written or may still read: not where every thread touches its own rows before and after.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import gcd
from typing import Final, TypeAlias

from glassnet.core.extent import Extent, Size
from glassnet.engines.native.fuse import stretch
from glassnet.engines.native.nests import Buffer, Group, Nests, Node, Product, Scan, View, every

ROWS_AT_ONCE: Final = 8  # rows of a batch that stay together, so that products work on whole tiles
ELEMENTS_AT_ONCE: Final = 16  # elements that stay together, so that no two threads write to one cache line
Part: TypeAlias = Hashable  # what a thread touches of a buffer; None where it may be anything
Use: TypeAlias = tuple[Buffer, Part, bool]  # the last says whether it is written


@dataclass(frozen=True)
class Share:
    """What threads divide among them: an extent, in pieces of `unit`; one thread alone where it is None."""

    extent: Size | None
    unit: int = 1

    @classmethod
    def of(cls, extent: Size, strides: Iterable[Size] = (1,)) -> Share:
        """The share of an extent along which what is written moves by one or other of the strides.

        Pieces start where a cache line does. A stride of so many rows is a multiple of its factor.
        """
        if isinstance(extent, Extent):
            return cls(extent, ROWS_AT_ONCE)
        elements = (stride.factor if isinstance(stride, Extent) else stride for stride in strides)
        return cls(extent, ELEMENTS_AT_ONCE // gcd(ELEMENTS_AT_ONCE, *elements))


def share_of(node: Node) -> Share:
    """What threads divide of a node."""
    if isinstance(node, Group):
        if node.split == "one":
            return Share(None)
        if node.split == "columns":
            return Share.of(node.loops[0].domain[-1])
        return Share.of(node.loops[0].domain[0], (view.strides[0] for view in node.writes))
    assert not isinstance(node, Scan)  # threads share the nodes of its step
    return Share.of(node.c.shape[0], (node.c.strides[0],))


@dataclass(frozen=True)
class Schedule:
    """For each node the phase that it belongs to: a meeting stands between two phases, and before the guard.

    `steps` says, for each scan, before which nodes of its step threads meet.
    """

    phases: tuple[int, ...]
    steps: Mapping[int, tuple[bool, ...]]

    def meets(self, number: int) -> bool:
        """Whether threads meet before a node."""
        return number > 0 and self.phases[number] > self.phases[number - 1]

    def meets_in(self, scan: Scan, number: int) -> bool:
        """Whether threads meet before a node of the step of a scan."""
        return self.steps[id(scan)][number]


def scheduled(nests: Nests) -> Schedule:
    """Where threads have to meet in a program."""
    phases: list[int] = []
    touched: list[Use] = []
    phase = 0
    for number, node in enumerate(nests.nodes):
        if nests.guards and number == nests.guarded:
            touched, phase = [], phase + 1  # all look at what one has found
        mine = list(_uses(node))
        if _clash(mine, touched):
            touched, phase = [], phase + 1
        touched += mine
        phases.append(phase)
    steps = {id(node): _meetings(node.nodes) for node in every(nests.nodes) if isinstance(node, Scan)}
    return Schedule(tuple(phases), steps)


def _meetings(step: Sequence[Node]) -> tuple[bool, ...]:
    """Before which nodes of a scan's step threads meet: looked at twice, since the end of a step meets the next."""
    found, touched = [False] * len(step), list[Use]()
    for number, node in [*enumerate(step)] * 2:
        mine = list(_uses(node))
        if _clash(mine, touched):
            found[number], touched = True, []
        touched += mine
    return tuple(found)


def _clash(mine: Sequence[Use], touched: Sequence[Use]) -> bool:
    """Whether one use may need what another thread does with the same buffer."""
    return any(
        buffer is other and (writes or wrote) and (part is None or part != theirs)
        for buffer, part, writes in mine
        for other, theirs, wrote in touched
    )


def _uses(node: Node) -> Iterator[Use]:
    """The buffers that a node touches, and how threads divide each."""
    if isinstance(node, Scan):
        for each in node.nodes:
            yield from _uses(each)
        return
    share = share_of(node)
    for view in node.reads:
        if view.buffer.role not in ("constant", "setting"):
            yield view.buffer, _part(node, view, share, reads=True), False
    for view in node.writes:
        yield view.buffer, _part(node, view, share, reads=False), True


def _part(node: Node, view: View, share: Share, *, reads: bool) -> Part:
    """What a thread touches of a buffer through a view, so that equal parts are the same elements for each thread."""
    if share.extent is None:
        return "one"
    if isinstance(node, Group) and node.split == "columns":
        return None if reads else ("columns", share, view.strides[-1], view.offset)
    if isinstance(node, Product) and view is node.b and len(view.shape) == 2:
        return None
    if not isinstance(node, Group | Product) and reads:
        return None
    if not view.strides or view.strides[0] == 0:
        return None
    within = stretch(view)
    rows = (view.strides, view.offset, view.shape[1:]) if within is None else within
    return "rows", share, view.strides[0], view.steps, rows
