"""Elementwise operations: operands of one shape, one result element from the elements at the same place.

A derivative multiplies with `chain`, the product of the chain rule: a delta of 0 times anything is 0, so that a NaN or
an infinity on a branch that was not taken never comes back. Where two operands tie, `maximum` shares the delta equally.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.core import special
from glassnet.core.extent import Shape, written
from glassnet.core.operation import FLOATS, Array, Derivative, DType, Evaluate, Operation, Shaped, define
from glassnet.errors import DTypeError, ShapeError

if TYPE_CHECKING:
    from glassnet.core.tensor import Tensor

NUMBERS = (*FLOATS, "int32", "int64", "uint32")
BOOLEAN = ("bool",)
ANY = (*NUMBERS, *BOOLEAN)
TWO_OVER_ROOT_PI = 2 / np.sqrt(np.pi)


def same(name: str, operands: tuple[Shaped, ...], allowed: tuple[DType, ...]) -> tuple[Shape, DType]:
    """The shape and dtype that all operands share.

    Raises ShapeError or DTypeError, naming the operation, where they differ.
    """
    shape, dtype = operands[0].shape, operands[0].dtype
    for operand in operands[1:]:
        if operand.shape != shape:
            shapes = " and ".join(written(o.shape) for o in operands)
            raise ShapeError(f"{name}: shapes {shapes} differ; an elementwise operation takes operands of one shape")
        if operand.dtype != dtype:
            dtypes = " and ".join(o.dtype for o in operands)
            raise DTypeError(f"{name}: dtypes {dtypes} differ; cast one of them, as in x.cast({dtype!r})")
    if dtype not in allowed:
        raise DTypeError(
            f"{name}: dtype {dtype} is not among {', '.join(allowed)}; cast first, as in x.cast({allowed[0]!r})"
        )
    return shape, dtype


def elementwise(
    name: str,
    evaluate: Evaluate,
    derivative: Derivative | None = None,
    *,
    takes: tuple[DType, ...] = FLOATS,
    gives: DType | None = None,
) -> Operation:
    """Define an elementwise operation on operands of a dtype in `takes`, with a result of dtype `gives` or theirs."""

    def infer(*operands: Shaped, **_: Any) -> tuple[Shape, DType]:
        shape, dtype = same(name, operands, takes)
        return shape, gives or dtype

    return define(name, "elementwise", infer, evaluate, derivative)


def _chain(delta: Array, slope: Array) -> Array:
    product = np.multiply(delta, slope)
    # A sum is finite only if every element is, so the common case costs one pass.
    if not np.isfinite(product.sum()):
        product = np.where((delta == 0) & ~np.isfinite(slope), np.zeros_like(product), product)
    return product


def _chain_derivative(e: Tensor, y: Tensor, delta: Tensor, slope: Tensor) -> tuple[Tensor, Tensor]:
    """For the slope, e * delta, where a 0 of either wins: a call with a delta of 0 has no derivative of any order."""
    return chain(e, slope), select(delta.equal(delta.filled(0)), chain(delta, e), chain(e, delta))


def _logistic(x: Array) -> Array:
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x < 0, small, np.ones_like(small)) / (1 + small))


def _relu(x: Array) -> Array:
    return np.asarray(np.where(x <= 0, np.zeros_like(x), x))


def _power_slope(y: Tensor, a: Tensor) -> Tensor:
    """The slope of a^b with respect to b: y log a, and 0 where a is 0."""
    return select(a.equal(a.filled(0)), a.filled(0), y * log(a))


def _shared(delta: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """The part of `delta` that goes to `a` from maximum(a, b)."""
    return select(greater(a, b), delta, select(a.equal(b), delta * 0.5, delta.filled(0)))


# -- arithmetic ----------------------------------------------------------------------------------------------------
add: Operation = elementwise("add", np.add, lambda delta, y, a, b: (delta, delta), takes=NUMBERS)
multiply: Operation = elementwise(
    "multiply", np.multiply, lambda delta, y, a, b: (chain(delta, b), chain(delta, a)), takes=NUMBERS
)
chain: Operation = elementwise("chain", _chain, _chain_derivative)
divide: Operation = elementwise("divide", np.divide, lambda delta, y, a, b: (chain(delta, 1 / b), -chain(delta, y / b)))
negate: Operation = elementwise("negate", np.negative, lambda delta, y, a: (-delta,), takes=NUMBERS)
power: Operation = elementwise(
    "power",
    np.power,
    lambda delta, y, a, b: (chain(delta, chain(b, power(a, b - 1))), chain(delta, _power_slope(y, a))),
)
maximum: Operation = elementwise(
    "maximum", np.maximum, lambda delta, y, a, b: (_shared(delta, a, b), _shared(delta, b, a)), takes=NUMBERS
)

# -- functions of one number ---------------------------------------------------------------------------------------
exp: Operation = elementwise("exp", np.exp, lambda delta, y, a: (chain(delta, y),))
expm1: Operation = elementwise("expm1", np.expm1, lambda delta, y, a: (chain(delta, exp(a)),))  # y + 1 loses digits
log: Operation = elementwise("log", np.log, lambda delta, y, a: (chain(delta, 1 / a),))
log1p: Operation = elementwise("log1p", np.log1p, lambda delta, y, a: (chain(delta, 1 / (1 + a)),))
tanh: Operation = elementwise("tanh", np.tanh, lambda delta, y, a: (chain(delta, 1 - y * y),))
logistic: Operation = elementwise("logistic", _logistic, lambda delta, y, a: (chain(delta, y * (1 - y)),))
erf: Operation = elementwise("erf", special.erf, lambda delta, y, a: (chain(delta, TWO_OVER_ROOT_PI * exp(-(a * a))),))
erfc: Operation = elementwise(
    "erfc", special.erfc, lambda delta, y, a: (chain(delta, -TWO_OVER_ROOT_PI * exp(-(a * a))),)
)
sin: Operation = elementwise("sin", np.sin, lambda delta, y, a: (chain(delta, cos(a)),))
cos: Operation = elementwise("cos", np.cos, lambda delta, y, a: (-chain(delta, sin(a)),))
sqrt: Operation = elementwise("sqrt", np.sqrt, lambda delta, y, a: (chain(delta, 0.5 / y),))
floor: Operation = elementwise("floor", np.floor)
relu: Operation = elementwise(  # 0 just where the operand is not above 0: so the operand need not be kept
    "relu", _relu, lambda delta, y, a: (select(y.equal(y.filled(0)), delta.filled(0), delta),)
)

# -- comparisons and logic: no derivative --------------------------------------------------------------------------
greater: Operation = elementwise("greater", np.greater, takes=NUMBERS, gives="bool")
equal: Operation = elementwise("equal", np.equal, takes=ANY, gives="bool")
and_: Operation = elementwise("and", np.logical_and, takes=BOOLEAN)
or_: Operation = elementwise("or", np.logical_or, takes=BOOLEAN)
not_: Operation = elementwise("not", np.logical_not, takes=BOOLEAN)


def _select_shape(condition: Shaped, a: Shaped, b: Shaped) -> tuple[Shape, DType]:
    if condition.dtype != "bool":
        raise DTypeError(f"select: the condition has dtype {condition.dtype}; expected bool, as from a comparison")
    shape, dtype = same("select", (a, b), ANY)
    if condition.shape != shape:
        raise ShapeError(
            f"select: a condition of shape {written(condition.shape)} for values of shape {written(shape)}"
        )
    return shape, dtype


def _cast_shape(a: Shaped, dtype: DType) -> tuple[Shape, DType]:
    return a.shape, dtype


def _cast_derivative(delta: Tensor, y: Tensor, a: Tensor, dtype: DType) -> tuple[Tensor | None]:
    return (cast_(delta, dtype=a.dtype) if a.dtype in FLOATS and dtype in FLOATS else None,)


def _converted(a: Array, dtype: DType) -> Array:
    return np.asarray(a).astype(dtype)


# select(condition, a, b) is `a` where the condition holds and `b` elsewhere; the other branch gets a delta of 0.
select: Operation = define(
    "select",
    "elementwise",
    _select_shape,
    np.where,
    lambda delta, y, condition, a, b: (
        None,
        select(condition, delta, delta.filled(0)),
        select(condition, delta.filled(0), delta),
    ),
)
cast_: Operation = define("cast", "elementwise", _cast_shape, _converted, _cast_derivative)
