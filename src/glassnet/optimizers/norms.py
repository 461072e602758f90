"""Inner products and Euclidean norms of the arrays that rules work on."""

from __future__ import annotations

from typing import Final

from glassnet.core.tensor import Tensor

ROW: Final = 4096  # elements of a flat array that are summed as a row


def dot(a: Tensor, b: Tensor, batch: int = 0) -> Tensor:
    """The sum of the products of two arrays of one shape, in float64, for each index of their first `batch` axes.

    It is summed row by row, as the arrays are read elsewhere: the products are never stored, and threads share the
    rows. Flat arrays are cut into rows.
    """
    size = a.shape[0] if a.ndim == 1 and not batch else 0
    if isinstance(size, int) and size >= 2 * ROW:
        whole = size // ROW * ROW
        first, second = (x.narrow(0, 0, whole).reshape(whole // ROW, ROW) for x in (a, b))
        rest = [x.narrow(0, whole, size - whole) for x in (a, b)]
        return dot(first, second) + dot(rest[0], rest[1]) if whole < size else dot(first, second)
    each = a.cast("float64") * b.cast("float64")
    inner = tuple(range(batch + 1, a.ndim))
    each = each.sum(inner) if inner else each
    return each.sum(batch) if each.ndim > batch else each


def squares(x: Tensor, batch: int = 0) -> Tensor:
    """The sum of the squares of an array, in float64, for each index of its first `batch` axes."""
    return dot(x, x, batch)


def norm(x: Tensor, batch: int = 0) -> Tensor:
    """The root of the sum of the squares of an array, in float64, for each index of its first `batch` axes."""
    return squares(x, batch).sqrt()
