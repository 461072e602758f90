"""Products of matrices; those with a side of 1 are loops."""

from __future__ import annotations

from typing import TypeAlias

from glassnet.core.extent import count
from glassnet.core.operation import DType
from glassnet.core.tape import Call
from glassnet.engines.native import movement
from glassnet.engines.native.lower.lowering import Lowering, Value, as_view
from glassnet.engines.native.nests import Line, Product, Turn, View, Write, rows_first

Pair: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]


def contract(lowering: Lowering, call: Call, a: Value, b: Value) -> View:
    """A product of matrices, or of batches of them."""
    shapes = [lowering.tape[source].shape for source in call.inputs]
    first, second = (
        as_view(value) or lowering.copied(value, shape, call.origin.place)
        for value, shape in zip((a, b), shapes, strict=True)
    )
    how = call.attributes
    return contracted(lowering, (first, second), how["batch"], how["summed"], how.get("chained", ()), call.origin.place)


def contracted(
    lowering: Lowering, operands: tuple[View, View], batch: Pair, summed: Pair, chained: tuple[int, ...], place: str
) -> View:
    """The product of two views over some of their axes, as products of matrices."""
    a, b = operands
    free = [
        tuple(axis for axis in range(len(view.shape)) if axis not in batch[side] and axis not in summed[side])
        for side, view in enumerate(operands)
    ]
    first = _matrix(lowering, a, (batch[0], free[0], summed[0]), place)
    second = _matrix(lowering, b, (batch[1], summed[1], free[1]), place)
    shape = (
        *(a.shape[axis] for axis in (*batch[0], *free[0])), *(b.shape[axis] for axis in free[1]),
    )  # fmt: skip
    result = lowering.fresh(shape, a.dtype)
    matrices = (*first.shape[:-1], second.shape[-1])
    multiplied(lowering, first, second, result.at(matrices, rows_first(matrices)), chained, place)
    return result


def _matrix(lowering: Lowering, view: View, order: tuple[tuple[int, ...], ...], place: str) -> View:
    """A view as matrices (batch..., rows, columns), its axes in this order."""
    together, rows, columns = ([view.shape[axis] for axis in part] for part in order)
    wanted = (*together, count(rows), count(columns))
    turned = movement.transposed(view, tuple(axis for part in order for axis in part))
    found = movement.reshaped(turned, wanted) or movement.reshaped(lowering.copied(turned, turned.shape, place), wanted)
    assert found is not None  # the elements of a copy lie one after another
    return found


def multiplied(lowering: Lowering, a: View, b: View, c: View, chained: tuple[int, ...], place: str) -> None:
    """c = a b for matrices, or batches of them."""
    m, k, n = a.shape[-2], a.shape[-1], b.shape[-1]
    if count(c.shape) == 0:
        return
    if k == 1 or n == 1 or m == 1:
        _thin(lowering, a, b, c, chained, place)
        return
    if b.strides[-1] != 1 and len(b.shape) == 2:
        b = _rows(lowering, b, place)
    elif b.strides[-1] != 1:
        b = lowering.copied(b, b.shape, place)
    lowering.nodes.append(Product(a, b, c, chained, place))


def _rows(lowering: Lowering, b: View, place: str) -> View:
    """A transposed matrix copied so that its rows lie together; once for all products that need it."""
    if b not in lowering.turned:
        lowering.turned[b] = lowering.fresh(b.shape, b.dtype)
        lowering.nodes.append(Turn(b, lowering.turned[b], place))
    return lowering.turned[b]


def _thin(lowering: Lowering, a: View, b: View, c: View, chained: tuple[int, ...], place: str) -> None:
    """A product with a side of 1 is a loop, which fuses with others: an outer product, or a sum."""
    together, (m, k), n = a.shape[:-2], a.shape[-2:], b.shape[-1]
    axes = {"m": (m, a.strides[-2], 0, c.strides[-2]), "n": (n, 0, b.strides[-1], c.strides[-1])}
    inner = (k, a.strides[-1], b.strides[-2], 0)
    order = [axes["m"], axes["n"], inner]
    if n == 1 and a.strides[-1] != 1 and m != 1:
        order = [axes["n"], inner, axes["m"]]
    elif m == 1 and n != 1:
        order = [axes["m"], inner, axes["n"]]
    lead = len(together)
    domain = (*together, *(each[0] for each in order))
    views = [
        view.at(domain, (*view.strides[:lead], *(each[side] for each in order)))
        for side, view in ((1, a), (2, b), (3, c))
    ]
    body = [Line("load", a.dtype, view=views[0]), Line("load", b.dtype, view=views[1])]
    body.append(_line(a.dtype, chained))
    squeezed = k == 1
    lowering.loop(domain, body, [Write(2, views[2], None if squeezed else "sum")], place)


def _line(dtype: DType, chained: tuple[int, ...]) -> Line:
    """The product of the first two lines; with chained operands a 0 of theirs wins."""
    return Line("product", dtype, (0, 1), value=chained) if chained else Line("multiply", dtype, (0, 1))
