"""Loops put together: what one loop makes, the next uses while it is still in a register or in the nearest cache.

Each loop joins the last group that may hold it. Within a group a loop of the same domain is merged into the body of an
earlier one; a value that nobody reads any more from memory is never written there. Nothing is known by name: layer
norms, softmaxes and optimizers fuse because their loops do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from glassnet.core.extent import Extent, Size
from glassnet.engines.native.nests import Buffer, Group, Loop, Nests, Node, View, Write


def fuse(nests: Nests) -> Nests:
    """The same program with its loops in groups, and without the stores that nothing reads."""
    out: list[Node] = []
    made: dict[Buffer, int] = {}  # the last node that wrote a buffer
    kept = (
        {view.buffer for view in (*nests.outputs.values(), *nests.next_state.values())} | set(nests.guards) | nests.kept
    )
    late = {view.buffer for view in nests.next_state.values()}
    for node in nests.nodes:
        if isinstance(node, Group):
            (loop,) = node.loops
            place = _joined(out, squeezed(loop), _earliest(nests, loop, made, late))
        else:
            place = len(out)
            out.append(node)
        for view in node.writes:
            made[view.buffer] = place
    _drop_stores(out, kept)
    nests.nodes = [node for node in out if not isinstance(node, Group) or node.loops]
    return nests


def _earliest(nests: Nests, loop: Loop, made: dict[Buffer, int], late: set[Buffer]) -> int:
    """The first node that a loop may join: the last that makes what it reads, or writes where it writes too.

    What becomes the next state has to come after the numbers that decide whether the step counts.
    """
    touched = [*(view.buffer for view in loop.reads), *(write.view.buffer for write in loop.writes)]
    earliest = max((made.get(buffer, 0) for buffer in touched), default=0)
    if any(write.view.buffer in late for write in loop.writes):
        # What is made before all guards are known is kept beside the state, and copied over it at the end.
        earliest = max([earliest, *(made[buffer] + 1 for buffer in nests.guards if buffer in made)])
    return earliest


def squeezed(loop: Loop) -> Loop:
    """The loop without the axes of extent 1, along which nothing moves."""
    axes = [axis for axis, size in enumerate(loop.domain) if size != 1]
    if len(axes) == len(loop.domain):
        return loop

    def smaller(view: View) -> View:
        return view.at(tuple(view.shape[axis] for axis in axes), tuple(view.strides[axis] for axis in axes))

    body = [replace(line, view=smaller(line.view)) if line.view is not None else line for line in loop.body]
    writes = [_settled(replace(write, view=smaller(write.view))) for write in loop.writes]
    return Loop(tuple(loop.domain[axis] for axis in axes), body, writes, loop.place)


def _settled(write: Write) -> Write:
    """A write that reduces over nothing is a plain one."""
    if write.combine and not write.onto and all(stride != 0 for stride in write.view.strides):
        return replace(write, combine=None)
    return write


def _joined(out: list[Node], loop: Loop, earliest: int) -> int:
    """Put a loop into the last group that may hold it, or into one of its own; gives the number of the node."""
    split = loop.split
    for place in range(len(out) - 1, earliest - 1, -1):
        group = out[place]
        if isinstance(group, Group) and group.split == split and may_join(group, loop):
            _merge(group, loop)
            return place
    out.append(Group([loop], split))
    return len(out) - 1


def may_join(group: Group, loop: Loop) -> bool:
    """Whether a loop may run in the shares of a group: what it reads or overwrites there lies in the same share."""
    if group.split == "one":
        return True
    first = group.loops[0]
    if loop.domain[0] != first.domain[0] or (group.split == "columns" and loop.domain != first.domain):
        return False
    theirs = [(write.view, write) for other in group.loops for write in other.writes]
    mine = [*((view, None) for view in loop.reads), *((write.view, write) for write in loop.writes)]
    for view, own in mine:
        for made, write in theirs:
            if view.buffer is not made.buffer:
                continue
            if group.split == "columns":
                if own is not None or write.combine or not view.reaches_as(made):
                    return False
            elif write.index is not None or (own and own.index is not None) or not same_rows(view, made):
                return False
    return True


def same_rows(one: View, other: View) -> bool:
    """Whether two views of a buffer touch, at each row, only elements of one and the same stretch for that row."""
    if one.strides[0] != other.strides[0] or one.strides[0] == 0 or one.steps != other.steps:
        return False
    if one.strides == other.strides and one.offset == other.offset and one.shape == other.shape:
        return True
    stretches = {stretch(view) for view in (one, other)}
    return len(stretches) == 1 and None not in stretches


def stretch(view: View) -> int | None:
    """The number q for which a row of a view lies within [q s, (q + 1) s), s its stride from row to row, or None."""
    step, offset = view.strides[0], sum_of(view.offset)
    if isinstance(step, Extent) or offset is None or step < 0:
        return None
    low = high = offset
    for size, stride in zip(view.shape[1:], view.strides[1:], strict=True):
        if isinstance(size, Extent) or isinstance(stride, Extent):
            return None
        low, high = low + min(0, (size - 1) * stride), high + max(0, (size - 1) * stride)
    return low // step if low // step == high // step else None


def sum_of(terms: Iterable[Size]) -> int | None:
    """A sum of sizes as a number, or None where a symbol is in it."""
    found = 0
    for term in terms:
        if isinstance(term, Extent):
            return None
        found += term
    return found


def _merge(group: Group, loop: Loop) -> None:
    """Append a loop to a group, or to the body of an earlier loop of its domain where all that it reads allows that."""
    last = {write.view.buffer: place for place, other in enumerate(group.loops) for write in other.writes}
    touched = [*(view.buffer for view in loop.reads), *(write.view.buffer for write in loop.writes)]
    earliest = max((last[buffer] for buffer in touched if buffer in last), default=0)
    for place in range(len(group.loops) - 1, earliest - 1, -1):
        if _may_merge(group.loops[place], loop):
            _append(group.loops[place], loop)
            return
    group.loops.append(loop)


def _may_merge(host: Loop, loop: Loop) -> bool:
    """Whether two loops may be one: the second reads what the first makes at the very same index only."""
    if host.domain != loop.domain:
        return False
    made = {write.view.buffer: write for write in host.writes}
    if any(write.view.buffer in made for write in loop.writes):
        return False
    for view in loop.reads:
        write = made.get(view.buffer)
        if write is not None and (write.combine or write.index is not None or not view.reaches_as(write.view)):
            return False
    # Two reductions with different accumulators would need different loops.
    shapes = {_reduction(write, len(loop.domain)) for write in (*host.writes, *loop.writes) if write.combine}
    return len(shapes) <= 1


def _reduction(write: Write, rank: int) -> tuple[object, ...]:
    return tuple(axis for axis in range(rank) if write.view.strides[axis] == 0), write.onto, write.index is not None


def _append(host: Loop, loop: Loop) -> None:
    """Add the lines of a loop to another's; a load of what the other makes becomes the line that makes it."""
    forward = {write.view.buffer: write.line for write in host.writes if not write.combine}
    known = {line: number for number, line in enumerate(host.body)}
    numbers: list[int] = []
    for line in loop.body:
        if line.view is not None and line.view.buffer in forward and not line.operands:
            numbers.append(forward[line.view.buffer])
            continue
        moved = replace(line, operands=tuple(numbers[operand] for operand in line.operands))
        if moved not in known:
            known[moved] = len(host.body)
            host.body.append(moved)
        numbers.append(known[moved])
    for write in loop.writes:
        index = None if write.index is None else numbers[write.index]
        host.writes.append(replace(write, line=numbers[write.line], index=index))


def _drop_stores(nodes: list[Node], kept: set[Buffer]) -> None:
    """Drop the writes that nothing reads, and the loops and lines that only they needed."""
    changed = True
    while changed:
        changed = False
        read = {view.buffer for node in nodes for view in node.reads} | kept
        for node in nodes:
            if not isinstance(node, Group):
                continue
            for loop in node.loops:
                needed = [write for write in loop.writes if write.view.buffer in read]
                if len(needed) < len(loop.writes):
                    changed = True
                    loop.writes = needed
                    _drop_lines(loop)
            node.loops = [loop for loop in node.loops if loop.writes]


def _drop_lines(loop: Loop) -> None:
    """Drop the lines that no write needs."""
    needed = {write.line for write in loop.writes} | {write.index for write in loop.writes if write.index is not None}
    for number in range(len(loop.body) - 1, -1, -1):
        if number in needed:
            needed.update(loop.body[number].operands)
    numbers = {old: new for new, old in enumerate(sorted(needed))}
    loop.body = [
        replace(loop.body[old], operands=tuple(numbers[operand] for operand in loop.body[old].operands))
        for old in sorted(needed)
    ]
    loop.writes = [
        replace(write, line=numbers[write.line], index=None if write.index is None else numbers[write.index])
        for write in loop.writes
    ]
