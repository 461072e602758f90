"""Threads that run side by side, as IR: their shares of a node, and how they meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from glassnet.core.extent import n
from glassnet.engines.native.emit import scaled
from glassnet.engines.native.ir import Function, Value
from glassnet.engines.native.nests import Node, Scan, every
from glassnet.engines.native.processor import Manners
from glassnet.engines.native.schedule import Share, share_of
from glassnet.engines.native.waiting import REST, resting

THREAD: Final = ("i64 %tid", "i64 %threads", "ptr %meeting")
MEET: Final = "call void @meet(ptr %meeting, i64 %threads)"

# Threads meet by counting: the last to come opens the gate, whose number the others wait to see change. A meeting takes
# some tens of nanoseconds where all threads run; where one does not, the others let go of their processors.
MEETING: Final = """define internal void @meet(ptr %meeting, i64 %threads) nounwind noinline {
entry:
  %gate = getelementptr inbounds i64, ptr %meeting, i64 8
  %before = load atomic i64, ptr %gate monotonic, align 8
  %come = atomicrmw add ptr %meeting, i64 1 acq_rel
  %mine = add i64 %come, 1
  %last = icmp eq i64 %mine, %threads
  br i1 %last, label %open, label %wait
open:
  store atomic i64 0, ptr %meeting monotonic, align 8
  %next = add i64 %before, 1
  store atomic i64 %next, ptr %gate release, align 8
  ret void
wait:
  %now = load atomic i64, ptr %gate acquire, align 8
  %opened = icmp ne i64 %now, %before
  br i1 %opened, label %through, label %pause
pause:
  REST
  br label %wait
through:
  ret void
}"""


def meeting(manners: Manners) -> str:
    """The function in which threads meet, for a kind of processor."""
    return "\n\n".join([MEETING.replace("REST", REST), resting(manners.pause)])


def divided(f: Function, share: Share) -> tuple[Value, Value]:
    """The share of this thread: from where and to where."""
    if share.extent is None:
        return "0", "1"
    return _pieces(f, scaled(f, share.extent), share.unit)


def whole(f: Function, share: Share) -> tuple[Value, Value]:
    """All of it."""
    return "0", "1" if share.extent is None else scaled(f, share.extent)


def shares_of(nodes: Sequence[Node]) -> list[Share]:
    """What threads divide, each once."""
    return list(dict.fromkeys(share_of(node) for node in every(nodes) if not isinstance(node, Scan)))


def divided_by_rows(f: Function, rows: Value) -> tuple[Value, Value]:
    """The share of this thread in the rows of a batch."""
    return _pieces(f, rows, Share.of(n).unit)


def _pieces(f: Function, extent: Value, unit: int) -> tuple[Value, Value]:
    """As many whole units for each thread as there are for the first, and what is left for the last."""
    each = f("udiv i64", f("add i64", extent, f("sub i64", "%threads", "1")), "%threads")
    whole = f("mul i64", f("udiv i64", f("add i64", each, str(unit - 1)), str(unit)), str(unit))
    low = f.call("i64", "llvm.smin.i64", f"i64 {f('mul i64', '%tid', whole)}", f"i64 {extent}")
    return low, f.call("i64", "llvm.smin.i64", f"i64 {f('add i64', low, whole)}", f"i64 {extent}")
