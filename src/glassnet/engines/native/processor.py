"""What differs from processor to processor and from system to system, as LLVM IR; nothing else knows either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

X86: Final = """define internal i64 @flush() nounwind {
  %place = alloca i32
  call void @llvm.x86.sse.stmxcsr(ptr %place)
  %before = load i32, ptr %place
  %after = or i32 %before, 32832
  store i32 %after, ptr %place
  call void @llvm.x86.sse.ldmxcsr(ptr %place)
  %wide = zext i32 %before to i64
  ret i64 %wide
}

define internal void @restore(i64 %before) nounwind {
  %place = alloca i32
  %narrow = trunc i64 %before to i32
  store i32 %narrow, ptr %place
  call void @llvm.x86.sse.ldmxcsr(ptr %place)
  ret void
}"""
ARM: Final = """define internal i64 @flush() nounwind {
  %before = call i64 @llvm.aarch64.get.fpcr()
  %after = or i64 %before, 16777216
  call void @llvm.aarch64.set.fpcr(i64 %after)
  ret i64 %before
}

define internal void @restore(i64 %before) nounwind {
  call void @llvm.aarch64.set.fpcr(i64 %before)
  ret void
}"""


@dataclass(frozen=True)
class Manners:
    """How a kind of processor waits, and counts numbers below the normal range as 0 (`flush`, undone by `restore`).

    Optimizer slots of weights that no longer get a delta decay into that range and stay there for ever, where some
    processors take a hundred times as long for each product.
    """

    pause: str
    flush: str


MANNERS: Final = {
    "x86_64": Manners("call void @llvm.x86.sse2.pause()", X86),
    "aarch64": Manners("call void @llvm.aarch64.hint(i32 1)", ARM),
    "arm64": Manners("call void @llvm.aarch64.hint(i32 1)", ARM),
}
