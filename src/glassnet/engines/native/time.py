"""The step of a scan through the passes: what does not change with time runs once, before it."""

from __future__ import annotations

from collections import Counter

from glassnet.engines.native.fuse import fuse
from glassnet.engines.native.nests import Buffer, Nests, Node, Scan
from glassnet.engines.native.place import in_place, settle


def settled_step(step: Nests, depth: int) -> tuple[list[Node], list[Node]]:
    """The nodes that run once before a scan, and those of each step, whose state are the carries.

    `depth` is the number of scans around it.
    """
    before = _unchanging(settle(step), depth)
    return before, in_place(fuse(step)).nodes


def _unchanging(step: Nests, depth: int) -> list[Node]:
    """Take out the nodes whose operands are the same at every time step."""
    changing: set[Buffer] = {buffer for (role, _), buffer in step.leaves.items() if role == "state"}
    changing |= {view.buffer for view in step.next_state.values()} | step.kept
    # What several nodes write is made anew at every step: zeros, say, that something is then added to.
    times = Counter(buffer for node in step.nodes for buffer in {view.buffer for view in node.writes})
    changing |= {buffer for buffer, count in times.items() if count > 1}
    before: list[Node] = []
    for node in list(step.nodes):
        moves = _within(node) or any(view.step_in(depth) != 0 for view in (*node.reads, *node.writes))
        if moves or any(view.buffer in changing for view in (*node.reads, *node.writes)):
            changing.update(view.buffer for view in node.writes)
        else:
            before.append(node)
            step.nodes.remove(node)
    return before


def _within(node: Node) -> bool:
    """Whether a node runs over the steps of a piece, which are others in each piece."""
    return isinstance(node, Scan) and node.within
