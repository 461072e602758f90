"""The product of two arrays over some of their axes: matrix products, batched or not, and outer products.

A product with a delta keeps the rule of `chain`: a delta of 0 times anything is 0, so that a row that was not selected,
or whose weight is 0, gives no derivative even where it holds NaN or infinity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from glassnet.core.extent import Shape, written
from glassnet.core.operation import FLOATS, Array, DType, Operation, Shaped, define
from glassnet.errors import DTypeError, ShapeError

if TYPE_CHECKING:
    from glassnet.core.tensor import Tensor

Axes: TypeAlias = tuple[int, ...]
Pair: TypeAlias = tuple[Axes, Axes]
Operands: TypeAlias = tuple[int, ...]


def _free(rank: int, batch: Axes, summed: Axes) -> Axes:
    """The axes that are neither batch nor summed, in order."""
    return tuple(axis for axis in range(rank) if axis not in batch and axis not in summed)


def _contract_shape(a: Shaped, b: Shaped, batch: Pair, summed: Pair, chained: Operands = ()) -> tuple[Shape, DType]:
    if a.dtype != b.dtype or a.dtype not in FLOATS:
        raise DTypeError(f"contract: dtypes {a.dtype} and {b.dtype}; expected the same float dtype for both; cast one")
    for role, (of_a, of_b) in (("batch", batch), ("summed", summed)):
        if [a.shape[axis] for axis in of_a] != [b.shape[axis] for axis in of_b]:
            raise ShapeError(
                f"contract: the {role} axes {of_a} of {written(a.shape)} and {of_b} of {written(b.shape)} differ in "
                f"extent; they must agree in both operands"
            )
    together = tuple(a.shape[axis] for axis in batch[0])
    left = tuple(a.shape[axis] for axis in _free(len(a.shape), batch[0], summed[0]))
    right = tuple(b.shape[axis] for axis in _free(len(b.shape), batch[1], summed[1]))
    return together + left + right, a.dtype


def _contract(a: Array, b: Array, batch: Pair, summed: Pair, chained: Operands = ()) -> Array:
    free_a, free_b = _free(a.ndim, batch[0], summed[0]), _free(b.ndim, batch[1], summed[1])
    together = [a.shape[axis] for axis in batch[0]]
    left, right = [a.shape[axis] for axis in free_a], [b.shape[axis] for axis in free_b]
    inner = int(np.prod([a.shape[axis] for axis in summed[0]], dtype=np.int64))
    rows, columns = (int(np.prod(extents, dtype=np.int64)) for extents in (left, right))
    first = a.transpose(batch[0] + free_a + summed[0]).reshape([*together, rows, inner])
    second = b.transpose(batch[1] + summed[1] + free_b).reshape([*together, inner, columns])
    product = np.asarray(np.matmul(first, second))
    # A sum is finite only if every element is, so the common case costs one pass.
    if chained and not (np.isfinite(product.sum()) or all(np.isfinite(operand).all() for operand in (a, b))):
        product = _zeros_win(first, second, chained)
    return product.reshape(together + left + right)


def _zeros_win(first: Array, second: Array, chained: Operands) -> Array:
    """The product of matrices (..., rows, inner) and (..., inner, columns) in which a 0 of a chained operand wins."""
    total = np.zeros((*first.shape[:-1], second.shape[-1]), first.dtype)
    for k in range(first.shape[-1]):
        factors = first[..., :, k, np.newaxis], second[..., np.newaxis, k, :]
        nothing = [factors[operand] == 0 for operand in chained]
        total += np.where(np.logical_or.reduce(np.broadcast_arrays(*nothing)), 0, factors[0] * factors[1])
    return total


def _contract_derivative(
    delta: Tensor, y: Tensor, a: Tensor, b: Tensor, batch: Pair, summed: Pair, chained: Operands = ()
) -> list[Tensor]:
    """Each operand's delta is the product of `delta` with the other one over the other one's free axes."""
    free_a, free_b = _free(a.ndim, batch[0], summed[0]), _free(b.ndim, batch[1], summed[1])
    shared = len(batch[0])
    together = tuple(range(shared))
    at_a = tuple(range(shared, shared + len(free_a)))
    at_b = tuple(range(shared + len(free_a), y.ndim))
    to_a = contract(
        delta, b, batch=(together, batch[1]), summed=(at_b, free_b), chained=(0, 1) if 1 in chained else (0,)
    )
    to_b = contract(
        a, delta, batch=(batch[0], together), summed=(free_a, at_a), chained=(0, 1) if 0 in chained else (1,)
    )
    # The summed axes come in the order in which the other operand holds them.
    rest_a, rest_b = _partners(summed[1], summed[0]), _partners(summed[0], summed[1])
    return [_placed(to_a, batch[0] + free_a + rest_a), _placed(to_b, batch[1] + rest_b + free_b)]


def _partners(own: Axes, others: Axes) -> Axes:
    """The axes `others`, sorted by the position of their partners in `own`."""
    return tuple(other for _, other in sorted(zip(own, others, strict=True)))


def _placed(product: Tensor, axes: Axes) -> Tensor:
    """`product`, whose i-th axis is the axis `axes[i]` of an operand, with its axes in the operand's order."""
    order = tuple(axes.index(axis) for axis in range(len(axes)))
    return product if order == tuple(range(len(axes))) else product.transpose(*order)


# contract(a, b, batch, summed, chained): batch and summed each pair axes of `a` with axes of `b`. The result has the
# batch axes, then the free axes of `a`, then those of `b`. `chained` lists the operands (0, 1) that are deltas: a 0 of
# theirs times anything is 0.
contract: Operation = define("contract", "other", _contract_shape, _contract, _contract_derivative)
