"""Estimators take sparse matrices as the rows that they stand for."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline

import glassnet as gn
from glassnet.data.frames import as_table
from glassnet.data.sparse import SparseRows
from glassnet.estimators import rows
from glassnet.estimators.rows import Examples, ordered, taken

RANDOM = np.random.default_rng(0)
DENSE = (RANDOM.random((120, 6)) < 0.4) * RANDOM.normal(size=(120, 6)).round(2)
DENSE[5, 2] = np.nan  # a gap, which a matrix holds as it holds a number
Y = np.array(["no", "yes"])[(np.nan_to_num(DENSE[:, 0] + DENSE[:, 2]) > 0).astype(int)]
KINDS = [
    sp.csr_array,
    sp.csc_array,
    sp.coo_array,
    sp.csr_matrix,
    sp.csc_matrix,
    sp.coo_matrix,
    sp.lil_array,
    sp.dok_array,
]
SMALL = {"hidden_layer_sizes": (8,), "max_iter": 20, "random_state": 0, "tol": 0.1}


@pytest.mark.parametrize("kind", KINDS)
def test_a_matrix_of_any_kind_is_learnt_and_answered_as_the_dense_rows(kind):
    dense = gn.NetworkClassifier(**SMALL).fit(DENSE, Y)
    sparse = gn.NetworkClassifier(**SMALL).fit(kind(DENSE), Y)
    assert sparse.n_features_in_ == 6
    np.testing.assert_array_equal(sparse.predict_proba(kind(DENSE)), dense.predict_proba(DENSE))
    np.testing.assert_array_equal(sparse.predict(DENSE), dense.predict(kind(DENSE)))


def test_weights_parts_and_numbers_are_those_of_the_dense_rows():
    weights = np.arange(120) % 4 * 0.75
    found = [gn.NetworkRegressor(**SMALL).fit(x, DENSE[:, 0], weights).predict(x) for x in (DENSE, sp.csr_array(DENSE))]
    np.testing.assert_array_equal(*found)
    for anew in (DENSE, sp.csc_array(DENSE)):
        model = gn.NetworkClassifier(**SMALL).partial_fit(anew[:60], Y[:60], classes=["no", "yes"])
        model.partial_fit(sp.coo_array(DENSE[60:]), Y[60:])
        found.append(model.predict_proba(DENSE))
    np.testing.assert_array_equal(*found[2:])


def test_a_network_that_designs_itself_takes_them():
    model = gn.NetworkRegressor(time_limit=0.01, random_state=0)
    found = [model.fit(x, DENSE[:, 0]).predict(x).shape for x in (DENSE, sp.csr_array(DENSE))]
    assert found == [(120,), (120,)]


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (lambda m: m.indices.__setitem__(3, 6), "a number stands in column 7, and there are 6"),
        (lambda m: m.indices.__setitem__(0, -1), "a number stands in column 0, and there are 6"),
        (lambda m: m.indptr.__setitem__(1, 999), "its row pointers do not fit"),
    ],
)
def test_a_damaged_matrix_is_named_before_anything_is_learnt(broken, expected):
    matrix = sp.csr_array(np.nan_to_num(DENSE))
    broken(matrix)
    model = gn.NetworkClassifier(**SMALL)
    with pytest.raises(ValueError, match=expected):
        model.fit(matrix, Y)
    assert not hasattr(model, "network_")


def test_other_bad_matrices_are_named():
    model = gn.NetworkClassifier(**SMALL).fit(sp.csr_array(DENSE), Y)
    with pytest.raises(ValueError, match="X has 5 features"):
        model.predict(sp.csr_array(DENSE[:, :5]))
    with pytest.raises(ValueError, match="Complex data not supported"):
        model.predict(sp.csr_array(DENSE[:3] * 1j))
    for kind in (sp.csc_array, sp.bsr_array):
        columns = kind(np.eye(6))
        columns.indices[2] = 6
        with pytest.raises(ValueError, match="damaged"):
            model.predict(columns)
    places = sp.coo_array(np.eye(6))
    places.coords[1][4] = 9
    with pytest.raises(ValueError, match="a number stands in column 10, and there are 6"):
        model.predict(places)


@pytest.fixture
def narrow(monkeypatch):
    """Matrices of more than 2,000 numbers are not written out."""
    monkeypatch.setattr(rows, "WRITTEN", 2000)


def test_rows_are_ordered_alike_written_out_or_not(narrow):
    dense = np.nan_to_num(RANDOM.integers(0, 3, (400, 9)))
    order = RANDOM.permutation(400)
    targets = dense.sum(axis=1)
    large = ordered(Examples(taken(SparseRows.of(sp.csr_array(dense))), targets, None))
    other = ordered(Examples(taken(SparseRows.of(sp.csc_array(dense[order]))), targets[order], None))
    small = ordered(Examples(as_table(dense), targets, None))
    np.testing.assert_array_equal(large.table.written_out(0, 400), other.table.written_out(0, 400))
    columns = [column.values for column in small.table.columns.values()]
    np.testing.assert_array_equal(large.table.written_out(0, 400), np.stack(columns, axis=1))


def test_a_large_matrix_is_never_written_out_whole(narrow):
    matrix = sp.random_array((6000, 100), density=0.02, format="csr", rng=RANDOM)
    matrix.data[:] = 1
    y = np.asarray(matrix[:, :30].sum(axis=1)).ravel() > 0
    model = gn.NetworkClassifier((8,), optimizer=gn.Adam(0.02), max_iter=5, random_state=0)
    with pytest.warns(ConvergenceWarning):
        model.fit(matrix, y)
    assert "the sparse matrix was learnt from batch by batch" in str(model.report_)
    assert "4,096 of its rows" in str(model.report_)
    assert model.score(matrix, y) > 0.95
    many = sp.csr_array(sp.vstack([matrix] * 15))
    tracemalloc.start()
    answers = model.predict(many)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    np.testing.assert_array_equal(answers[-6000:], model.predict(matrix.toarray()))
    assert peak < 8 * many.shape[0] * many.shape[1] * 0.7
    alike = gn.NetworkClassifier((8,), optimizer=gn.Adam(0.02), max_iter=5, random_state=0)
    with pytest.warns(ConvergenceWarning):
        alike.fit(matrix, y, sample_weight=np.full(6000, 0.5))
    np.testing.assert_allclose(alike.predict_proba(matrix), model.predict_proba(matrix), atol=1e-4)
    with pytest.raises(ValueError, match="X_val is sparse"):
        model.fit(matrix, y, X_val=matrix, y_val=y)


def test_parts_of_large_matrices_go_on_with_small_ones(narrow):
    dense = (RANDOM.random((6000, 8)) < 0.3).astype(float)
    words = np.array(["a", "b"])[(dense[:, :2].sum(axis=1) > 0).astype(int)]
    model = gn.NetworkClassifier((8,), optimizer=gn.Adam(0.02), batch_size=40, random_state=0)
    model.partial_fit(sp.csr_array(dense), words, classes=["a", "b", "c"])
    model.partial_fit(sp.csr_array(dense[:100]), words[:100]).partial_fit(dense[:100], words[:100])
    assert model.predict_proba(dense[:5]).shape == (5, 3)
    assert model.score(sp.csr_array(dense), words) > 0.95
    several = gn.NetworkRegressor((8,), random_state=0, n_iter_no_change=2, tol=9)
    several.fit(sp.csr_array(dense), dense[:, :2])
    assert several.predict(sp.csr_array(dense)).shape == (6000, 2)


def test_words_of_texts_through_a_pipeline():
    texts = ["the cat sat", "a cat ran", "the dog sat", "a dog ran", "my cat", "my dog"] * 10
    kinds = ["cat" if "cat" in text else "dog" for text in texts]
    model = gn.NetworkClassifier((8,), optimizer=gn.Adam(0.02), max_iter=100, tol=0.01, random_state=0)
    assert make_pipeline(TfidfVectorizer(), model).fit(texts, kinds).score(texts, kinds) == 1.0
