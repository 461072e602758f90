"""What every batch of a map would find alike, such as weights made ready: put first, to be found once for them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from glassnet.core.extent import Extent
from glassnet.engines.native.nests import Buffer, Group, Nests, Node, Scan, buffers


def still_first(nests: Nests) -> Nests:
    """The nodes on which no row bears stand first, in their order, and `still` counts them; none where a state changes.

    What moves with the rows is what has a size of theirs, what is read of that, and the outputs and guards, which every
    batch writes.
    """
    if nests.next_state:
        return nests
    moving = {view.buffer for view in nests.outputs.values()} | set(nests.guards)
    still, count = nests.nodes, -1
    while len(still) != count:
        count = len(still)
        moving.update(view.buffer for node in nests.nodes if _moves(node, moving) for view in node.writes)
        still = [node for node in nests.nodes if not _moves(node, moving)]
    nests.nodes = [*still, *(node for node in nests.nodes if _moves(node, moving))]
    nests.still = count
    return nests


def kept(nests: Nests) -> set[Buffer]:
    """The buffers in which later batches find what the first one left."""
    made = {view.buffer for node in nests.nodes[: nests.still] for view in node.writes}
    return made & {view.buffer for node in nests.nodes[nests.still :] for view in node.reads}


def _moves(node: Node, moving: Iterable[Buffer]) -> bool:
    """Whether rows bear on a node, where these buffers move with them."""
    touched = buffers([node])
    return isinstance(node, Scan) or any(each in moving for each in touched) or _sized(node, touched)


def _sized(node: Node, touched: Iterable[Buffer]) -> bool:
    """Whether a node has something to do with how many rows there are."""
    return any(isinstance(size, Extent) for size in chain((each.size for each in touched), _sizes(node)))


def _sizes(node: Node) -> Iterator[object]:
    """The sizes that a group counts by or reckons with."""
    for loop in node.loops if isinstance(node, Group) else ():
        yield from loop.domain
        yield from (line.value for line in loop.body)
