from __future__ import annotations

import numpy as np
import pytest

from glassnet.core import functions
from glassnet.core.derivative import backpropagate
from glassnet.core.extent import n
from glassnet.core.interpret import evaluate
from glassnet.core.operations.contraction import contract
from glassnet.core.tape import Tape
from glassnet.errors import DTypeError, ShapeError


def test_batches_and_several_summed_axes_in_any_order():
    a, b = np.arange(48.0).reshape(2, 3, 4, 2), np.arange(144.0).reshape(4, 6, 3, 2)
    tape = Tape()
    x, y = tape.input("x", a.shape, "float64"), tape.input("y", b.shape, "float64")
    product = contract(x, y, batch=((3,), (3,)), summed=((2, 1), (0, 2)))
    assert product.shape == (2, 2, 6)
    to_x, to_y = backpropagate(product, [x, y])
    found = evaluate([product, to_x, to_y], {x: a, y: b})
    np.testing.assert_array_equal(found[0], np.einsum("ijkb,kljb->bil", a, b))
    np.testing.assert_array_equal(found[1], np.einsum("bil,kljb->ijkb", np.ones((2, 2, 6)), b))
    np.testing.assert_array_equal(found[2], np.einsum("bil,ijkb->kljb", np.ones((2, 2, 6)), a))


def test_an_outer_product_and_a_full_sum():
    tape = Tape()
    x, y = tape.input("x", (2,), "float64"), tape.input("y", (3,), "float64")
    outer = contract(x, y, batch=((), ()), summed=((), ()))
    inner = contract(x, x, batch=((), ()), summed=((0,), (0,)))
    found = evaluate([outer, inner], {x: [1.0, 2.0], y: [3.0, 4.0, 5.0]})
    assert [value.tolist() for value in found] == [[[3, 4, 5], [6, 8, 10]], 5]


def test_rows_may_be_free_summed_or_a_batch():
    tape = Tape()
    x, y = tape.input("x", (n, 3), "float64"), tape.input("y", (n, 3), "float64")
    free = contract(x, y, batch=((), ()), summed=((1,), (1,)))
    summed = contract(x, y, batch=((), ()), summed=((0,), (0,)))
    batch = contract(x, y, batch=((0,), (0,)), summed=((1,), (1,)))
    assert [t.shape for t in (free, summed, batch)] == [(n, n), (3, 3), (n,)]
    for rows in (0, 1, 4):
        a, b = np.arange(3.0 * rows).reshape(rows, 3), np.arange(3.0 * rows).reshape(rows, 3)[::-1]
        found = evaluate([free, summed, batch], {x: a, y: b})
        for value, expected in zip(found, (a @ b.T, a.T @ b, (a * b).sum(1)), strict=True):
            np.testing.assert_array_equal(value, expected)


@pytest.mark.parametrize(
    ("batch", "summed", "words"),
    [
        (((), ()), ((1,), (0,)), r"the summed axes \(1,\) of \(n, 3\) and \(0,\) of \(4, 3\) differ in extent"),
        (((0,), (0,)), ((1,), (1,)), r"the batch axes \(0,\) of \(n, 3\) and \(0,\) of \(4, 3\) differ in extent"),
    ],
)
def test_axes_that_differ_in_extent_are_named_with_both_shapes(batch, summed, words):
    tape = Tape()
    x, y = tape.input("x", (n, 3), "float64"), tape.input("y", (4, 3), "float64")
    with pytest.raises(ShapeError, match=words):
        contract(x, y, batch=batch, summed=summed)


def test_only_floats_of_one_dtype_are_contracted():
    tape = Tape()
    whole = tape.input("i", (2, 2), "int64")
    with pytest.raises(DTypeError, match="contract: dtypes int64 and int64; expected the same float dtype"):
        whole @ whole


def test_float32_products_are_float32():
    x = Tape().input("x", (2, 2), "float32")
    (found,) = evaluate([x @ x], {x: np.eye(2)})
    assert found.dtype == np.float32


@pytest.mark.parametrize("wild", [np.inf, -np.inf, np.nan])
def test_a_row_that_was_not_selected_gives_no_derivative_whatever_it_holds(wild):
    """f = sum of (x W)^2 over the rows that count: df/dW = 2 x^T x W, without the row that does not."""
    rows, weights = np.array([[1.0, 2.0], [wild, 1.0], [3.0, -1.0]]), np.array([[0.5], [1.0]])
    counts = np.array([[True], [False], [True]])
    tape = Tape()
    x, w = tape.input("x", (3, 2), "float64"), tape.input("w", (2, 1), "float64")
    chosen = functions.where(tape.constant(counts), x @ w, 0.0)
    (slope,) = backpropagate((chosen * chosen).sum(), [w])
    (curvature,) = backpropagate(slope.sum(), [w])
    found = evaluate([slope, curvature], {x: rows, w: weights})
    kept = rows[[0, 2]]
    np.testing.assert_allclose(found[0], 2 * kept.T @ kept @ weights, rtol=1e-15)
    np.testing.assert_allclose(found[1], 2 * kept.T @ kept @ np.ones((2, 1)), rtol=1e-15)


def test_infinity_where_the_delta_is_not_zero_stays_visible():
    tape = Tape()
    x, w = tape.input("x", (2, 1), "float64"), tape.input("w", (1, 2), "float64")
    (slope,) = backpropagate((x @ w * np.array([[1.0, 0.0], [-1.0, 0.0]])).sum(), [w])
    assert evaluate([slope], {x: [[np.inf], [1.0]], w: [[1.0, 1.0]]})[0].tolist() == [[np.inf, 0.0]]
