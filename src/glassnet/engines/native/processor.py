"""What differs from processor to processor and from system to system, as LLVM IR; nothing else knows either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from glassnet.errors import SettingError

# The processors that code can be made for in place of a better one, each with the features that it takes for granted.
LESSER: Final = {
    "x86-64-v3": frozenset({"avx", "avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe", "popcnt", "sse4.2"}),
}

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


def stand_in(name: str, features: frozenset[str]) -> frozenset[str]:
    """The features of a lesser processor, for a machine that has these.

    Raises SettingError for a processor that is not known, and for one that can do what this machine cannot.
    """
    if name not in LESSER:
        raise SettingError(f"GLASSNET_CPU={name}: expected {' or '.join(LESSER)}, or nothing for this machine's own")
    missing = sorted(LESSER[name] - features)
    if missing:
        raise SettingError(f"GLASSNET_CPU={name}: this machine has no {', '.join(missing)}; leave the variable out")
    return LESSER[name]
