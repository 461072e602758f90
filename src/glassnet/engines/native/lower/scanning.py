"""Scans: a counted loop over time around the nodes of the step; what is read of its trace is stacked as it goes.

A carry that only sums products over time, as the deltas of weights do, is no carry here: it is one product over all
time steps, after the loop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from glassnet.core.body import Body, What
from glassnet.core.tape import Call
from glassnet.engines.native.ir import literal
from glassnet.engines.native.lower.lowering import Expression, Lowering, Value, append
from glassnet.engines.native.lower.products import contracted
from glassnet.engines.native.nests import Buffer, Line, Nests, Role, Scan, View, Write
from glassnet.engines.native.time import settled_step


@dataclass(frozen=True)
class Total:
    """A carry that sums the product of two positions of the body over time."""

    carry: int
    product: Call


def scan(lowering: Lowering, call: Call, *operands: Value) -> Value:
    """The nodes of all steps in a loop over time; its value stands for the trace."""
    body: Body = call.attributes["body"]
    starts, sequences, fixed = body.split(operands)
    reads = list(dict.fromkeys(lowering.reads.get(call.position, [])))
    stacks = [what for what in reads if isinstance(what, int)]
    totals = _totals(body, body.live(reads), stacks)
    carried = [k for k in body.live(reads) if k not in {total.carry for total in totals}]
    factors = [source for total in totals for source in total.product.inputs]
    stacks = list(dict.fromkeys([*stacks, *(source for source in factors if source not in body.each)]))
    step = _Step(lowering, call, body, carried, starts, sequences, fixed)
    found = step.run(stacks)
    whole: dict[What, View] = {**found}
    whole.update(zip(body.each, step.sequences, strict=True))
    for total in totals:
        found["last", total.carry] = _summed(lowering, total, whole, starts[total.carry], call.origin.place)
    lowering.traces[call.position] = found
    return Expression("trace", call.dtype, value=call.position)


def read(lowering: Lowering, call: Call, trace: Value) -> View:
    """What the scan has stacked, or its carry after the last step."""
    assert isinstance(trace, Expression)  # only a scan gives a trace
    return lowering.traces[trace.value][call.attributes["what"]]


class _Step:
    """The step of a scan: a lowering of its own, whose leaves are carries, elements of sequences, and fixed values."""

    def __init__(
        self,
        around: Lowering,
        call: Call,
        body: Body,
        carried: Sequence[int],
        starts: Sequence[Value],
        sequences: Sequence[Value],
        fixed: Sequence[Value],
    ) -> None:
        self._around, self._call, self._body, self._place = around, call, body, call.origin.place
        self._inner = Lowering(body.tape, around.rules, around)
        self._steps = call.attributes["steps"]
        self._carries: dict[int, View] = {}
        for k in carried:
            carry = body.tape[body.carry[k]]
            view = around.fresh(carry.shape, carry.dtype, "carry")
            self._carries[k] = self._inner.values[carry.position] = view
            around.put(starts[k], view, self._place)
        self.sequences = [
            around.stored(sequence, (self._steps, *body.tape[leaf].shape), self._place)
            for leaf, sequence in zip(body.each, sequences, strict=True)
        ]
        for leaf, view in zip(body.each, self.sequences, strict=True):
            self._inner.values[leaf] = view.at_a_step(around.depth)
        self._inner.values.update(zip(body.fixed, fixed, strict=True))

    def run(self, stacks: Sequence[int]) -> dict[What, View]:
        """Lower what the stacks and the next carries need; gives the stacks, and the carries after the last step."""
        body, around, inner = self._body, self._around, self._inner
        needed = body.tape.ancestors([*stacks, *(body.next[k] for k in self._carries)])
        inner.calls([each for each in body.tape if each.position in needed])
        found: dict[What, View] = {("last", k): view for k, view in self._carries.items()}
        for position in stacks:
            each = body.tape[position]
            found[position] = around.fresh((self._steps, *each.shape), each.dtype)
            inner.put(inner.values[position], found[position].at_a_step(around.depth), self._place)
        after = {str(k): self._after(body.next[k]) for k in self._carries}
        state: dict[tuple[Role, str], Buffer] = {("state", str(k)): v.buffer for k, v in self._carries.items()}
        kept = {view.buffer for view in found.values()} | {buffer for buffer, _, _ in around.outermost.faults}
        nests = Nests(inner.nodes, state, {}, after, kept=kept)
        before, nodes = settled_step(nests, around.depth)
        around.nodes += before
        around.nodes.append(Scan(nodes, self._steps, self._call.attributes["reverse"], around.depth, self._place))
        return found

    def _after(self, position: int) -> View:
        """The next value of a carry, in memory of its own."""
        return self._inner.kept(self._inner.values[position], self._body.tape[position].shape, self._place)


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


def _summed(lowering: Lowering, total: Total, whole: dict[What, View], start: Value, place: str) -> View:
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
