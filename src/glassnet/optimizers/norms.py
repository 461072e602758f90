"""Inner products and Euclidean norms of the arrays that rules work on."""

from __future__ import annotations

from typing import Final

from glassnet.core.tensor import Tensor

ROW: Final = 4096  # elements of a flat array that are summed as a row


def dot(a: Tensor, b: Tensor) -> Tensor:
    """The sum of the products of two arrays of one shape, in float64, of shape ().

    It is summed row by row, as the arrays are read elsewhere: the products are never stored, and threads share the
    rows. Flat arrays are cut into rows.
    """
    size = a.shape[0] if a.ndim == 1 else 0
    if isinstance(size, int) and size >= 2 * ROW:
        whole = size // ROW * ROW
        rows = [x.narrow(0, 0, whole).reshape(whole // ROW, ROW) for x in (a, b)]
        rest = [x.narrow(0, whole, size - whole) for x in (a, b)]
        return dot(*rows) + dot(*rest) if whole < size else dot(*rows)
    each = a.cast("float64") * b.cast("float64")
    return (each.sum(tuple(range(1, a.ndim))) if a.ndim > 1 else each).sum()


def squares(x: Tensor) -> Tensor:
    """The sum of the squares of an array, in float64, of shape ()."""
    return dot(x, x)


def norm(x: Tensor) -> Tensor:
    """The root of the sum of the squares of an array, in float64, of shape ()."""
    return squares(x).sqrt()
