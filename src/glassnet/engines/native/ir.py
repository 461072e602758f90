"""LLVM IR as text, an instruction at a time: functions, loops and conditions with names made on the way."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import numpy as np

Value: TypeAlias = str  # "%v3", or a literal
Carry: TypeAlias = tuple[str, Value]  # the type of a value that a loop carries, and where it starts

TYPES: Final = {"float32": "float", "float64": "double", "int32": "i32", "int64": "i64", "uint32": "i32", "bool": "i1"}
SUFFIX: Final = {"float32": "f32", "float64": "f64"}  # how the names of functions say what they work on
BYTES: Final = {"float32": 4, "float64": 8, "int32": 4, "int64": 8, "uint32": 4, "bool": 1}
STORED: Final = {**TYPES, "bool": "i8"}  # a truth value takes a byte of memory, as NumPy's do
AS_IT_IS: Final = """!0 = distinct !{!0, !1, !2}
!1 = !{!"llvm.loop.unroll.disable"}
!2 = !{!"llvm.loop.vectorize.enable", i1 false}"""


def literal(value: Any, dtype: str) -> Value:
    """A number as LLVM writes it: floats by their bits, so that nothing is rounded.

    >>> literal(1.5, "float32"), literal(-3, "int64"), literal(True, "bool")
    ('0x3FF8000000000000', '-3', 'true')
    """
    if dtype == "bool":
        return "true" if value else "false"
    if dtype not in ("float32", "float64"):
        return str(int(value))
    rounded = float(np.float32(value)) if dtype == "float32" else float(value)
    return f"0x{struct.unpack('Q', struct.pack('d', rounded))[0]:016X}"


class Function:
    """One function that is being written.

    Calling it appends an instruction and gives the name of its value:

    >>> f = Function("twice", ["double %x"], returns="double")
    >>> f.returns(f("fadd double", "%x", "%x"))
    >>> print(f)
    define internal double @twice(double %x) nounwind {
    entry:
      %v1 = fadd double %x, %x
      ret double %v1
    }
    """

    def __init__(
        self,
        name: str,
        parameters: Sequence[str],
        *,
        returns: str = "void",
        linkage: str = "internal",
        attributes: str = "nounwind",
    ) -> None:
        head = f"{linkage} {returns}".strip()
        self.symbol = name
        self._head = f"define {head} @{name}({', '.join(parameters)}) {attributes} {{"
        self._type = returns
        self._lines: list[str] = ["entry:"]
        self._names = 0

    def __call__(self, instruction: str, *operands: Value) -> Value:
        """Append an instruction with its operands; gives the name of its value."""
        name = self.name("%v")
        self._lines.append(f"  {name} = {instruction} {', '.join(operands)}".rstrip())
        return name

    def do(self, text: str) -> None:
        """Append an instruction without a value."""
        self._lines.append(f"  {text}")

    def call(self, returns: str, function: str, *arguments: str) -> Value:
        """Call a function on arguments written with their types."""
        return self(f"call {returns} @{function}({', '.join(arguments)})")

    def run(self, function: str, *arguments: str) -> None:
        """Call a function that gives nothing on arguments written with their types."""
        self.do(f"call void @{function}({', '.join(arguments)})")

    def name(self, hint: str) -> str:
        """A name that nothing else bears."""
        self._names += 1
        return f"{hint}{self._names}"

    def label(self, name: str) -> None:
        """Begin a block."""
        self._lines.append(f"{name}:")

    def returns(self, value: Value | None = None) -> None:
        """Leave the function."""
        self.do("ret void" if value is None else f"ret {self._type} {value}")

    def loop(
        self,
        start: Value,
        stop: Value,
        body: Callable[[Value, Sequence[Value]], Sequence[Value]],
        carry: Sequence[Carry] = (),
        *,
        as_it_is: bool = False,
    ) -> list[Value]:
        """For i from `start` to before `stop`: carried = body(i, carried); gives what is carried at the end.

        With `as_it_is` LLVM is told to leave the loop alone; the module then ends in `AS_IT_IS`.
        """
        before, head, tail, after = map(self.name, ("before", "loop", "tail", "after"))
        self.do(f"br label %{before}")
        self.label(before)
        entered = self("icmp slt i64", start, stop)
        self.do(f"br i1 {entered}, label %{head}, label %{after}")
        self.label(head)
        at = len(self._lines)
        i, carried = self.name("%i"), [self.name("%c") for _ in carry]
        nexts = body(i, carried)
        self.do(f"br label %{tail}")
        self.label(tail)
        step = self("add nsw i64", i, "1")
        more = self("icmp slt i64", step, stop)
        self.do(f"br i1 {more}, label %{head}, label %{after}" + (", !llvm.loop !0" if as_it_is else ""))
        phis = [f"  {i} = phi i64 [{start}, %{before}], [{step}, %{tail}]"]
        for name, (kind, first), value in zip(carried, carry, nexts, strict=True):
            phis.append(f"  {name} = phi {kind} [{first}, %{before}], [{value}, %{tail}]")
        self._lines[at:at] = phis
        self.label(after)
        return [
            self(f"phi {kind} [{first}, %{before}], [{value}, %{tail}]")
            for (kind, first), value in zip(carry, nexts, strict=True)
        ]

    def each(self, start: Value, stop: Value, body: Callable[[Value], None], *, as_it_is: bool = False) -> None:
        """For i from `start` to before `stop`: body(i)."""

        def carrying_nothing(i: Value, _: Sequence[Value]) -> Sequence[Value]:
            body(i)
            return ()

        self.loop(start, stop, carrying_nothing, as_it_is=as_it_is)

    def until(self, stop: Value, body: Callable[[Value], Value]) -> None:
        """From i = 0 on, as long as i is below `stop`: i = body(i)."""
        before, head, more, after = map(self.name, ("before", "head", "more", "after"))
        self.do(f"br label %{before}")
        self.label(before)
        self.do(f"br label %{head}")
        self.label(head)
        at = len(self._lines)
        i = self.name("%i")
        self.do(f"br i1 {self('icmp slt i64', i, stop)}, label %{more}, label %{after}")
        self.label(more)
        following = body(i)
        end = self.name("end")
        self.do(f"br label %{end}")
        self.label(end)
        self.do(f"br label %{head}")
        self._lines[at:at] = [f"  {i} = phi i64 [0, %{before}], [{following}, %{end}]"]
        self.label(after)

    def when(self, condition: Value, body: Callable[[], None], *, leaves: bool = False) -> None:
        """Run `body` where the condition holds; `leaves` says that it leaves the function."""
        then, after = self.name("then"), self.name("after")
        self.do(f"br i1 {condition}, label %{then}, label %{after}")
        self.label(then)
        body()
        if not leaves:
            self.do(f"br label %{after}")
        self.label(after)

    def choose(self, condition: Value, yes: Callable[[], None], no: Callable[[], None]) -> None:
        """Run `yes` where the condition holds and `no` where it does not."""
        then, other, after = map(self.name, ("then", "other", "after"))
        self.do(f"br i1 {condition}, label %{then}, label %{other}")
        for label, body in ((then, yes), (other, no)):
            self.label(label)
            body()
            self.do(f"br label %{after}")
        self.label(after)

    def chosen(
        self, condition: Value, kind: str, yes: Callable[[], Sequence[Value]], no: Callable[[], Sequence[Value]]
    ) -> list[Value]:
        """The values that `yes` gives where the condition holds, and those that `no` gives where it does not."""
        then, other, after = map(self.name, ("then", "other", "after"))
        self.do(f"br i1 {condition}, label %{then}, label %{other}")
        given = []
        for label, body in ((then, yes), (other, no)):
            self.label(label)
            given.append(body())
            self.do(f"br label %{after}")
        self.label(after)
        return [self(f"phi {kind} [{x}, %{then}], [{y}, %{other}]") for x, y in zip(*given, strict=True)]

    def __str__(self) -> str:
        return "\n".join([self._head, *self._lines, "}"])
