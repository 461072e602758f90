"""The derivative of the body of a scan, as the body of a scan in the other direction of time.

A pass from one body to another: the tape of the body is repeated, back-propagation appends the derivatives to it, and
what they need is cut out as a tape of its own, with a leaf for each value that has to be kept from the forward scan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from glassnet.core.body import TRACE, Body, What
from glassnet.core.derivative import Deltas, propagate
from glassnet.core.operation import FLOATS
from glassnet.core.operations import control, leaves, movement
from glassnet.core.tape import Call, Tape

# Views that are as cheap to make again as to keep. A slice is not among them: it is smaller than what it views.
REPEATED = (movement.reshape, movement.transpose, movement.broadcast, movement.flip, control.stop)


class Reversal(NamedTuple):
    """The derivative of a body, and what it takes and gives in positions of the body.

    `carried` are the leaves whose deltas are the carries: those of the carries themselves, and those of fixed values as
    running sums over time. The sequences are the values at the positions `kept`, then the deltas of the stacks that
    were read; the fixed values are those of the leaves `unchanged`. `found` says where in the trace of the reversal the
    delta of each leaf is; a leaf that is no float has none.
    """

    body: Body
    carried: tuple[int, ...]
    kept: tuple[int, ...]
    unchanged: tuple[int, ...]
    found: Mapping[int, What]


def reversal(body: Body, stacks: Sequence[int]) -> Reversal:
    """The derivative of a body, of which the stacked values at the positions `stacks` were read."""
    tape = Tape()
    for call in body.tape:
        tape.repeat(call, call.inputs)
    carried = tuple(leaf for leaf in (*body.carry, *body.fixed) if tape[leaf].dtype in FLOATS)
    elements = [leaf for leaf in body.each if tape[leaf].dtype in FLOATS]
    after = dict(zip(body.carry, body.next, strict=True))
    deltas = Deltas()
    with tape.within(phase="backward"):
        of_stacks = [_incoming(tape, deltas, position) for position in stacks]
        # The delta of a carry comes from the step after. The running sum of a fixed value's deltas is one that has come
        # back to it before, so that the sum is taken in the order of the unrolled tape.
        coming = [_incoming(tape, deltas, after.get(leaf, leaf)) for leaf in carried]
        results = propagate(tape, deltas, [tape.tensor(leaf) for leaf in (*carried, *elements)])
    going = [tensor.position for tensor in results]
    cut, at = _cut_out(tape, _kept(body), [*coming, *of_stacks, *going])
    kept = tuple(position for position in at if position in _kept(body))
    unchanged = tuple(leaf for leaf in body.fixed if leaf in at)
    places = [[at[p] for p in group] for group in (coming, [*kept, *of_stacks], unchanged, going[: len(carried)])]
    found: dict[int, What] = {leaf: at[p] for leaf, p in zip(elements, going[len(carried) :], strict=True)}
    found |= {leaf: ("last", k) for k, leaf in enumerate(carried)}
    return Reversal(Body(cut, *map(tuple, places)), carried, kept, unchanged, found)


def _incoming(tape: Tape, deltas: Deltas, position: int) -> int:
    """A leaf for a delta that comes to a position from outside the step."""
    call = tape[position]
    with tape.within(place=call.origin.place):
        leaf = tape.input(f"delta of {call.attributes.get('name', position)}", call.shape, call.dtype)
    deltas.add(position, leaf)
    return leaf.position


def _kept(body: Body) -> set[int]:
    """The positions of a body whose values a derivative takes from the trace.

    The others are repeated: what is the same at all steps, views, scans within the step and what they make again.
    """
    varying = {*body.carry, *body.each}
    for call in body.tape:
        if not varying.isdisjoint(call.inputs):
            varying.add(call.position)
    return {p for p in varying if not _repeated(body.tape[p])}


def _repeated(call: Call) -> bool:
    """Whether a value of a step is made again from others that are kept."""
    what = call.attributes.get("what")
    return call.operation in REPEATED or call.dtype == TRACE or (isinstance(what, tuple) and what[0] == "again")


def _cut_out(tape: Tape, kept: set[int], results: Sequence[int]) -> tuple[Tape, dict[int, int]]:
    """What `results` need as a tape of its own, the positions `kept` as leaves; and where each position went."""
    cut, at = Tape(), dict[int, int]()
    for position in sorted(tape.ancestors(results, until=kept)):
        call = tape[position]
        if position in kept:
            name = call.attributes.get("name", f"{call.operation} at {position}")
            declared = {"name": name, "shape": call.shape, "dtype": call.dtype}
            call = call._replace(operation=leaves.input_, inputs=(), attributes=declared)
        at[position] = cut.repeat(call, [at[source] for source in call.inputs]).position
    return cut, at
