"""Tensor: a handle to the result of a call, with the operators that people expect.

An operator records calls; it computes nothing. Operands of elementwise operations have one shape, so a tensor records
each broadcast. An operand of fewer axes is repeated to the shape of the other, never the other way round: (n,) against
(n, 1) is an error, not (n, n).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial, reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from glassnet.core.extent import Extent, Shape, Size, count, nonnegative_axis, written
from glassnet.core.indexing import Index, indexed
from glassnet.core.operation import Array, DType, Operation, as_dtype, holds
from glassnet.core.operations import contraction, control, elementwise, movement, placement, reduction
from glassnet.errors import DTypeError, ShapeError

if TYPE_CHECKING:
    from glassnet.core.tape import Call, Tape

Value: TypeAlias = "Tensor | float | int | bool | Array"
Axis: TypeAlias = int | Sequence[int] | None


class Tensor:
    """The result of the call at a position of a tape.

    `shape` holds the extent of each axis, `n` standing for the rows of a batch; `dtype` is a name such as "float32".
    """

    __slots__ = ("dtype", "position", "shape", "tape")
    __array_ufunc__ = None  # so that `array * tensor` comes here

    def __init__(self, tape: Tape, position: int) -> None:
        call = tape._calls[position]  # not tape[position]: a tensor is made for every operand of every call
        self.tape = tape
        self.position = position
        self.shape: Shape = call.shape
        self.dtype: DType = call.dtype

    # -- what it is ------------------------------------------------------------------------------------------------
    @property
    def call(self) -> Call:
        """The call that gives this value."""
        return self.tape[self.position]

    @property
    def attributes(self) -> Mapping[str, Any]:
        """The attributes of the call that gives this value."""
        return self.call.attributes

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def __repr__(self) -> str:
        return f"Tensor({self.call.operation} at {self.position}, shape {written(self.shape)}, {self.dtype})"

    def __bool__(self) -> bool:
        raise TypeError(
            "a tensor has no truth value while it is recorded: use functions.where(condition, a, b) in place of `if`"
        )

    def __array__(self, *_: Any, **__: Any) -> Array:
        raise TypeError("a tensor holds no numbers while it is recorded: use its operators and glassnet.core.functions")

    def __len__(self) -> int:
        if not self.shape or isinstance(self.shape[0], Extent):
            raise TypeError(f"a tensor of shape {written(self.shape)} has no length known when it is recorded")
        return self.shape[0]

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    # -- arithmetic ------------------------------------------------------------------------------------------------
    def __add__(self, other: Value) -> Tensor:  # x + y
        return self._with(elementwise.add, other)

    def __radd__(self, other: Value) -> Tensor:  # 1 + x
        return self._with(elementwise.add, other)

    def __sub__(self, other: Value) -> Tensor:  # x - y
        return self + -self.lift(other)

    def __rsub__(self, other: Value) -> Tensor:  # 1 - x
        return self.lift(other) + -self

    def __mul__(self, other: Value) -> Tensor:  # x * y
        return self._with(elementwise.multiply, other)

    def __rmul__(self, other: Value) -> Tensor:  # 2 * x
        return self._with(elementwise.multiply, other)

    def __truediv__(self, other: Value) -> Tensor:  # x / y
        return self._with(elementwise.divide, other)

    def __rtruediv__(self, other: Value) -> Tensor:  # 1 / x
        return self.lift(other)._with(elementwise.divide, self)

    def __pow__(self, exponent: Value) -> Tensor:  # x ** 3
        if isinstance(exponent, int | float) and exponent in (1, 2):
            return self if exponent == 1 else self * self
        return (
            self.sqrt() if isinstance(exponent, float) and exponent == 0.5 else self._with(elementwise.power, exponent)
        )

    def __rpow__(self, base: Value) -> Tensor:  # 2 ** x
        return self.lift(base)._with(elementwise.power, self)

    def __neg__(self) -> Tensor:  # -x
        return elementwise.negate(self)

    def __abs__(self) -> Tensor:  # abs(x), slope 0 at 0
        return elementwise.maximum(self, -self)

    def __matmul__(self, other: Value) -> Tensor:  # x @ w
        return _matmul(self, self.lift(other))

    def __rmatmul__(self, other: Value) -> Tensor:  # array @ w
        return _matmul(self.lift(other), self)

    # -- comparisons and logic: elementwise ------------------------------------------------------------------------
    def __gt__(self, other: Any) -> Tensor:  # x > y
        return self._with(elementwise.greater, other)

    def __lt__(self, other: Any) -> Tensor:  # x < y
        return self.lift(other)._with(elementwise.greater, self)

    def __ge__(self, other: Any) -> Tensor:  # x >= y, false where either is NaN
        return self.__gt__(other) | self.equal(other)

    def __le__(self, other: Any) -> Tensor:  # x <= y, false where either is NaN
        return self.__lt__(other) | self.equal(other)

    def equal(self, other: Value) -> Tensor:
        """Whether each element equals the other's, the same as `==`."""
        return self._with(elementwise.equal, other)

    def __eq__(self, other: Value) -> Tensor:  # type: ignore[override]  # x == y
        return self.equal(other)

    def __ne__(self, other: Value) -> Tensor:  # type: ignore[override]  # x != y
        return ~self.equal(other)

    __hash__ = object.__hash__

    def __and__(self, other: Value) -> Tensor:  # a & b
        return self._with(elementwise.and_, other)

    def __or__(self, other: Value) -> Tensor:  # a | b
        return self._with(elementwise.or_, other)

    def __invert__(self) -> Tensor:  # ~a
        return elementwise.not_(self)

    # -- functions of one number -----------------------------------------------------------------------------------
    def exp(self) -> Tensor:
        """The exponential e^x."""
        return elementwise.exp(self)

    def log(self) -> Tensor:
        """The natural logarithm."""
        return elementwise.log(self)

    def tanh(self) -> Tensor:
        """The hyperbolic tangent."""
        return elementwise.tanh(self)

    def sqrt(self) -> Tensor:
        """The square root."""
        return elementwise.sqrt(self)

    def cast(self, dtype: Any) -> Tensor:
        """The same values in another dtype."""
        name = as_dtype(dtype)
        return self if name == self.dtype else elementwise.cast_(self, dtype=name)

    def stop(self) -> Tensor:
        """The same values, taken as constant when differentiating."""
        return control.stop(self)

    def filled(self, value: float) -> Tensor:
        """A tensor of the same shape and dtype with one value everywhere."""
        return self.tape.constant(value, self.dtype).broadcast(self.shape)

    # -- reductions ------------------------------------------------------------------------------------------------
    def sum(self, axis: Axis = None, keep: bool = False) -> Tensor:
        """The sum over one axis, several, or all; `keep` leaves them with extent 1."""
        return self._reduced(reduction.sum_, self._axes(axis), keep)

    def max(self, axis: Axis = None, keep: bool = False) -> Tensor:
        """The largest element over axes; elements that tie share the delta."""
        return self._reduced(reduction.max_, self._axes(axis), keep)

    def mean(self, axis: Axis = None, keep: bool = False) -> Tensor:
        """The sum divided by the number of elements, which is known at run time where it holds the rows of a batch."""
        number = count(self.shape[i] for i in self._axes(axis))
        return self.sum(axis, keep) / (self.tape.extent(number, self.dtype) if isinstance(number, Extent) else number)

    # -- views and placement ---------------------------------------------------------------------------------------
    def reshape(self, *shape: Size) -> Tensor:
        """The same elements in another shape; one extent may be -1, to be worked out."""
        try:
            target = _whole_shape(self.shape, shape)
        except ShapeError as error:
            raise self.tape.located(error) from None
        return self if target == self.shape else movement.reshape(self, shape=target)

    def transpose(self, *axes: int) -> Tensor:
        """The axes in the order given, or reversed where none is."""
        order = tuple(self.nonnegative_axis(axis) for axis in axes) or tuple(reversed(range(self.ndim)))
        return movement.transpose(self, axes=order)

    @property
    def T(self) -> Tensor:  # noqa: N802  # the name that everybody knows
        """The axes reversed."""
        return self.transpose()

    def broadcast(self, shape: Shape) -> Tensor:
        """Repeat axes of extent 1, and put axes before the first, to reach `shape`."""
        missing = len(shape) - self.ndim
        source = self.reshape(*(1,) * missing, *self.shape) if missing > 0 else self
        return source if source.shape == tuple(shape) else movement.broadcast(source, shape=tuple(shape))

    def narrow(self, axis: int, start: Size, size: Size, step: int = 1) -> Tensor:
        """`size` elements of an axis from `start`, every `step`-th."""
        return movement.slice_(self, axis=self.nonnegative_axis(axis), start=start, size=size, step=step)

    def flip(self, *axes: int) -> Tensor:
        """The elements of these axes in reverse order."""
        return movement.flip(self, axes=self._axes(axes))

    def pad(self, axis: int, low: Size, high: Size, interior: int = 0) -> Tensor:
        """Zeros before, after, and between the elements of an axis."""
        return placement.pad(self, axis=self.nonnegative_axis(axis), low=low, high=high, interior=interior)

    def __getitem__(self, index: Index | tuple[Index, ...]) -> Tensor:  # x[:, 0], x[::2], x[..., None]
        return indexed(self, index if isinstance(index, tuple) else (index,))

    # -- helpers ---------------------------------------------------------------------------------------------------
    def lift(self, value: Value) -> Tensor:
        """`value` as a tensor on the same tape; a number or array takes this tensor's dtype.

        Raises DTypeError for a number that the dtype cannot hold, such as 0.5 beside whole numbers.
        """
        if isinstance(value, Tensor):
            return value
        array = np.asarray(value)
        if not holds(self.dtype, array):
            problem = f"{value!r} beside a tensor of dtype {self.dtype}, which cannot hold it"
            remedy = "cast the tensor first, as in x.cast('float64')" if array.dtype.kind in "biuf" else "give numbers"
            raise self.tape.located(DTypeError(f"{problem}; {remedy}"))
        return self.tape.constant(array, self.dtype)

    def nonnegative_axis(self, axis: int) -> int:
        """An axis counted from the first one; negative ones count from the end.

        Raises ShapeError where there is no such axis.
        """
        try:
            return nonnegative_axis(axis, self.shape)
        except ShapeError as error:
            raise self.tape.located(error) from None

    def _with(self, operation: Operation, other: Value) -> Tensor:
        """An operation on this tensor and another value, broadcast to one shape."""
        right = self.lift(other)
        if self.shape == right.shape:
            return operation(self, right)
        shape = joint_shape(operation.name, self, right)
        return operation(self.broadcast(shape), right.broadcast(shape))

    def _axes(self, axis: Axis) -> tuple[int, ...]:
        axes = range(self.ndim) if axis is None else axis if isinstance(axis, Sequence) else (axis,)
        found = sorted({self.nonnegative_axis(one) for one in axes})
        if len(found) < len(axes):
            raise self.tape.located(ShapeError(f"axes {axis} of {written(self.shape)}: one of them is named twice"))
        return tuple(found)

    def _reduced(self, operation: Operation, axes: tuple[int, ...], keep: bool) -> Tensor:
        result = operation(self, axes=axes)
        return result.reshape(*[1 if i in axes else size for i, size in enumerate(self.shape)]) if keep else result


def joint_shape(name: str, *operands: Tensor) -> Shape:
    """The shape to which operands of an elementwise operation are broadcast.

    The operand of fewer axes must fit the shape of the other as it stands; operands of as many axes may each be
    repeated along axes of extent 1. Raises ShapeError otherwise, with both shapes and what would fit.
    """
    try:
        return reduce(partial(_joint_shape, name), [operand.shape for operand in operands])
    except ShapeError as error:
        raise operands[0].tape.located(error) from None


def _joint_shape(name: str, a: Shape, b: Shape) -> Shape:
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    missing = len(longer) - len(shorter)
    padded = (1,) * missing + shorter
    shape = tuple(y if x == 1 else x for x, y in zip(longer, padded, strict=True))
    fits = all(y in (1, size) for y, size in zip(padded, shape, strict=True)) and (missing == 0 or shape == longer)
    if not fits:
        fitting = " or ".join(dict.fromkeys((written(longer[missing:]), written(longer))))
        raise ShapeError(
            f"{name}: shapes {written(a)} and {written(b)} do not fit together; {written(longer)} takes an operand of "
            f"shape {fitting} or a single number; reshape one of them"
        )
    return shape


def _matmul(a: Tensor, b: Tensor) -> Tensor:
    """The matrix product over the last axis of `a` and the last but one of `b`; leading axes of both are batches."""
    what = f"matrix product of {written(a.shape)} and {written(b.shape)}"
    if a.ndim < 2 or b.ndim < 2 or (a.ndim != b.ndim and b.ndim != 2):
        expected = (
            "expected (..., k) @ (k, m), or batches of matrices with the same leading axes; use reshape or "
            "(x * y).sum(...) for vectors"
        )
        raise a.tape.located(ShapeError(f"{what}: {expected}"))
    if a.shape[-1] != b.shape[-2]:
        expected = (
            f"the last axis of the first, {a.shape[-1]}, must equal the last but one of the second, {b.shape[-2]}; "
            f"a second operand of shape {written((*b.shape[:-2], a.shape[-1], b.shape[-1]))} would fit"
        )
        raise a.tape.located(ShapeError(f"{what}: {expected}"))
    batch = tuple(range(a.ndim - 2)) if b.ndim > 2 else ()
    return contraction.contract(a, b, batch=(batch, batch), summed=((a.ndim - 1,), (b.ndim - 2,)))


def _whole_shape(old: Shape, new: Shape) -> Shape:
    """`new` with an extent of -1 replaced by what is left of the elements."""
    if len(new) == 1 and isinstance(new[0], tuple | list):
        raise ShapeError(f"reshape: {new[0]!r} is no extent; give them one by one, as in x.reshape(2, 3)")
    if -1 not in new:
        return tuple(new)
    place = new.index(-1)
    known = count(new[:place] + new[place + 1 :])
    total = count(old)
    if isinstance(known, Extent) and not isinstance(total, Extent):
        raise ShapeError(f"reshape: {written(old)} has {total} elements, which {written(new)} cannot hold")
    if known == 0 or (not isinstance(total, Extent) and total % known):  # type: ignore[operator]
        raise ShapeError(f"reshape: {written(old)} has {total} elements, which {written(new)} cannot hold")
    return (*new[:place], total // known, *new[place + 1 :])  # type: ignore[operator]
