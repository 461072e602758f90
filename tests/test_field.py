"""Faults that users of other systems have reported, each with the place where it was: they do not happen here."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.core import functions as f
from glassnet.core.derivative import gradient
from glassnet.nn.initializers import Constant

SAMPLED = 20_480  # rows from which DuckDB 2.0.1 decides what a column is


@pytest.mark.parametrize(("late", "expected"), [("12.75", 12.75), ("0.5", 0.5), ("1e-3", 0.001)])
def test_a_fraction_far_below_whole_numbers_keeps_its_value(tmp_path, late, expected):
    """duckdb/duckdb#25824: read as 13, 1 and 0, without a word."""
    rows = "".join(f"{i % 50},{i % 5}\n" for i in range(SAMPLED + 20))
    (tmp_path / "late.csv").write_text(f"v,y\n{rows}{late},3\n")
    network = gn.Network(seed=0)
    network.learn(tmp_path / "late.csv", target="y", epochs=1)
    from_file = network.predict(tmp_path / "late.csv")[-1]
    assert from_file == network.predict({"v": [expected]})[0]


def test_quotes_are_honoured_where_the_first_stands_far_down(tmp_path):
    """duckdb/duckdb#21000: "Smith, Co." shifts the columns, a line break within quotes stops the whole read."""
    rows = "".join(f"p{i % 40},{i % 7},{2 * (i % 7)}\n" for i in range(SAMPLED + 120))
    (tmp_path / "late.csv").write_text(f'name,v,y\n{rows}"Smith, Co.",3,6\n"two\nlines",3,6\n')
    network = gn.Network(seed=0)
    report = network.learn(tmp_path / "late.csv", target="y", epochs=2)
    assert len(network.predict(tmp_path / "late.csv")) == SAMPLED + 122
    assert report.score["r2"] > 0.9


def test_every_class_of_a_table_sorted_by_class_is_learnt_and_validated():
    """keras-team/keras#8346: the rows held out are the last ones, of a class that was never seen."""
    label = np.repeat(list("abcde"), 120)
    x = np.repeat(np.arange(5.0), 120) + np.random.default_rng(1).normal(size=600) / 10
    network = gn.Network(seed=0)
    report = network.learn({"x": x, "kind": label}, target="kind", metric="balanced_accuracy")
    assert list(network.labels) == list("abcde")
    assert report.score["balanced_accuracy"] > 0.95
    assert (network.predict({"x": x}) == label).mean() > 0.95


def test_what_is_not_taken_gives_no_derivative_and_what_is_stays_visible():
    """pytorch/pytorch#4132: NaN comes back from a branch that was masked out. The values: by hand, 1 / (2 sqrt 4)."""
    root = gradient(lambda x: f.where(x > 0, x.sqrt(), 0 * x).sum())
    np.testing.assert_array_equal(root(np.array([0.0, 4.0])), [0.0, 0.25])
    np.testing.assert_array_equal(gradient(f.norm)(np.zeros(3)), np.zeros(3))
    np.testing.assert_array_equal(gradient(lambda x: f.norm(x) ** 2)(np.zeros(2)), np.zeros(2))
    with np.errstate(invalid="ignore"):
        assert np.isnan(gradient(lambda x: x.sqrt().sum())(np.array([-1.0]))).all()


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_a_word_that_comes_twice_in_a_batch_is_learnt_twice(engine):
    """chainer/chainer#1920: table[index] += delta counts it once. By hand: w = 0 - 0.5 (2 / 3) (0 - t), summed."""
    layers = [gn.Embedding(3, 1, initializer=Constant(0.0)), gn.Flatten()]
    optimizer = gn.GradientDescent(0.5)
    network = gn.Network(layers, loss="squared", optimizer=optimizer, dtype="float64", engine=engine, seed=0)
    network.learn(np.array([[1], [1], [2]]), np.array([[3.0], [6.0], [9.0]]), epochs=1, mode="full-batch")
    np.testing.assert_allclose(network.weights["embedding_1.weights"], [[0.0], [3.0], [3.0]], rtol=1e-15)


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_a_step_whose_deltas_are_infinite_is_not_taken_when_clipped(engine):
    """pytorch/pytorch#46849: infinity times 0 makes every weight NaN, silently."""
    layers = [gn.Dense(1, bias=False, initializer=Constant(1.0))]
    optimizer = gn.GradientDescent(0.1, clip=gn.ClipByGlobalNorm(1.0))
    network = gn.Network(layers, loss="squared", optimizer=optimizer, dtype="float64", engine=engine, seed=0)
    with np.errstate(over="ignore", invalid="ignore"):
        report = network.learn(np.array([1e200, 1.0]), np.array([-1e200, 1.0]), epochs=2)
    assert "diverged" in report.reason
    assert network.weights["dense_1.weights"].item() == 1.0


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_a_last_batch_of_one_row_harms_no_statistic(engine):
    """pytorch/pytorch#7716: an error after an epoch of work, or NaN in the running variance for ever."""
    x = np.linspace(0, 1, 101)[:, None]
    layers = [gn.Dense(8), gn.BatchNorm(), "relu", gn.Dense(1)]
    network = gn.Network(layers, loss="squared", optimizer=gn.Adam(0.01), engine=engine, seed=0)
    report = network.learn(x, x[:, 0], batch_size=10, epochs=30)
    assert report.score["r2"] > 0.9
    np.testing.assert_allclose(network.predict(x[7:8]), network.predict(x)[7:8], rtol=1e-5)
