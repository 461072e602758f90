"""Functions of tensors, written in the primitive operations.

Kinks and ties follow one rule everywhere: where two values tie, they share the derivative equally, so that `absolute`
has slope 0 at 0; `relu` has slope 0 at 0; a branch that was not selected has derivative 0. A row of which every element
is -infinity has a `logsumexp` of -infinity, a `softmax` of zeros, a `log_softmax` of -infinity, and derivatives of 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.core.extent import Shape, Size, written
from glassnet.core.operations import elementwise, indexing, placement
from glassnet.core.operations.random import random
from glassnet.core.tensor import Tensor, Value, joint_shape
from glassnet.errors import DTypeError, SettingError, ShapeError


# -- functions of one number -----------------------------------------------------------------------------------------
def exp(x: Tensor) -> Tensor:
    """The exponential e^x."""
    return elementwise.exp(x)


def expm1(x: Tensor) -> Tensor:
    """e^x - 1, exact for small x."""
    return elementwise.expm1(x)


def log(x: Tensor) -> Tensor:
    """The natural logarithm."""
    return elementwise.log(x)


def log1p(x: Tensor) -> Tensor:
    """log(1 + x), exact for small x."""
    return elementwise.log1p(x)


def sqrt(x: Tensor) -> Tensor:
    """The square root."""
    return elementwise.sqrt(x)


def sin(x: Tensor) -> Tensor:
    """The sine of x in radians."""
    return elementwise.sin(x)


def cos(x: Tensor) -> Tensor:
    """The cosine of x in radians."""
    return elementwise.cos(x)


def tanh(x: Tensor) -> Tensor:
    """The hyperbolic tangent."""
    return elementwise.tanh(x)


def logistic(x: Tensor) -> Tensor:
    """The logistic function, or sigmoid: 1 / (1 + e^-x)."""
    return elementwise.logistic(x)


def erf(x: Tensor) -> Tensor:
    """The error function."""
    return elementwise.erf(x)


def erfc(x: Tensor) -> Tensor:
    """1 - erf(x), with full relative accuracy far out to the right."""
    return elementwise.erfc(x)


def floor(x: Tensor) -> Tensor:
    """The largest whole number not above x; it has no derivative."""
    return elementwise.floor(x)


def absolute(x: Tensor) -> Tensor:
    """|x|, with slope 0 at 0."""
    return abs(x)


def relu(x: Tensor) -> Tensor:
    """max(x, 0), with slope 0 at 0; NaN stays NaN (Nair and Hinton, 2010)."""
    return elementwise.relu(x)


def softplus(x: Tensor) -> Tensor:
    """log(1 + e^x) = max(x, 0) + log1p(e^-|x|), exact for any finite x."""
    positive = x > 0  # both branches are smooth, so that derivatives of every order are right at 0 too
    return where(positive, x, 0) + log1p(exp(where(positive, -x, x)))


# -- functions of several values ---------------------------------------------------------------------------------------
def where(condition: Tensor, a: Value, b: Value) -> Tensor:
    """`a` where the condition holds, `b` elsewhere; at least one of them a tensor."""
    if not isinstance(condition, Tensor):
        raise TypeError(f"where({condition!r}, ...): expected a tensor as condition, such as x > 0")
    first, second = _tensors("where", a, b)
    shape = joint_shape("where", first, second, condition)
    return elementwise.select(condition.broadcast(shape), first.broadcast(shape), second.broadcast(shape))


def _tensors(name: str, a: Value, b: Value) -> tuple[Tensor, Tensor]:
    """Two values as tensors, one of them lifted to the dtype of the other where it is a number or an array."""
    like = a if isinstance(a, Tensor) else b
    if not isinstance(like, Tensor):
        raise TypeError(f"{name} of {a!r} and {b!r}: expected at least one tensor")
    return like.lift(a), like.lift(b)


def maximum(a: Value, b: Value) -> Tensor:
    """The larger of two values, element by element, at least one a tensor; a tie shares the derivative."""
    first, second = _tensors("maximum", a, b)
    shape = joint_shape("maximum", first, second)
    return elementwise.maximum(first.broadcast(shape), second.broadcast(shape))


def minimum(a: Value, b: Value) -> Tensor:
    """The smaller of two values, element by element, at least one a tensor; a tie shares the derivative."""
    first, second = _tensors("minimum", a, b)
    return -maximum(-first, -second)


def concatenate(tensors: Sequence[Tensor], axis: int = -1) -> Tensor:
    """The tensors, at least one, side by side along an axis."""
    if not tensors:
        raise ShapeError("concatenate: no tensors were given; expected at least one")
    return placement.concatenate(*tensors, axis=tensors[0].nonnegative_axis(axis))


# -- along an axis -----------------------------------------------------------------------------------------------------
def _exponentials(x: Tensor, axis: int) -> tuple[Tensor, Tensor, Tensor]:
    """`x` less its peak, the exponentials of that, and the peak, which counts as 0 where all is -infinity."""
    peak = x.max(axis, keep=True)
    peak = where(peak.equal(-np.inf), 0, peak).stop()
    shifted = x - peak
    return shifted, exp(shifted), peak


def softmax(x: Tensor, axis: int = -1) -> Tensor:
    """e^x / sum(e^x) along an axis, exact for any finite x."""
    _, powers, _ = _exponentials(x, axis)
    total = powers.sum(axis, keep=True)
    return powers / where(total.equal(0), 1, total)


def log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """log(softmax(x)), computed without the softmax, so that it is exact for any finite x."""
    shifted, powers, _ = _exponentials(x, axis)
    total = powers.sum(axis, keep=True)
    return where(total.equal(0), -np.inf, shifted - log(total))


def logsumexp(x: Tensor, axis: int = -1, keep: bool = False) -> Tensor:
    """log(sum(e^x)) along an axis, exact for any finite x."""
    _, powers, peak = _exponentials(x, axis)
    total = powers.sum(axis, keep=True)
    result = where(total.equal(0), -np.inf, log(total) + peak)
    return result if keep else result.sum(axis)


def norm(x: Tensor, axis: int | Sequence[int] | None = None, keep: bool = False) -> Tensor:
    """The Euclidean norm sqrt(sum(x^2)); its derivative at 0 is 0, the subgradient of least size."""
    squares = (x * x).sum(axis, keep)
    return where(squares.equal(0), 0, sqrt(squares))


def argmax(x: Tensor, axis: int = -1) -> Tensor:
    """The place of the largest element along an axis, the first where several tie; int64.

    NaN counts as the largest, as in NumPy. Raises ShapeError where the axis holds no elements.
    """
    axis = x.nonnegative_axis(axis)
    if x.shape[axis] == 0:
        raise x.tape.located(ShapeError(f"argmax: axis {axis} of {written(x.shape)} holds no elements"))
    places = x.tape.iota(x.shape, axis)
    hit = x.equal(x.max(axis, keep=True)) | (x != x)  # NaN differs from itself
    return -(-where(hit, places, np.iinfo(np.int64).max)).max(axis)


# -- indices, numbers, chance ------------------------------------------------------------------------------------------
def gather(table: Tensor, index: Value, axis: int = 0) -> Tensor:
    """The elements of `table` at whole-number places along an axis; the axes of `index` replace that axis.

    Raises DTypeError for an index of other than whole numbers, and DataError, when it runs, for one below 0 or beyond
    the axis.
    """
    places = index if isinstance(index, Tensor) else _as_index(table, index)
    return indexing.gather(table, places, axis=table.nonnegative_axis(axis))


def _as_index(table: Tensor, index: Value) -> Tensor:
    array = np.asarray(index)
    if array.size and array.dtype.kind not in "iu":
        raise table.tape.located(DTypeError(f"gather: the index {index!r} does not consist of whole numbers"))
    return table.tape.constant(array, np.int64)


def one_hot(index: Tensor, classes: int, dtype: Any = "float32") -> Tensor:
    """1 at the place of each index along a new last axis of extent `classes`, 0 elsewhere.

    An index below 0, or not below `classes`, gives zeros.
    """
    shape = (*index.shape, classes)
    places = index.tape.iota(shape, len(shape) - 1, index.dtype)
    return places.equal(index.reshape(*index.shape, 1).broadcast(shape)).cast(dtype)


def extent(x: Tensor, axis: int = 0, dtype: Any = "float64") -> Tensor:
    """The extent of an axis as a number; the rows of a batch are known only when a step runs."""
    return x.tape.extent(x.shape[axis], dtype)


def uniform(
    seed: Tensor, step: Tensor, shape: Shape | Sequence[Size], stream: int, time: Tensor | None = None
) -> Tensor:
    """Numbers drawn evenly from [0, 1), float32 with 24 random bits, from Philox under the key (seed, stream).

    `seed` and `step` are single int64 numbers, and so is `time`: within the step of a scan the numbers are the same at
    every time step, unless the step hands on its own number. Raises SettingError unless the stream is from 0 to
    2^32 - 1.

    >>> from glassnet.core.scan import scan
    >>> from glassnet.core.tape import Tape
    >>> tape = Tape()
    >>> seed, step = tape.input("seed", (), "int64"), tape.input("step", (), "int64")
    >>> scan(lambda _, now: ([], [uniform(seed, step, (3,), 0, time=now[0])]), [], [tape.iota((5,), 0)])[1]
    [Tensor(read at 4, shape (5, 3), float32)]
    """
    if not 0 <= stream < 2**32:
        raise SettingError(f"stream={stream}: expected a whole number from 0 to {2**32 - 1}")
    bits = random(seed, step, *([] if time is None else [time]), shape=tuple(shape), stream=stream)
    return (floor(bits.cast("float64") * 2.0**-8) * 2.0**-24).cast("float32")
