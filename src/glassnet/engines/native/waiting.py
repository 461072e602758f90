"""How a thread waits for others at a meeting: it looks again and again for a moment, and then lets other threads run.

Where there are fewer free cores than threads, one that only looked would keep a core from the very thread that it waits
for, until the system takes the core away some milliseconds later: measured, a step took a thousand times as long.
"""

from __future__ import annotations

import ctypes
import sys
from functools import lru_cache
from typing import Any, Final

import llvmlite.binding as llvm

LOOKS: Final = 200  # before the core is offered to others: some microseconds
REST: Final = "call void @rest(ptr %gate, i64 %before)"  # where a gate still has the number that it had before
YIELD: Final = "glassnet_yield"


def resting(pause: str) -> str:
    """The function that is called at a closed gate, as text; `pause` is the processor's own instruction to wait."""
    return f"""declare i32 @{YIELD}()

define internal void @rest(ptr %gate, i64 %before) nounwind noinline {{
entry:
  br label %look
look:
  %looks = phi i64 [ 0, %entry ], [ %more, %again ]
  %now = load atomic i64, ptr %gate acquire, align 8
  %opened = icmp ne i64 %now, %before
  br i1 %opened, label %through, label %again
again:
  {pause}
  %more = add i64 %looks, 1
  %tired = icmp eq i64 %more, {LOOKS}
  br i1 %tired, label %offer, label %look
offer:
  call i32 @{YIELD}()
  br label %through
through:
  ret void
}}"""


@lru_cache(maxsize=1)
def offered() -> None:
    """Let code find the system's own way to offer a core to others."""
    function: Any
    if sys.platform == "win32":
        function = ctypes.WinDLL("kernel32").SwitchToThread
    else:
        function = ctypes.CDLL(None).sched_yield
    llvm.add_symbol(YIELD, ctypes.cast(function, ctypes.c_void_p).value)
