from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import llvmlite.binding as llvm
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.engines.native.jit import Code, assembled, host
from glassnet.engines.native.strips import Shape
from glassnet.engines.native.tiles import library

Product = Callable[..., np.ndarray]
DTYPES = ("float32", "float64")
few = settings(deadline=None, max_examples=150, derandomize=True, database=None)
# Sizes on both sides of tiles, panels and of the number of rows from which B is copied.
rows = st.integers(0, 60)
columns = st.integers(0, 70)
depths = st.one_of(st.integers(0, 40), st.integers(500, 530))


# -- the library, compiled for this machine ----------------------------------------------------------------------------
def shapes() -> list[tuple[int, int]]:
    """The bytes and the number of vector registers that this machine can run code for."""
    cpu = host()
    own = cpu.vector_bytes, cpu.vector_registers
    return {(64, 32): [own, (32, 16)], (16, 16): []}.get(own, [own])


@pytest.fixture(scope="module", params=shapes() or [None], ids=str)
def address(request: pytest.FixtureRequest) -> Any:
    if request.param is None:
        pytest.skip("a CPU without AVX2 or NEON")
    return Code(assembled(library(*request.param), host()), host()).address


def start(array: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def strides(array: np.ndarray) -> list[ctypes.c_int64]:
    return [ctypes.c_int64(stride // array.itemsize) for stride in array.strides]


def sizes(*values: int) -> list[ctypes.c_int64]:
    return [ctypes.c_int64(value) for value in values]


def suffix(array: np.ndarray) -> str:
    return {"float32": "f32", "float64": "f64"}[array.dtype.name]


@pytest.fixture(scope="module")
def product(address: Any) -> Product:
    def run(a: np.ndarray, b: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        (m, k), n = a.shape, b.shape[1]
        c = np.full((m, n), np.nan, a.dtype) if out is None else out
        function = ctypes.CFUNCTYPE(None)(address(f"glassnet_product_{suffix(a)}"))
        function(start(a), *strides(a), start(b), strides(b)[0], start(c), strides(c)[0], *sizes(m, n, k))
        return c

    return run


@pytest.fixture(scope="module")
def turn(address: Any) -> Product:
    def run(a: np.ndarray, out: np.ndarray) -> np.ndarray:
        function = ctypes.CFUNCTYPE(None)(address(f"glassnet_turn_{suffix(a)}"))
        function(start(a), *strides(a), start(out), strides(out)[0], *sizes(*a.shape))
        return out

    return run


def normal(seed: int, shape: tuple[int, ...], dtype: str) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def laid(layout: str, seed: int, shape: tuple[int, int], dtype: str) -> np.ndarray:
    """A matrix of this shape that lies in memory in one of many ways."""
    m, n = shape
    if layout == "transposed":
        return normal(seed, (n, m), dtype).T
    if layout == "backwards":
        return normal(seed, (m, n), dtype)[::-1, ::-1]
    if layout == "apart":
        return normal(seed, (2 * m, 3 * n), dtype)[::2, ::3]
    if layout == "one row":
        return np.broadcast_to(normal(seed, (1, n), dtype), shape)
    if layout == "one column":
        return np.broadcast_to(normal(seed, (m, 1), dtype), shape)
    return normal(seed, shape, dtype)


def within(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The bound on a sum of k rounded products: k epsilon times the sum of their sizes."""
    return (a.shape[1] + 1) * np.finfo(a.dtype).eps * (abs(a).astype(float) @ abs(b).astype(float))


LAYOUTS = st.sampled_from(["plain", "transposed", "backwards", "apart", "one row", "one column"])


# -- products ----------------------------------------------------------------------------------------------------------
@few
@given(rows, columns, depths, LAYOUTS, st.sampled_from([0, 3, 600]), st.integers(0, 99), st.sampled_from(DTYPES))
def test_a_product_equals_that_of_numpy(product, m, n, k, layout, gap, seed, dtype):
    a, b = laid(layout, seed, (m, k), dtype), normal(seed + 1, (k, n + gap), dtype)[:, :n]
    room = np.full((m, n + 5), 7, dtype)
    found = product(a, b, room[:, :n])
    assert (abs(found - a.astype(float) @ b.astype(float)) <= within(a, b)).all()
    assert (room[:, n:] == 7).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("m", "n", "k"), [(70, 600, 1100), (130, 1040, 20), (20, 530, 530), (300, 1, 700), (1, 700, 3)]
)
@pytest.mark.parametrize("layout", ["plain", "transposed"])
def test_large_products_too(product, m, n, k, layout, dtype):
    a, b = laid(layout, 0, (m, k), dtype), normal(1, (k, n), dtype)
    assert (abs(product(a, b) - a.astype(float) @ b.astype(float)) <= within(a, b)).all()


def test_columns_of_a_that_lie_far_apart(product):
    a, b = normal(0, (900, 1200), "float32")[:, :100].T, normal(1, (900, 300), "float32")
    assert (abs(product(a, b) - a.astype(float) @ b.astype(float)) <= within(a, b)).all()


@few
@given(st.integers(1, 60), st.integers(1, 40), depths, LAYOUTS, st.data(), st.sampled_from(DTYPES))
def test_bits_do_not_depend_on_how_rows_and_columns_are_split(product, m, n, k, layout, data, dtype):
    a, b = laid(layout, 2, (m, k), dtype), normal(3, (k, n), dtype)
    whole = product(a, b)
    i, j = data.draw(st.integers(0, m)), data.draw(st.integers(0, n))
    np.testing.assert_array_equal(np.concatenate([product(a[:i], b), product(a[i:], b)]), whole)
    np.testing.assert_array_equal(np.hstack([product(a, b[:, :j]), product(a, b[:, j:])]), whole)
    row = data.draw(st.integers(0, m - 1))
    np.testing.assert_array_equal(product(a[row : row + 1], b)[0], whole[row])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", ["plain", "transposed"])
def test_bits_of_a_large_product_do_not_depend_on_splits(product, layout, dtype):
    a, b = laid(layout, 4, (1030, 1100), dtype)[:100], normal(5, (1100, 200), dtype)
    whole = product(a, b)
    for row in (0, 57, 99):
        np.testing.assert_array_equal(product(a[row : row + 1], b)[0], whole[row])
    for column in (0, 131, 199):
        np.testing.assert_array_equal(product(a, b[:, column : column + 1])[:, 0], whole[:, column])
    np.testing.assert_array_equal(np.concatenate([product(a[:13], b), product(a[13:], b)]), whole)
    np.testing.assert_array_equal(product(a.copy(), b), whole)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("m", "n"), [(1, 3), (7, 20), (50, 1), (64, 64)])
def test_nan_and_infinity_pass_through(product, m, n, dtype):
    a, b = normal(6, (m, 9), dtype), normal(7, (9, n), dtype)
    a[m // 2, 3], b[4, n // 2] = np.nan, np.inf
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(product(a, b), a.astype(float) @ b.astype(float), rtol=1e-4, atol=1e-5)
    b[4] = 0
    a[0, 4] = np.inf
    assert np.isnan(product(a, b)[0]).all()  # infinity times zero


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("m", "n"), [(1, 1), (5, 40), (80, 1), (80, 90)])
def test_no_steps_of_k_give_zeros(product, m, n, dtype):
    found = product(np.zeros((m, 0), dtype), np.zeros((0, n), dtype))
    np.testing.assert_array_equal(found, np.zeros((m, n)))


@pytest.mark.parametrize(("m", "n"), [(0, 5), (5, 0), (0, 0), (100, 0)])
def test_nothing_is_written_where_there_is_nothing(product, m, n):
    room = np.full((m + 1, n + 1), 7, "float32")
    product(normal(8, (m, 4), "float32"), normal(9, (4, n), "float32"), room[:m, :n])
    assert (room == 7).all()


# -- copies ------------------------------------------------------------------------------------------------------------
@few
@given(st.integers(0, 70), st.integers(0, 70), LAYOUTS, st.integers(0, 5), st.sampled_from(DTYPES))
def test_a_copy_is_the_matrix(turn, m, n, layout, gap, dtype):
    a, room = laid(layout, 10, (m, n), dtype), np.full((m, n + gap), 7, dtype)
    np.testing.assert_array_equal(turn(a, room[:, :n]), a)
    assert (room[:, n:] == 7).all()


# -- other CPUs --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("vector_bytes", "registers"), [(16, 32), (32, 16), (64, 32)])
def test_the_text_for_every_cpu_is_well_formed(vector_bytes, registers):
    module = llvm.parse_assembly(library(vector_bytes, registers))
    module.verify()
    external = {function.name for function in module.functions if function.linkage == llvm.Linkage.external}
    names = {f"glassnet_{what}_{suffix}" for what in ("product", "turn") for suffix in ("f32", "f64")}
    assert {name for name in external if not name.startswith("llvm.")} == names


@pytest.mark.parametrize(("vector_bytes", "registers"), [(16, 32), (32, 16), (64, 32)])
@pytest.mark.parametrize("rows", range(1, 100))
def test_rows_are_made_up_of_high_tiles(vector_bytes, registers, rows):
    shape = Shape(vector_bytes, registers)
    heights, left = [], rows
    while left:
        heights.append(shape.height(left))
        left -= heights[-1]
    assert left == 0
    assert set(heights) <= set(shape.tiles)
    assert min(heights) >= min(rows, 3)
    assert len(heights) <= -(-rows // shape.rows) + 2
