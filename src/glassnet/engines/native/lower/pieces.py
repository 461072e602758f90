"""Scans in pieces: of some values a trace keeps nothing but the carries before each piece of `keep` steps.

Whoever takes such values as a sequence goes through time in the same pieces, and runs the scan that made them again,
into memory for one piece, before its own steps. What that needs may itself be made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from glassnet.core.extent import count
from glassnet.engines.native.lower.lowering import Expression, Lowering, Value
from glassnet.engines.native.lower.stepping import Course, Stepping, begun, held, noted
from glassnet.engines.native.nests import Nests, Scan, View, moving_on
from glassnet.engines.native.time import settled_step


@dataclass(frozen=True, eq=False)
class Replay:
    """A scan that can be run again from its `marks`, the carries before each piece; axis 0 of a mark are the pieces."""

    course: Course
    marks: Mapping[int, View]
    sequences: Mapping[int, Value]
    fixed: Sequence[Value]

    def again(self, position: int) -> Expression:
        """The values of a position over time, for a scan to take as a sequence."""
        return Expression("again", self.course.body.tape[position].dtype, value=(self, position))

    def sources(self, positions: Iterable[int]) -> Iterator[tuple[Replay, int]]:
        """What must be made again itself, that the values of some positions may be."""
        return _sources(self.sequences, self.course.needed(positions, self.marks))


def made_again(sequence: Value) -> tuple[Replay, int] | None:
    """By what, and from which of its positions, a sequence is made again; None where it lies in memory."""
    if isinstance(sequence, Expression) and sequence.operation == "again":
        replay, position = sequence.value
        return replay, position
    return None


def _sources(sequences: Mapping[int, Value], needed: set[int]) -> Iterator[tuple[Replay, int]]:
    """What the sequences of the leaves that are needed are made again from."""
    found = (made_again(sequence) for leaf, sequence in sequences.items() if leaf in needed)
    return (source for source in found if source is not None)


class Pieces:
    """One scan in pieces: what it takes is made again piece by piece, and the carries before each piece are kept."""

    def __init__(
        self, around: Lowering, course: Course, sequences: Mapping[int, Value], fixed: Sequence[Value]
    ) -> None:
        self._around, self._course, self._sequences, self._fixed = around, course, sequences, fixed
        self._piece = Lowering(around.tape, around.rules, around)
        self._made: dict[Replay, dict[int, View]] = {}  # room for a piece of each position that is made again

    def run(
        self, starts: Mapping[int, Value], into: Mapping[int, View], again: Sequence[int]
    ) -> tuple[dict[int, View], Replay]:
        """The loop over pieces, each position stacked as a view says; gives the carries after the last step.

        The positions `again` are not stacked; they can be had of what is given beside the carries.
        """
        around, piece, course = self._around, self._piece, self._course
        carries = begun(around, course, starts)
        self._gather(_sources(self._sequences, course.needed(into, carries)))
        for replay in sorted(self._made, key=lambda replay: replay.course.position):
            self._replay(replay)
        marked = course.body.live(again) if again else []
        marks = {k: self._room(carries[k]) for k in marked}
        for k, mark in marks.items():
            piece.put(carries[k], mark.at_a_step(around.depth), course.place)
        steps = {position: view.at_a_step(piece.depth) for position, view in into.items()}
        Stepping(piece, course, carries, self._elements(self._sequences), self._fixed).run(steps)
        kept = {view.buffer for view in (*into.values(), *marks.values())} | noted(around)
        before, nodes = settled_step(Nests(piece.nodes, held(carries), {}, {}, kept=kept), around.depth)
        around.nodes += before
        around.nodes.append(Scan(nodes, course.steps, course.reverse, around.depth, course.place, keep=course.keep))
        return carries, Replay(course, marks, self._sequences, self._fixed)

    def _gather(self, wanted: Iterator[tuple[Replay, int]]) -> None:
        """Make room for a piece of what is wanted and of all that it is made from."""
        for replay, position in wanted:
            known = self._made.setdefault(replay, {})
            if position not in known:
                call = replay.course.body.tape[position]
                known[position] = self._around.fresh((self._keep, *call.shape), call.dtype)
                self._gather(replay.sources([position]))

    def _replay(self, replay: Replay) -> None:
        """Run a scan again for the steps of a piece."""
        starts = {k: mark.at_a_step(self._around.depth) for k, mark in replay.marks.items()}
        carries = begun(self._piece, replay.course, starts)
        into = {position: self._of_a_piece(room) for position, room in self._made[replay].items()}
        Stepping(self._piece, replay.course, carries, self._elements(replay.sequences), replay.fixed).run(into)

    def _elements(self, sequences: Mapping[int, Value]) -> dict[int, Value]:
        """The sequences at a time step, those made again in the memory of a piece; what was not made is left out."""
        found: dict[int, Value] = {}
        for leaf, sequence in sequences.items():
            source = made_again(sequence)
            if isinstance(sequence, View):
                found[leaf] = sequence.at_a_step(self._piece.depth)
            elif source is not None and source[1] in self._made.get(source[0], {}):
                found[leaf] = self._of_a_piece(self._made[source[0]][source[1]])
        return found

    def _of_a_piece(self, room: View) -> View:
        """Memory for a piece at a time step: its steps are counted from the first of the piece."""
        at = room.at_a_step(self._piece.depth)
        back = (*(0 for _ in range(self._around.depth)), room.strides[0] * -self._keep)
        return View(at.buffer, at.shape, at.strides, at.offset, moving_on(at.steps, back))

    def _room(self, carry: View) -> View:
        """Room for a carry before each piece."""
        mark = self._around.fresh((1, *carry.shape), carry.dtype)
        mark.buffer.pieces = self._course.steps, self._keep
        return View(mark.buffer, mark.shape, (count(carry.shape), *mark.strides[1:]))

    @property
    def _keep(self) -> int:
        keep = self._course.keep
        assert keep is not None  # a scan in pieces says how long they are
        return keep
