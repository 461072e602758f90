"""Where values lie: parts of a concatenation made in their place, state written over itself, memory used again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from glassnet.core.extent import Extent
from glassnet.engines.native.fuse import same_rows, sum_of
from glassnet.engines.native.nests import (
    Buffer,
    Group,
    Line,
    Loop,
    Nests,
    Node,
    Product,
    Turn,
    View,
    Write,
    buffers,
    every,
    moving_on,
    store,
    total,
)
from glassnet.engines.native.still import kept


# -- concatenations ----------------------------------------------------------------------------------------------------
def settle(nests: Nests) -> Nests:
    """Compute what is only copied into a larger array where it belongs, and drop the copy."""
    fixed = {view.buffer for view in (*nests.outputs.values(), *nests.next_state.values())} | set(nests.guards)
    for node in list(nests.nodes):
        copy = _copy(node)
        if copy is None:
            continue
        source, target = copy
        made_here = any(view.buffer is source.buffer for other in nests.nodes for view in other.writes)
        moves = source.whole and source.buffer.role == "inside" and source.buffer not in fixed and made_here
        if (
            moves
            and target.contiguous
            and source.dtype == target.dtype
            and _untouched(nests.nodes, node, target)
            and _stays(nests.nodes, node, source.buffer, target)
        ):
            nests.nodes.remove(node)
            _rename(nests, source.buffer, partial(_rebased, target=target))
            fixed.add(target.buffer)
    return nests


def _untouched(nodes: Sequence[Node], copy: Node, target: View) -> bool:
    """Whether nothing before a copy writes where it writes: its source may then be made there at once."""
    return not any(_touches(node, target) for node in nodes[: nodes.index(copy)])


def _stays(nodes: Sequence[Node], copy: Node, source: Buffer, target: View) -> bool:
    """Whether nothing reads the source of a copy once its target is written over: a carry that starts with it, say."""
    after = nodes[nodes.index(copy) + 1 :]
    over = next((number for number, node in enumerate(after) if _touches(node, target)), len(after))
    return not any(view.buffer is source for node in after[over:] for view in node.reads)


def _touches(node: Node, target: View) -> bool:
    """Whether a node may write where a view reaches."""
    return any(view.buffer is target.buffer and _meet(view, target) for view in node.writes)


def _span(view: View) -> tuple[int, int] | None:
    """The first element of a buffer that a view reaches, and the one after the last; None where symbols hide it."""
    low = high = sum_of(view.offset) if not view.steps else None
    for size, stride in zip(view.shape, view.strides, strict=True):
        if stride == 0:
            continue
        if low is None or high is None or isinstance(size, Extent) or isinstance(stride, Extent):
            return None
        low, high = low + min(0, (size - 1) * stride), high + max(0, (size - 1) * stride)
    return None if low is None or high is None else (low, high + 1)


def _copy(node: Node) -> tuple[View, View] | None:
    """The source and the target of a node that only copies."""
    if not isinstance(node, Group) or len(node.loops) != 1:
        return None
    loop = node.loops[0]
    if len(loop.body) != 1 or len(loop.writes) != 1 or loop.body[0].view is None:
        return None
    write = loop.writes[0]
    return None if write.combine or write.index is not None else (loop.body[0].view, write.view)


def _rebased(view: View, target: View) -> View:
    """A view of a buffer that now begins where another view does."""
    steps = moving_on(view.steps, target.steps)
    return View(target.buffer, view.shape, view.strides, total(*view.offset, *target.offset), steps)


# -- state -------------------------------------------------------------------------------------------------------------
def in_place(nests: Nests) -> Nests:
    """Let each next state be written over the old one, or be copied over it at the end where that is read later."""
    for name, view in nests.next_state.items():
        old = nests.leaves.setdefault(("state", name), Buffer(view.buffer.size, view.dtype, "state", name))
        if _may_overwrite(nests.nodes, old, view.buffer, nests.guarded):
            _rename(nests, view.buffer, partial(_rebased, target=store(old, view.shape)))
        else:
            whole = store(view.buffer, (view.buffer.size,))
            into = store(old, (old.size,))
            loop = Loop(into.shape, [Line("load", view.dtype, view=whole)], [Write(0, into)], name)
            nests.nodes.append(Group([loop], loop.split))
        nests.next_state[name] = store(old, view.shape)
    return nests


def _may_overwrite(nodes: Sequence[Node], old: Buffer, new: Buffer, guarded: int) -> bool:
    """Whether nothing reads of `old` what was written of `new`, but at the very place that is being written.

    From node `guarded` on it is known that the step counts.
    """
    writers = [i for i, node in enumerate(nodes) if any(view.buffer is new for view in node.writes)]
    return bool(writers) and writers[0] >= guarded and not any(_spoils(nodes, i, old, new) for i in writers)


def _spoils(nodes: Sequence[Node], writer: int, old: Buffer, new: Buffer) -> bool:
    """Whether a node that writes `new` would write over what it or a later node has still to read of `old`."""
    node = nodes[writer]
    later = [view for other in nodes[writer + 1 :] for view in other.reads if view.buffer is old]
    written = [view for view in node.writes if view.buffer is new]
    if any(_meet(view, mine) for view in later for mine in written):
        return True
    if not isinstance(node, Group):
        return any(_meet(view, mine) for view in node.reads if view.buffer is old for mine in written)
    reads = [(i, view) for i, loop in enumerate(node.loops) for view in loop.reads if view.buffer is old]
    writes = [(i, write) for i, loop in enumerate(node.loops) for write in loop.writes if write.view.buffer is new]
    return any(
        _meet(view, write.view)
        and not (write.combine is None and write.index is None and _read_before(view, write.view, i, place, node))
        for i, view in reads
        for place, write in writes
    )


def _meet(one: View, other: View) -> bool:
    """Whether two views, of buffers that lie in one place, may reach the same element."""
    mine, theirs = _span(one), _span(other)
    return mine is None or theirs is None or (mine[0] < theirs[1] and theirs[0] < mine[1])


def _read_before(view: View, write: View, reader: int, writer: int, group: Group) -> bool:
    """Whether a loop of a group has read a view, in its share, before another writes over it."""
    same = (view.strides, view.offset, view.steps) == (write.strides, write.offset, write.steps)
    if reader == writer or group.split == "columns":
        return reader <= writer and same
    if reader > writer:
        return False
    return group.split == "one" or same_rows(view, View(view.buffer, write.shape, write.strides, write.offset))


def _rename(nests: Nests, buffer: Buffer, moved: Callable[[View], View]) -> None:
    """Put another view in the place of every view of a buffer."""

    def of(view: View) -> View:
        return moved(view) if view.buffer is buffer else view

    for node in every(nests.nodes):
        if isinstance(node, Group):
            for loop in node.loops:
                loop.body = [
                    replace(line, view=of(line.view)) if line.view is not None and line.view.buffer is buffer else line
                    for line in loop.body
                ]
                loop.writes = [
                    replace(write, view=of(write.view)) if write.view.buffer is buffer else write
                    for write in loop.writes
                ]
        elif isinstance(node, Product):
            node.a, node.b, node.c = of(node.a), of(node.b), of(node.c)
        elif isinstance(node, Turn):
            node.a, node.c = of(node.a), of(node.c)


# -- memory ------------------------------------------------------------------------------------------------------------
def lifetimes(nests: Nests, phases: Sequence[int]) -> dict[Buffer, tuple[int, int]]:
    """For each buffer inside, the first and the last phase in which it is used.

    Outputs live to the end, and what later batches of a map find there.
    """
    spans: dict[Buffer, tuple[int, int]] = {}
    for node, phase in zip(nests.nodes, phases, strict=True):
        for buffer in buffers([node]):
            if buffer.role in ("inside", "carry"):
                spans[buffer] = spans.get(buffer, (phase, phase))[0], phase
    end = max(phases, default=0)
    for buffer in (*(view.buffer for view in nests.outputs.values()), *nests.guards, *kept(nests)):
        if buffer in spans:
            spans[buffer] = spans[buffer][0], end
    return spans
