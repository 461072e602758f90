"""Sparse matrices: the rows that they stand for, and what is wrong with one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.sparse import SparseRows
from glassnet.errors import DataError

sparse = pytest.importorskip("scipy.sparse")


@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 2**31), st.sampled_from(["csr", "csc", "coo", "lil"]))
def test_rows_written_out_are_those_of_the_matrix(rows, width, seed, kind):
    random = np.random.default_rng(seed)
    dense = random.normal(size=(rows, width)) * (random.random((rows, width)) < 0.2)
    found = SparseRows.of(sparse.coo_array(dense).asformat(kind))
    assert found is not None
    assert np.array_equal(np.concatenate(list(found.batches())), dense)
    assert np.array_equal(found.written_out(rows // 2, rows), dense[rows // 2 :])


def test_numbers_of_one_place_are_added():
    found = SparseRows.of(sparse.csr_array((np.array([1.0, 2.0]), np.array([1, 1]), np.array([0, 2])), shape=(1, 3)))
    assert found is not None
    assert found.written_out(0, 1).tolist() == [[0.0, 3.0, 0.0]]


@pytest.mark.parametrize(("place", "index"), [(3, 5), (0, -1)])
def test_an_index_out_of_range_is_told_with_its_row(place, index):
    matrix = sparse.csr_array(np.eye(4))
    matrix.indices[place] = index
    with pytest.raises(DataError, match=rf"row {place + 1}: a number stands in column {index + 1}, and there are 4"):
        SparseRows.of(matrix)


def test_row_pointers_that_do_not_fit_are_told():
    matrix = sparse.csr_array(np.eye(4))
    matrix.indptr[2] = 9
    with pytest.raises(DataError, match="its row pointers do not fit"):
        SparseRows.of(matrix)


def test_what_is_no_sparse_matrix_is_none():
    assert SparseRows.of(np.eye(2)) is None
    assert SparseRows.of([[1]]) is None


@given(st.lists(st.integers(0, 11), max_size=30), st.integers(0, 2**31))
def test_rows_are_taken_in_any_order_and_more_than_once(places, seed):
    random = np.random.default_rng(seed)
    dense = random.integers(-3, 4, (12, 5)) * (random.random((12, 5)) < 0.4)
    found = SparseRows.of(sparse.csr_array(dense))
    assert found is not None
    taken = found.take(np.array(places, np.int64))
    assert len(taken) == len(places)
    assert np.array_equal(taken.written_out(0, len(places)), dense[places])


@pytest.mark.parametrize("kind", ["csc", "bsr", "coo"])
def test_a_place_outside_of_a_matrix_of_another_format_is_told(kind):
    matrix = sparse.csr_array(np.eye(4)).asformat(kind)
    (matrix.coords[0] if kind == "coo" else matrix.indices)[2] = 400_000_000
    with pytest.raises(DataError, match=r"row 400,000,001, and there are 4|is damaged: .* must be < 4"):
        SparseRows.of(matrix)


def test_values_that_are_no_real_numbers_are_told():
    with pytest.raises(DataError, match="dtype complex128; expected real numbers"):
        SparseRows.of(sparse.csr_array(np.eye(2) * 1j))
