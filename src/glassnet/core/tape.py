"""The tape: every call of an operation, in the order of execution, with what is needed to undo it.

The tape is the only form that a computation takes. Forward propagation, loss, back-propagation and weight update are
calls on one flat list; positions never change, so that a watcher may keep them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from textwrap import indent
from typing import Any, Final, Literal, NamedTuple, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from glassnet.core.body import Body, TraceDelta
from glassnet.core.extent import Shape, Size, nonnegative_axis, written
from glassnet.core.operation import DType, Operation, as_dtype
from glassnet.core.operations import leaves
from glassnet.core.tensor import Tensor
from glassnet.errors import DTypeError, ShapeError

Phase: TypeAlias = Literal["forward", "loss", "backward", "update"]
Misfit = TypeVar("Misfit", bound=ShapeError | DTypeError)

PACKAGE: Final = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
INDENT: Final = "     | "
MERGED_ELEMENTS: Final = 16  # constants up to this size are looked up before they are recorded again


class Origin(NamedTuple):
    """Where a call came from: the layer, or the user's line, and the phase of the step."""

    place: str
    phase: Phase


class Call(NamedTuple):
    """One call of an operation: the positions of its inputs, its attributes, and what its result is."""

    position: int
    operation: Operation
    inputs: tuple[int, ...]
    attributes: Mapping[str, Any]
    shape: Shape
    dtype: DType
    origin: Origin

    def derivative(self, delta: Tensor | TraceDelta) -> Sequence[Tensor | TraceDelta | None]:
        """The delta of each input, from the delta of the result, appended to the tape of `delta`."""
        if self.operation.derivative is None:
            return ()
        tape = delta.tape
        operands = [tape.tensor(position) for position in self.inputs]
        return self.operation.derivative(delta, tape.tensor(self.position), *operands, **self.attributes)

    @property
    def body(self) -> Body | None:
        """What a scan runs at every step; other calls have none."""
        return self.attributes.get("body")


class Tape:
    """A flat list of calls; `record` appends one and hands back its result as a tensor."""

    depth: int = 0  # how many scans lie around what is recorded

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self.place: str | None = None  # what is recorded bears this name, or that of the user's line
        self._phase: Phase = "forward"
        self._constants: dict[tuple[str, tuple[int, ...], bytes], Tensor] = {}

    # -- recording -------------------------------------------------------------------------------------------------
    def record(
        self, operation: Operation, operands: Sequence[Tensor] = (), attributes: Mapping[str, Any] | None = None
    ) -> Tensor:
        """Append a call.

        Raises ShapeError or DTypeError, naming the layer or the line, where the operands do not fit the operation, and
        ValueError for an operand that lies on another tape.
        """
        attributes = attributes if attributes is not None else {}
        for operand in operands:
            if operand.tape is not self:
                place = self.place or _users_line()
                raise ValueError(f"{place}: {operation.name}: an operand lies on another tape; record both on one")
        try:
            shape, dtype = operation.infer(*operands, **attributes)
        except (ShapeError, DTypeError) as error:
            raise self.located(error) from None
        inputs = tuple([operand.position for operand in operands])
        origin = Origin(self.place or _users_line(), self._phase)
        self._calls.append(Call(len(self._calls), operation, inputs, attributes, shape, dtype, origin))
        return self.tensor(len(self._calls) - 1)

    def repeat(self, call: Call, inputs: Sequence[int]) -> Tensor:
        """Append a call of another tape, origin and all, on inputs of this tape that are like its own."""
        self._calls.append(call._replace(position=len(self._calls), inputs=tuple(inputs)))
        return self.tensor(len(self._calls) - 1)

    def located(self, error: Misfit) -> Misfit:
        """The error with the layer, or the user's line, that is being recorded before its message."""
        return type(error)(f"{self.place or _users_line()}: {error}")

    def input(self, name: str, shape: Shape, dtype: Any = "float32") -> Tensor:
        """Record a leaf whose values come with each batch."""
        return self.record(leaves.input_, (), {"name": name, "shape": tuple(shape), "dtype": as_dtype(dtype)})

    def state(self, name: str, shape: Shape, dtype: Any = "float32") -> Tensor:
        """Record a leaf whose values survive from step to step."""
        return self.record(leaves.state, (), {"name": name, "shape": tuple(shape), "dtype": as_dtype(dtype)})

    def setting(self, name: str, dtype: Any = "float64") -> Tensor:
        """Record a number that the host may change between steps."""
        return self.record(leaves.setting, (), {"name": name, "dtype": as_dtype(dtype)})

    def constant(self, value: npt.ArrayLike, dtype: Any = None) -> Tensor:
        """Record a fixed value; a small one that was recorded before is used again."""
        name = as_dtype(np.asarray(value).dtype if dtype is None else dtype)
        array = np.array(value, name)
        array.flags.writeable = False
        if array.size > MERGED_ELEMENTS:
            return self.record(leaves.constant, (), {"value": array})
        key = name, array.shape, array.tobytes()
        if key not in self._constants:
            self._constants[key] = self.record(leaves.constant, (), {"value": array})
        return self._constants[key]

    def extent(self, size: Size, dtype: Any = "float64") -> Tensor:
        """Record an extent as a number: the rows of the batch, say."""
        return self.record(leaves.extent, (), {"size": size, "dtype": as_dtype(dtype)})

    def iota(self, shape: Shape, axis: int, dtype: Any = "int64") -> Tensor:
        """Record the numbers 0, 1, 2, ... along an axis."""
        attributes = {"shape": tuple(shape), "axis": nonnegative_axis(axis, shape), "dtype": as_dtype(dtype)}
        return self.record(leaves.iota, (), attributes)

    @contextmanager
    def within(self, place: str | None = None, phase: Phase | None = None) -> Iterator[None]:
        """Let what is recorded inside bear the name of a layer, or belong to a phase."""
        before = self.place, self._phase
        self.place, self._phase = place or self.place, phase or self._phase
        try:
            yield
        finally:
            self.place, self._phase = before

    # -- reading ---------------------------------------------------------------------------------------------------
    def tensor(self, position: int) -> Tensor:
        """The handle to the result of the call at a position."""
        return Tensor(self, position)

    def __getitem__(self, position: int) -> Call:
        return self._calls[position]

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def between(self, wanted: Sequence[Tensor], *outputs: Tensor) -> list[int]:
        """The positions, ascending, that depend on one of `wanted` and that one of `outputs` depends on."""
        needed = self.ancestors([output.position for output in outputs])
        reached = {tensor.position for tensor in wanted}
        calls = self._calls
        for position in range(min(reached, default=0), max(needed, default=-1) + 1):
            if position in needed and not reached.isdisjoint(calls[position].inputs):
                reached.add(position)
        return sorted(reached & needed)

    def ancestors(self, positions: Sequence[int], until: Collection[int] = ()) -> set[int]:
        """These positions and all that they depend on, not looking beyond the positions `until`."""
        needed: set[int] = set()
        waiting = list(positions)
        while waiting:
            position = waiting.pop()
            if position not in needed:
                needed.add(position)
                if position not in until:
                    waiting.extend(self._calls[position].inputs)
        return needed

    def validate(self) -> None:
        """Check that each call stands after its inputs and that its shape and dtype follow from them, in bodies too.

        Raises ValueError, naming the position, where one does not.
        """
        for position, call in enumerate(self._calls):
            if call.position != position or any(not 0 <= source < position for source in call.inputs):
                raise ValueError(f"call {position} ({call.operation}): its inputs {call.inputs} do not come before it")
            operands = [self._calls[source] for source in call.inputs]
            try:
                follows = call.operation.infer(*operands, **call.attributes) == (call.shape, call.dtype)
            except (ShapeError, DTypeError) as error:
                raise ValueError(f"call {position}: {error}") from error
            if not follows:
                raise ValueError(
                    f"call {position} ({call.operation}): its shape or dtype does not follow from its inputs"
                )
            if (body := call.body) is not None:
                body.tape.validate()

    def __str__(self) -> str:
        return "\n".join(_lines(call) for call in self._calls)


def _lines(call: Call) -> str:
    """A call as a line, with the calls of its body indented beneath it."""
    return line(call) if call.body is None else f"{line(call)}\n{indent(str(call.body.tape), INDENT)}"


def line(call: Call) -> str:
    """A call as a line of a listing: position, operation, inputs, shape, dtype, attributes, origin."""
    inputs = " ".join(map(str, call.inputs))
    shown = [_attribute(name, value) for name, value in call.attributes.items() if name not in ("shape", "dtype")]
    what = f"{call.position:5d}  {call.operation.name:<12} {inputs:<12} {written(call.shape):<14} {call.dtype:<8}"
    return f"{what} {' '.join(shown):<28} {call.origin.phase}: {call.origin.place}".rstrip()


def _attribute(name: str, value: Any) -> str:
    """An attribute as name and value; a body names its roles itself."""
    return str(value) if isinstance(value, Body) else f"{name}={_brief(value)}"


def _brief(value: Any) -> str:
    """The value of an attribute in few characters."""
    if isinstance(value, np.ndarray):
        return f"{value.item():.6g}" if value.ndim == 0 else f"array{written(value.shape)}"
    return written(value) if isinstance(value, tuple) and not any(isinstance(v, tuple) for v in value) else str(value)


def _users_line() -> str:
    """The file and line of the nearest caller outside this package."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename.rsplit(os.sep, 1)[-1]}:{frame.f_lineno}"
