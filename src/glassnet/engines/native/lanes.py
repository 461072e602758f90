"""Vectors of numbers: their type, and how they are loaded, stored, filled and shuffled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glassnet.engines.native.ir import BYTES, SUFFIX, TYPES, Function, Value


@dataclass(frozen=True)
class Lanes:
    """A vector register full of numbers of one dtype.

    >>> Lanes("float32", 32).vector
    '<8 x float>'
    """

    dtype: str  # "float32" or "float64"
    vector_bytes: int  # 16 for NEON, 32 for AVX2, 64 for AVX-512

    @property
    def suffix(self) -> str:
        """What the names of functions on this dtype end in."""
        return SUFFIX[self.dtype]

    @property
    def size(self) -> int:
        """Bytes of one number."""
        return BYTES[self.dtype]

    @property
    def count(self) -> int:
        """How many numbers a vector holds."""
        return self.vector_bytes // self.size

    @property
    def square(self) -> Lanes:
        """Vectors of at most 8 numbers, to turn blocks in: for more, shuffles grow faster than what they move."""
        return Lanes(self.dtype, min(self.vector_bytes, 8 * self.size))

    @property
    def scalar(self) -> str:
        """The type of one number."""
        return TYPES[self.dtype]

    @property
    def vector(self) -> str:
        """The type of a vector."""
        return f"<{self.count} x {self.scalar}>"

    @property
    def mangled(self) -> str:
        """The vector in the name of an intrinsic, such as v8f32."""
        return f"v{self.count}{self.suffix}"

    def at(self, f: Function, pointer: Value, index: Value) -> Value:
        """The address of the number at an index."""
        return f(f"getelementptr {self.scalar}, ptr {pointer}, i64", index)

    def load(self, f: Function, pointer: Value, mask: Value | None = None) -> Value:
        """The vector at an address; where a mask is false nothing is read and a zero stands."""
        if mask is None:
            return f(f"load {self.vector}, ptr {pointer}, align", str(self.size))
        held, zeros = f"<{self.count} x i1> {mask}", f"{self.vector} zeroinitializer"
        name = f"llvm.masked.load.{self.mangled}.p0"
        return f.call(self.vector, name, f"ptr align {self.size} {pointer}", held, zeros)

    def store(self, f: Function, value: Value, pointer: Value, mask: Value | None = None) -> None:
        """Write the vector to an address; where a mask is false nothing is written."""
        if mask is None:
            f.do(f"store {self.vector} {value}, ptr {pointer}, align {self.size}")
            return
        held, name = f"<{self.count} x i1> {mask}", f"llvm.masked.store.{self.mangled}.p0"
        f.run(name, f"{self.vector} {value}", f"ptr align {self.size} {pointer}", held)

    def spread(self, f: Function, pointer: Value) -> Value:
        """The number at an address, in every lane."""
        number = f(f"load {self.scalar}, ptr {pointer}, align", str(self.size))
        first = f(f"insertelement {self.vector} poison, {self.scalar} {number}, i64 0")
        return self.shuffle(f, first, "poison", [0] * self.count)

    def shuffle(self, f: Function, x: Value, y: Value, picks: Sequence[int]) -> Value:
        """The lanes of x and then y that `picks` names."""
        mask = ", ".join(f"i32 {pick}" for pick in picks)
        return f(f"shufflevector {self.vector} {x}, {self.vector} {y}, <{self.count} x i32> <{mask}>")

    def fma(self, f: Function, x: Value, y: Value, z: Value) -> Value:
        """x * y + z, rounded once."""
        return f.call(self.vector, f"llvm.fma.{self.mangled}", *(f"{self.vector} {value}" for value in (x, y, z)))

    def first(self, f: Function, count: Value) -> Value:
        """The mask whose first `count` lanes are true; lanes are counted in integers of their own size."""
        whole = f"i{8 * self.size}"
        row = f"<{self.count} x {whole}>"
        cut = count if whole == "i64" else f(f"trunc i64 {count} to {whole}")
        start = f(f"insertelement {row} poison, {whole} {cut}, i64 0")
        limit = f(f"shufflevector {row} {start}, {row} poison, <{self.count} x i32> zeroinitializer")
        numbers = ", ".join(f"{whole} {lane}" for lane in range(self.count))
        return f(f"icmp sgt {row} {limit}, <{numbers}>")

    def declarations(self) -> str:
        """The intrinsics that these functions call."""
        vector, name, mask = self.vector, self.mangled, f"<{self.count} x i1>"
        return (
            f"declare {vector} @llvm.fma.{name}({vector}, {vector}, {vector})\n"
            f"declare {vector} @llvm.masked.load.{name}.p0(ptr, {mask}, {vector})\n"
            f"declare void @llvm.masked.store.{name}.p0({vector}, ptr, {mask})\n"
        )
