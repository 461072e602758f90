"""L-BFGS in networks, on both engines: all rows in each step, and all that a run is made of."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.functions import maximum
from glassnet.errors import SettingError
from glassnet.files import read

DIAMONDS = Path(__file__).resolve().parents[2] / "examples" / "diamonds.csv"
ENGINES = pytest.mark.parametrize("engine", ["native", "reference"])
X = np.sin(np.arange(240.0).reshape(60, 4) ** 1.5)
Y = np.tanh(X @ [1.0, -2.0, 0.5, 0.0])


@cache
def diamonds():
    """Of every 100th diamond the carat, depth and table, and whether it is dearer than the median."""
    with DIAMONDS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[::100]
    x = np.array([[float(row[name]) for name in ("carat", "depth", "table")] for row in rows])
    price = np.array([float(row["price"]) for row in rows])
    return (x - x.mean(axis=0)) / x.std(axis=0), (price > np.median(price)).astype(int)


def newton(x, y, weights, l2):
    """Weights and bias of the logistic regression of least mean log loss plus l2 / 2 the squares of the weights."""
    x, spared = np.c_[x, np.ones(len(x))], np.r_[np.full(x.shape[1], l2), 0.0]
    w, weights = np.zeros(x.shape[1]), weights / weights.sum()
    for _ in range(30):
        p = 1 / (1 + np.exp(-(x @ w)))
        delta = x.T @ (weights * (p - y)) + spared * w
        w = w - np.linalg.solve(x.T @ (x * (weights * p * (1 - p))[:, None]) + np.diag(spared), delta)
    return w


def network(optimizer=None, engine="reference", layers=None, loss="squared", **others):
    layers = layers or [gn.Dense(6, "tanh"), gn.Dense(1)]
    settings = {"dtype": "float64", "seed": 2, **others}
    return gn.Network(layers, loss=loss, optimizer=optimizer or gn.LBFGS(), engine=engine, **settings)


def numbers(each):
    return np.concatenate([np.ravel(array) for array in each.weights.values()])


@ENGINES
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_logistic_regression_comes_to_the_optimum_of_newton(engine, reduction):
    x, y = diamonds()
    counts = 0.5 + np.arange(len(y)) % 3
    l2 = 0.01 if reduction == "mean" else 0.01 * counts.sum()
    each = network(gn.LBFGS(l2=l2), engine, [gn.Dense(1)], "binary log loss", reduction=reduction)
    each.learn(x, y, sample_weight=counts, epochs=60)
    found = np.append(each.weights["dense_1.weights"][:, 0], each.weights["dense_1.bias"])
    np.testing.assert_allclose(found, newton(x, y, counts, 0.01), rtol=1e-8)


@ENGINES
def test_a_network_learns_what_hundreds_of_steps_of_adam_do_not(engine):
    each, other = network(engine=engine), network(gn.Adam(0.01), engine)
    report = each.learn(X, Y, epochs=150)
    other.learn(X, Y, mode="full-batch", epochs=600)
    assert report.steps == report.epochs == 150
    assert each.test(X, Y)["loss"] < other.test(X, Y)["loss"] / 10


def test_both_engines_take_the_same_way():
    found = []
    for engine in ("native", "reference"):
        each = network(engine=engine)
        each.learn(X, Y, epochs=25)
        found.append(numbers(each))
    np.testing.assert_allclose(*found, rtol=1e-7, atol=1e-9)


class Watching(gn.Callback):
    """Notes what the rate is multiplied by, which is halved where a run goes back."""

    def __init__(self, scales):
        self.scales = scales

    def on_epoch_end(self, moment):
        self.scales.append(moment.run.rate_scale)


@ENGINES
def test_a_trial_that_overflows_is_survived(engine):
    # The Poisson loss has e^z: a first trial that is 1e4 times as long is infinite, and no more than a trial.
    counts = np.arange(60) % 4
    each = network(gn.LBFGS(learning_rate=1e4), engine, [gn.Dense(1)], "poisson")
    scales = []
    each.learn(X, counts, epochs=400, callbacks=[Watching(scales)])
    assert set(scales) == {1.0}
    plain = network(gn.LBFGS(), engine, [gn.Dense(1)], "poisson")
    plain.learn(X, counts, epochs=60)
    np.testing.assert_allclose(each.predict(X), plain.predict(X), rtol=1e-5)


@ENGINES
def test_a_trial_that_overflows_leaves_no_trace_in_statistics(engine):
    # What the batch norm takes is infinite, and so its mean and variance would be.
    layers, scales, found = [gn.Dense(4), gn.BatchNorm(), gn.Dense(1)], [], []
    each = network(gn.LBFGS(learning_rate=1e37), engine, layers, dtype="float32")
    for epochs in (1, 5):
        report = each.learn(1e4 * X, Y, epochs=epochs, callbacks=[Watching(scales)])
        found.append(each.predict(1e4 * X))
        assert report.steps == epochs
    assert set(scales) == {1.0}
    assert np.isfinite(found).all()


@ENGINES
def test_a_run_that_ends_at_any_trial_answers_no_worse_than_before(engine):
    each = network(gn.LBFGS(learning_rate=30.0), engine)
    each.learn(X, Y, epochs=0)
    losses = [each.test(X, Y)["loss"]]
    for _ in range(30):
        each.learn(X, Y, epochs=1)
        losses.append(each.test(X, Y)["loss"])
    assert losses == sorted(losses, reverse=True)


@ENGINES
def test_weights_are_those_of_the_answer_and_may_be_set_between_runs(engine):
    each = network(gn.LBFGS(learning_rate=30.0), engine, [gn.Dense(1)])
    each.learn(X, Y, epochs=4)
    line = X @ each.weights["dense_1.weights"] + each.weights["dense_1.bias"]
    np.testing.assert_allclose(each.predict(X), line[:, 0], rtol=1e-12)
    each.weights["dense_1.weights"] = np.ones((4, 1))
    np.testing.assert_allclose(each.predict(X), X.sum(axis=1) + each.weights["dense_1.bias"], rtol=1e-12)


class BrokenError(Exception):
    pass


class Breaking(gn.Callback):
    """Ends a run by an exception after so many steps."""

    def __init__(self, step):
        self.step = step

    def on_epoch_end(self, moment):
        if moment.steps == self.step:
            raise BrokenError


@ENGINES
def test_a_run_stopped_within_a_line_goes_on_bit_for_bit(engine, tmp_path):
    whole = network(gn.LBFGS(learning_rate=8.0), engine)
    whole.learn(X, Y, epochs=30, validation=0.2)
    expected, _ = read(whole.save(tmp_path / "whole.glass"))
    within = set()
    for step in (3, 4, 5, 6, 7, 12):
        path = tmp_path / f"{step}.glass"
        checkpoint, broken = gn.Checkpoint(path, steps=1), network(gn.LBFGS(learning_rate=8.0), engine)
        with pytest.raises(BrokenError):
            broken.learn(X, Y, epochs=30, validation=0.2, checkpoint=checkpoint, callbacks=[Breaking(step)])
        within.add(read(path)[0]["slots/all/line trials"].item())
        gone_on = gn.Network.resume(path, engine=engine)
        gone_on.learn(X, Y)
        found, _ = read(gone_on.save(tmp_path / "gone on.glass"))
        assert {name: array.tobytes() for name, array in found.items()} == {
            name: array.tobytes() for name, array in expected.items()
        }
    assert within > {0.0}


def test_an_unfinished_run_that_is_loaded_answers_with_the_farthest_point_where_the_loss_fell(tmp_path):
    broken = network(gn.LBFGS(learning_rate=8.0))
    with pytest.raises(BrokenError):
        broken.learn(
            X, Y, epochs=30, checkpoint=gn.Checkpoint(tmp_path / "run.glass", steps=1), callbacks=[Breaking(4)]
        )
    loaded = gn.load(tmp_path / "run.glass", engine="reference")
    np.testing.assert_array_equal(loaded.predict(X), broken.predict(X))
    np.testing.assert_array_equal(numbers(loaded), numbers(broken))
    assert loaded.test(X, Y)["loss"] == pytest.approx(broken.report.training_losses[-1], rel=1e-12)


@ENGINES
def test_what_is_frozen_stays_to_the_last_bit(engine):
    each = network(gn.LBFGS(rates={"dense_1": 0}), engine)
    each.learn(X, Y, epochs=0)
    before = {name: array.copy() for name, array in each.weights.items()}
    each.learn(X, Y, epochs=10)
    changed = {name for name, array in each.weights.items() if (array != before[name]).any()}
    assert changed == {"dense_2.weights", "dense_2.bias"}
    still = network(gn.LBFGS(rates={"dense_1": 0, "dense_2": 0}), engine)
    still.learn(X, Y, epochs=2)
    assert all((still.weights[name] == array).all() for name, array in before.items())


def test_weights_whose_loss_is_not_finite_are_a_divergence():
    each = network(layers=[gn.Dense(1)])
    each.learn(X, Y, epochs=0)
    each.weights["dense_1.bias"] = [1e200]
    report = each.learn(X, Y, epochs=3)
    assert "diverged" in report.reason
    assert each.weights["dense_1.bias"] == [1e200]


def test_an_opened_step_is_that_of_learning():
    each = network()
    each.learn(X, Y, epochs=0)
    after = {view.name: view.after for view in each.open(X, Y).glass.weights}
    moved = {view.name: view.after - view.before for view in each.open(X, Y).glass.weights}
    assert sum(abs(each).sum() for each in moved.values()) == pytest.approx(1.0, rel=1e-9)  # a first trial
    each.learn(X, Y, epochs=2)
    assert all(np.isfinite(array).all() for array in after.values())


@pytest.mark.parametrize(
    ("how", "said"),
    [({"mode": "online"}, "mode='online'"), ({"mode": "mini-batch"}, "mode='mini-batch'"),
     ({"batch_size": 59}, "batch_size=59"), ({"mode": "mini-batch", "batch_size": 8}, "mode='mini-batch'")],
)  # fmt: skip
def test_fewer_than_all_rows_in_a_step_are_refused(how, said):
    each = network()
    with pytest.raises(SettingError, match=f"{said}: LBFGS takes all 60 rows in each step; expected mode='full-batch'"):
        each.learn(X, Y, epochs=1, **how)
    each.learn(X, Y, epochs=1, batch_size=60)


def test_a_step_on_one_example_and_states_from_step_to_step_are_refused():
    each = network()
    for call in (each.online(), each.learn):
        with pytest.raises(SettingError, match="LBFGS takes all rows in each step, so that it has no step on one"):
            call(X[0], 1.0)
    keeping = network(layers=[gn.RNN(3, stateful=True, streams=2), gn.Dense(1)])
    with pytest.raises(SettingError, match=r"LBFGS takes all rows in each step, and the layers keep .* of 2 sequences"):
        keeping.learn(gn.Sequences([X, X]), [1.0, 2.0], epochs=1)


def test_a_network_that_lays_itself_out_learns_by_all_rows():
    x, y = diamonds()
    each = gn.Network(optimizer=gn.LBFGS(), seed=0)
    report = each.learn(x, y, epochs=30, validation=0.1)
    assert report.steps == 30
    assert each.test(x, y)["accuracy"] > 0.9
    batches = next(choice for choice in each.plan if choice.what == "batches")
    assert batches[1:] == (f"{len(y) * 9 // 10} rows", "all of them, which LBFGS takes in each step")


@dataclass(frozen=True, eq=False)
class Polyak(gn.Optimizer):
    """Steps as long as a loss of 0 would need were it a line: w = w - rate L / |d|^2 d, for all parameters together."""

    learning_rate: float | gn.Schedule = 1.0

    @property
    def joint(self):
        return True

    def numbers(self):
        return {"longest": 0.0}

    def update(self, w, delta, slots, rate, t):
        length = rate * slots["loss"] / (delta * delta).sum().cast("float64")
        return w - length.cast(w.dtype) * delta, {"longest": maximum(slots["longest"], length)}


@ENGINES
def test_an_own_rule_may_see_the_loss_and_keep_numbers(engine, tmp_path):
    # One step from weights of 0 by hand, with the mean of y^2 as the loss and the penalty of 0.
    each = network(Polyak(l2=0.5), engine, [gn.Dense(1, initializer="zeros")])
    each.learn(X, Y, epochs=1)
    delta = -2 * Y @ np.c_[X, np.ones(60)] / 60
    length = (Y @ Y / 60) / (delta @ delta)
    found = np.append(each.weights["dense_1.weights"][:, 0], each.weights["dense_1.bias"])
    np.testing.assert_allclose(found, -length * delta, rtol=1e-12)
    arrays, _ = read(each.save(tmp_path / "polyak.glass"))
    np.testing.assert_allclose(arrays["slots/all/longest"], length, rtol=1e-12)
