"""Scans: a counted loop over time around the nodes of the step; what is read of its trace is stacked as it goes.

A carry that only sums products over time, as the deltas of weights do, is no carry here: it is one product over all
time steps, after the loop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from glassnet.core.body import Body, What, sorted_reads
from glassnet.core.tape import Call
from glassnet.engines.native.ir import literal
from glassnet.engines.native.lower.lowering import Expression, Lowering, Value, append
from glassnet.engines.native.lower.pieces import Pieces, made_again
from glassnet.engines.native.lower.products import contracted
from glassnet.engines.native.lower.stepping import Course, Stepping, begun
from glassnet.engines.native.nests import Line, View, Write


@dataclass(frozen=True)
class Total:
    """A carry that sums the product of two positions of the body over time."""

    carry: int
    product: Call


def scan(lowering: Lowering, call: Call, *operands: Value) -> Value:
    """The nodes of all steps in a loop over time; its value stands for the trace."""
    body: Body = call.attributes["body"]
    starts, sequences, fixed = body.split(operands)
    reads = lowering.reads.get(call.position, [])
    live = {k: starts[k] for k in body.live(reads)}
    in_pieces = bool(sorted_reads(reads)[2]) or any(made_again(sequence) for sequence in sequences)
    course = Course.of(call, in_pieces=in_pieces)
    over = {
        leaf: sequence if made_again(sequence) else lowering.stored(sequence, course.over_time(leaf), course.place)
        for leaf, sequence in zip(body.each, sequences, strict=True)
    }
    run = _in_pieces if in_pieces else _at_once
    lowering.traces[call.position] = run(lowering, course, live, over, fixed, reads)
    return Expression("trace", call.dtype, value=call.position)


def read(lowering: Lowering, call: Call, trace: Value) -> Value:
    """What the scan has stacked, its carry after the last step, or what is to be made again."""
    assert isinstance(trace, Expression)  # only a scan gives a trace
    return lowering.traces[trace.value][call.attributes["what"]]


def _at_once(
    lowering: Lowering,
    course: Course,
    starts: Mapping[int, Value],
    over: Mapping[int, Value],
    fixed: Sequence[Value],
    reads: Sequence[What],
) -> dict[What, Value]:
    """The loop over all steps, and the sums of products that come after it."""
    body, stacks = course.body, sorted_reads(reads)[0]
    sequences = {leaf: sequence for leaf, sequence in over.items() if isinstance(sequence, View)}
    totals = _totals(body, list(starts), stacks)
    factors = [source for total in totals for source in total.product.inputs if source not in body.each]
    into = _room(lowering, course, [*stacks, *factors])
    summed = {total.carry for total in totals}
    carries = begun(lowering, course, {k: start for k, start in starts.items() if k not in summed})
    elements = {leaf: sequence.at_a_step(lowering.depth) for leaf, sequence in sequences.items()}
    steps = {position: view.at_a_step(lowering.depth) for position, view in into.items()}
    Stepping(lowering, course, carries, elements, fixed).run(steps)
    found = _trace(into, carries)
    for total in totals:
        start = starts[total.carry]
        found["last", total.carry] = _summed(lowering, total, {**into, **sequences}, start, course.place)
    return found


def _in_pieces(
    lowering: Lowering,
    course: Course,
    starts: Mapping[int, Value],
    over: Mapping[int, Value],
    fixed: Sequence[Value],
    reads: Sequence[What],
) -> dict[What, Value]:
    """The loop over pieces, and how to make again what is not kept."""
    stacks, _, again = sorted_reads(reads)
    into = _room(lowering, course, stacks)
    carries, replay = Pieces(lowering, course, over, fixed).run(starts, into, again)
    found = _trace(into, carries)
    for position in again:
        found["again", position] = replay.again(position)
    return found


def _room(lowering: Lowering, course: Course, positions: Iterable[int]) -> dict[int, View]:
    """Room for the values of positions over time."""
    dtypes = {position: course.body.tape[position].dtype for position in positions}
    return {position: lowering.fresh(course.over_time(position), dtype) for position, dtype in dtypes.items()}


def _trace(stacks: Mapping[int, View], carries: Mapping[int, View]) -> dict[What, Value]:
    """What can be read of a scan."""
    found: dict[What, Value] = {}
    for position, stack in stacks.items():
        found[position] = stack
    for k, carry in carries.items():
        found["last", k] = carry
    return found


def _totals(body: Body, live: Sequence[int], stacks: Sequence[int]) -> list[Total]:
    """The carries of a scan that are nothing but sums of products over time."""
    uses = Counter(source for call in body.tape for source in set(call.inputs))
    uses.update([*stacks, *body.next])
    varying = _varying(body)
    found = []
    for k in live:
        leaf, after = body.carry[k], body.tape[body.next[k]]
        others = [source for source in after.inputs if source != leaf]
        if after.operation.name != "add" or len(others) != 1 or uses[leaf] != 1 or uses[after.position] != 1:
            continue
        product = body.tape[others[0]]
        if product.operation.name == "contract" and uses[product.position] == 1 and varying.issuperset(product.inputs):
            found.append(Total(k, product))
    return found


def _varying(body: Body) -> set[int]:
    """The positions of a body whose values change with time."""
    found = {*body.carry, *body.each}
    for call in body.tape:
        if not found.isdisjoint(call.inputs):
            found.add(call.position)
    return found


def _summed(lowering: Lowering, total: Total, whole: Mapping[int, View], start: Value, place: str) -> View:
    """The start of a carry and the products of all time steps, as one product over time too."""
    a, b = (whole[source] for source in total.product.inputs)
    how = total.product.attributes
    batch, summed = (tuple(tuple(axis + 1 for axis in axes) for axes in how[role]) for role in ("batch", "summed"))
    over_time = ((0, *summed[0]), (0, *summed[1]))
    product = contracted(lowering, (a, b), (batch[0], batch[1]), over_time, how.get("chained", ()), place)
    if isinstance(start, Expression) and start.value == literal(0, start.dtype):
        return product
    result = lowering.fresh(product.shape, product.dtype)
    body = [Line("load", product.dtype, view=product)]
    line = append(body, start)
    body.append(Line("add", product.dtype, (0, line)))
    lowering.loop(product.shape, body, [Write(len(body) - 1, result)], place)
    return result
