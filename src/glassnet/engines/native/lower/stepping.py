"""The step of a scan as nodes in a loop over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from glassnet.core.body import Body
from glassnet.core.extent import Shape, Size
from glassnet.core.tape import Call
from glassnet.engines.native.lower.lowering import Lowering, Value
from glassnet.engines.native.nests import Buffer, Nests, Role, Scan, View
from glassnet.engines.native.time import settled_step


@dataclass(frozen=True, eq=False)
class Course:
    """What a scan runs, how often and which way; `keep` is the number of steps of a piece where it runs in pieces."""

    position: int
    body: Body
    steps: Size
    reverse: bool
    place: str
    keep: int | None = None

    @classmethod
    def of(cls, call: Call, *, in_pieces: bool = False) -> Course:
        """That of a call."""
        how = call.attributes
        keep = how.get("keep", 1) if in_pieces else None
        return cls(call.position, how["body"], how["steps"], how["reverse"], call.origin.place, keep)

    def over_time(self, position: int) -> Shape:
        """The shape of the values of a position of the body over time."""
        return (self.steps, *self.body.tape[position].shape)

    def needed(self, positions: Iterable[int], carried: Iterable[int]) -> set[int]:
        """The positions of the body that some of them, and the next values of some carries, depend on."""
        return self.body.tape.ancestors([*positions, *(self.body.next[k] for k in carried)])


@dataclass
class Stepping:
    """The loop of a scan over its steps, or over those of a piece.

    `around` is where it goes, `carries` hold what it hands on, `elements` are the sequences at a step and `fixed` what
    is the same at all of them; leaves that nothing needs may be left out.
    """

    around: Lowering
    course: Course
    carries: Mapping[int, View]
    elements: Mapping[int, Value]
    fixed: Sequence[Value]
    inner: Lowering = field(init=False)

    def __post_init__(self) -> None:
        body = self.course.body
        self.inner = Lowering(body.tape, self.around.rules, self.around)
        self.inner.values.update({body.carry[k]: view for k, view in self.carries.items()})
        self.inner.values.update(self.elements)
        self.inner.values.update(zip(body.fixed, self.fixed, strict=True))

    def run(self, into: Mapping[int, View]) -> None:
        """Lower what positions and next carries need; each position is written where a view says, at its step."""
        course, inner, around = self.course, self.inner, self.around
        body, place = course.body, course.place
        needed = course.needed(into, self.carries)
        inner.calls([each for each in body.tape if each.position in needed])
        for position, view in into.items():
            inner.put(inner.values[position], view, place)
        after = {str(k): self._after(body.next[k]) for k in self.carries}
        state = held(self.carries)
        kept = {view.buffer for view in into.values()} | noted(around)
        before, nodes = settled_step(Nests(inner.nodes, state, {}, after, kept=kept), around.depth)
        around.nodes += before
        within = course.keep is not None
        around.nodes.append(
            Scan(nodes, course.steps, course.reverse, around.depth, place, keep=course.keep, within=within)
        )

    def _after(self, position: int) -> View:
        """The next value of a carry, in memory of its own."""
        return self.inner.kept(self.inner.values[position], self.course.body.tape[position].shape, self.course.place)


def begun(around: Lowering, course: Course, starts: Mapping[int, Value]) -> dict[int, View]:
    """Memory for carries, with their starts."""
    found = {}
    for k, start in starts.items():
        leaf = course.body.tape[course.body.carry[k]]
        found[k] = around.fresh(leaf.shape, leaf.dtype, "carry")
        around.put(start, found[k], course.place)
    return found


def held(carries: Mapping[int, View]) -> dict[tuple[Role, str], Buffer]:
    """Carries as what survives a step."""
    return {("state", str(k)): view.buffer for k, view in carries.items()}


def noted(around: Lowering) -> set[Buffer]:
    """Where indices outside their tables are noted, which is read when all is over."""
    return {buffer for buffer, _, _ in around.outermost.faults}
