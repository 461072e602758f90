"""The range test of learning rates: what it finds, that it changes nothing, and how it prints."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import BusyError, DivergenceError, MissingExtraError, SettingError
from glassnet.files import read
from glassnet.nn.initializers import Constant
from glassnet.random import permutation

ENGINES = ("reference", "native")
X = np.arange(5.0)[:, None]
ROWS = np.sin(np.arange(240.0).reshape(60, 4) ** 1.5)
TARGETS = ROWS @ [1.0, -2.0, 0.5, 0.0]


def line(optimizer: gn.Optimizer, start: float = 3.0, engine: str = "reference", loss="squared") -> gn.Network:
    """The model y = W x in float64, whose mean loss on y = 2 x is 6 (W - 2)^2."""
    layers = [gn.Dense(1, bias=False, initializer=Constant(start))]
    return gn.Network(layers, loss=loss, optimizer=optimizer, dtype="float64", seed=0, engine=engine)


def deep(engine: str = "reference", **settings) -> gn.Network:
    layers = [gn.Dense(5, "tanh"), gn.BatchNorm(), gn.Dropout(0.1), gn.Dense(1)]
    return gn.Network(layers, loss="squared", **{"optimizer": gn.Adam(0.02), "engine": engine, "seed": 3, **settings})


def bits(network: gn.Network, folder) -> dict[str, object]:
    """All of a network: the bits of its state, its counters, its report but for the time."""
    arrays, settings = read(network.save(folder / "bits.glass"))
    report = {name: value for name, value in settings["report"].items() if name != "seconds"}
    return {name: array.tobytes() for name, array in arrays.items()} | {"report": report, "epochs": settings["epochs"]}


# -- what it finds -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("engine", ENGINES)
def test_rates_and_losses_are_those_of_the_delta_rule_at_rates_that_rise(engine):
    """W is moved by rate x 12 (W - 2); what is smoothed is the mean in which a loss counts half 2 steps later."""
    found = line(gn.GradientDescent(0.5), engine=engine).find_rate(
        X, 2 * X, mode="full-batch", lowest=1e-4, highest=10.0, steps=40
    )
    apart, losses = 1.0, []
    rates = [1e-4 * 1e5 ** (i / 39) for i in range(40)]
    for rate in rates:
        losses.append(6 * apart**2)
        apart *= 1 - 12 * rate
    ages = [np.arange(i, -1, -1) for i in range(40)]
    smoothed = [np.average(losses[: i + 1], weights=0.5 ** (ages[i] / 2)) for i in range(40)]
    steps = len(found.rates)
    best = np.minimum.accumulate(smoothed)
    beyond = np.array(smoothed) - best > 3 * np.maximum(best, 6 - best)
    assert steps == int(beyond.argmax()) + 1 < 40
    np.testing.assert_allclose(found.rates, rates[:steps], rtol=1e-12)
    np.testing.assert_allclose(found.losses, losses[:steps], rtol=1e-9)
    np.testing.assert_allclose(found.smoothed, smoothed[:steps], rtol=1e-9)
    falls = {i: best[i + 2] - best[i - 2] for i in range(2, steps - 2)}
    assert found.suggestion == pytest.approx(rates[min(falls, key=falls.__getitem__)])
    assert found.ended == f"the loss had run away by step {steps} of 40"


def test_the_rate_of_the_schedule_makes_no_difference():
    alone = deep().find_rate(ROWS, TARGETS)
    for rate in (0.5, gn.Warmup(gn.Cosine(0.1, 200), 7), gn.ReduceOnPlateau(0.3)):
        other = deep(optimizer=gn.Adam(rate)).find_rate(ROWS, TARGETS)
        np.testing.assert_allclose(other.losses, alone.losses, rtol=1e-4)
        assert other.suggestion == alone.suggestion


def test_accumulated_updates_come_at_the_rate_of_their_step():
    """Of each two steps on one row, y = 2 x at x = 1, the second has the delta 2 (W - 2) of their mean loss."""
    rule = gn.GradientDescent(gn.Step(0.5, every=3), accumulate=2)
    found = line(rule).find_rate(np.ones((40, 1)), np.full(40, 2.0), batch_size=1, lowest=1e-3, highest=1.0, steps=20)
    apart, losses = 1.0, []
    for i in range(20):
        losses.append(apart**2)
        apart *= 1 - 2 * 1e-3 * 1e3 ** (i / 19) if i % 2 else 1
    np.testing.assert_allclose(found.losses, losses[: len(found.losses)], rtol=1e-9)


@pytest.mark.parametrize("make", [gn.Adam, gn.GradientDescent])
def test_a_suggestion_learns_better_than_a_rate_a_hundred_times_lower_or_higher(make):
    x = np.sin(np.arange(1600.0).reshape(400, 4) ** 1.5)
    y = x[:, 0] * x[:, 1] + x[:, 2]

    def product(rate: float) -> gn.Network:
        layers = [gn.Dense(24, "tanh"), gn.Dense(1)]
        return gn.Network(layers, loss="squared", optimizer=make(rate), seed=0)

    found = product(0.001).find_rate(x, y)
    assert found.suggestion is not None
    low, good, high = (
        product(rate).learn(x, y, epochs=40, verbose=0).score["loss"]
        for rate in (found.suggestion / 100, found.suggestion, found.suggestion * 100)
    )
    assert good < low / 3
    assert good < high


def test_where_nothing_falls_there_is_no_suggestion():
    found = line(gn.GradientDescent(0.1), start=2.0).find_rate(X, 2 * X, steps=50)
    assert found.suggestion is None
    assert found.reason == "no suggestion: the smoothed loss never falls between the rates 1e-07 and 10"
    assert found.ended == "all 50 steps were taken"
    assert "no suggestion" in str(found)


@dataclass(frozen=True, eq=False)
class Shifted(gn.Loss):
    """The squared loss less 100, so that it is below 0 wherever it is good."""

    def rows(self, output, target):
        """The loss of each row."""
        return ((output - target) ** 2).sum(1) - 100


def test_losses_below_0_are_tested_too():
    alone, shifted = (
        line(gn.GradientDescent(0.1), loss=loss).find_rate(X, 2 * X, mode="full-batch", lowest=1e-4, steps=60)
        for loss in ("squared", Shifted())
    )
    assert shifted.suggestion == alone.suggestion
    assert "had run away" in shifted.ended
    steps = min(len(alone.rates), len(shifted.rates))
    np.testing.assert_allclose(shifted.losses[:steps], alone.losses[:steps] - 100, rtol=1e-9)


def test_a_loss_that_is_not_finite_ends_it():
    found = line(gn.GradientDescent(0.1)).find_rate(X, 2 * X, mode="full-batch", lowest=1e-3, highest=1e300, steps=20)
    assert found.ended.startswith(("the loss was not finite at step", "the loss had run away by step"))
    assert np.isfinite(found.losses).all()
    assert len(found.losses) < 20


# -- it changes nothing ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("engine", ENGINES)
def test_a_network_that_has_learnt_is_as_it_was_and_learns_on_as_if_nothing_had_been(engine, tmp_path):
    settings = {"batch_size": 7, "epochs": 3, "verbose": 0}
    asked, alone = deep(engine), deep(engine)
    for network in (asked, alone):
        network.learn(ROWS, TARGETS, **settings)
    before = bits(asked, tmp_path)
    asked.find_rate(ROWS, TARGETS, batch_size=7)
    assert bits(asked, tmp_path) == before
    for network in (asked, alone):
        network.learn(ROWS, TARGETS, **settings)
    assert bits(asked, tmp_path) == bits(alone, tmp_path)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_network_that_has_learnt_nothing_still_has_not_and_learns_as_another(engine, tmp_path):
    asked, alone = deep(engine), deep(engine)
    found = asked.find_rate(ROWS, TARGETS, steps=30)
    assert repr(asked).endswith("learnt nothing yet")
    for network in (asked, alone):
        network.learn(ROWS, TARGETS, epochs=2, verbose=0)
    assert bits(asked, tmp_path) == bits(alone, tmp_path)
    made = deep(engine)
    made.learn(ROWS, TARGETS, epochs=0, verbose=0)
    np.testing.assert_array_equal(made.find_rate(ROWS, TARGETS, steps=30).losses, found.losses)


@pytest.mark.parametrize("engine", ENGINES)
def test_batches_are_those_of_the_next_epochs_and_which_rows_they_have_is_not_smoothed_in(engine):
    """Each batch has a loss of x^2 (W - 2)^2 for the mean of its x^2, and at the start, W = 3, of that mean alone."""
    mine = line(gn.GradientDescent(0.5), engine=engine)
    mine.learn(X, 2 * X, epochs=3, batch_size=2, verbose=0)
    mine.weights["dense_1.weights"] = np.array([[3.0]])
    found = mine.find_rate(X, 2 * X, batch_size=2, lowest=1e-3, highest=0.1, steps=20)
    batches = [
        order[start : start + 2]
        for order in (permutation(0, "order", 5, epoch=epoch) for epoch in range(3, 10))
        for start in (0, 2, 4)
    ]
    apart, losses, starts, smoothed = 1.0, [], [], []
    for i, rows in enumerate(batches[:20]):
        size = float((X[rows] ** 2).mean())
        losses.append(size * apart**2)
        starts.append(size)
        smoothed.append(np.average(np.subtract(losses, starts), weights=0.5 ** np.arange(i, -1, -1.0)))
        apart *= 1 - 1e-3 * 100 ** (i / 19) * 2 * size
    np.testing.assert_allclose(found.losses, losses, rtol=1e-9)
    np.testing.assert_allclose(found.smoothed, np.add(smoothed, np.mean(starts)), rtol=1e-9)


def test_a_failed_call_changes_nothing(tmp_path):
    mine = deep()
    mine.learn(ROWS, TARGETS, epochs=1, verbose=0)
    before = bits(mine, tmp_path)
    with pytest.raises(gn.GlassnetError):
        mine.find_rate(ROWS[:, :3], TARGETS)
    with pytest.raises(gn.GlassnetError):
        mine.find_rate(ROWS, TARGETS[:5])
    assert bits(mine, tmp_path) == before


# -- data --------------------------------------------------------------------------------------------------------------
def test_tables_weights_and_sequences_are_taken_as_learn_takes_them():
    table = {"a": ROWS[:, 0].tolist(), "b": [f"level {i % 3}" for i in range(60)], "y": TARGETS.tolist()}
    assert len(gn.Network(seed=1).find_rate(table, target="y", steps=25).losses) > 5
    ragged = [ROWS[:10, :2], ROWS[10:14, :2], ROWS[14:30, :2]]
    recurrent = gn.Network([gn.GRU(4), gn.Dense(1)], loss="squared", seed=0)
    assert len(recurrent.find_rate(ragged, [1.0, 0.0, 2.0], steps=25).losses) > 5
    stateful = gn.Network([gn.GRU(4, stateful=True, streams=3), gn.Dense(1)], loss="squared", seed=0)
    found = stateful.find_rate(ragged, [1.0, 0.0, 2.0], truncate=5, steps=25)
    assert 0 < len(found.losses) < 25  # pieces before the last ones have no target


def test_a_row_of_weight_0_does_not_count():
    weights = np.where(np.arange(60) < 50, 1.0, 0.0)
    weighed, left = deep(), deep()
    found = weighed.find_rate(ROWS, TARGETS, sample_weight=weights, batch_size=10)
    np.testing.assert_array_equal(found.losses, left.find_rate(ROWS[:50], TARGETS[:50], batch_size=10).losses)


# -- refusals ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"lowest": 0.0}, r"lowest=0.0, expected a number in \(0, inf\)"),
        ({"lowest": 1.0, "highest": 1.0}, r"highest=1.0, expected a rate above lowest=1.0"),
        ({"steps": 19}, "steps=19, expected a whole number of at least 20"),
        ({"epochs": 3}, "find_rate has no argument 'epochs'"),
        ({"batch_size": 0}, "batch_size=0"),
    ],
)
def test_settings_out_of_range_are_refused(settings, words):
    with pytest.raises(SettingError, match=words):
        deep().find_rate(ROWS, TARGETS, **settings)


def test_a_rate_of_0_cannot_be_scaled():
    mine = deep(optimizer=gn.Adam(gn.Polynomial(0.1, steps=6)))
    with pytest.raises(SettingError, match=r"Polynomial\(rate=0\.1, steps=6\) has the rate 0 at step 7, which no"):
        mine.find_rate(ROWS, TARGETS)
    with pytest.raises(SettingError, match="has the rate 0 at step 1"):
        deep(optimizer=gn.Adam(0.0)).find_rate(ROWS, TARGETS)


def test_weights_that_have_run_away_are_told():
    mine = line(gn.GradientDescent(0.1))
    mine.learn(X, 2 * X, epochs=0, verbose=0)
    mine.weights["dense_1.weights"] = np.array([[1e200]])
    with pytest.raises(
        DivergenceError, match="the loss was not finite at step 1 of 100, before any weight was changed"
    ):
        mine.find_rate(X, 2 * X)


def test_a_network_that_is_learning_is_busy():
    mine = deep()
    with pytest.raises(BusyError, match="find_rate: this network is learning already"):
        mine.learn(ROWS, TARGETS, epochs=1, verbose=0, callbacks=[lambda moment: mine.find_rate(ROWS, TARGETS)])


# -- how it shows ------------------------------------------------------------------------------------------------------
def test_it_prints_a_table_and_a_picture_with_the_suggestion_marked():
    found = line(gn.GradientDescent(0.1)).find_rate(X, 2 * X, mode="full-batch", lowest=1e-4)
    text = str(found)
    assert f"suggestion {found.suggestion:.3g}: the rate where the smoothed loss falls most steeply" in text
    assert found.ended in text
    assert [line.split()[0] for line in text.split("\n")[4:8]] == ["first", "suggestion", "least", "last"]
    picture = text[text.index("The smoothed loss against") :].split("\n")
    assert sum(":" in line for line in picture[1:15]) >= 12  # a star may hide one or two
    assert "^" in picture[1]
    assert repr(found) == text


def test_without_matplotlib_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    found = line(gn.GradientDescent(0.1)).find_rate(X, 2 * X)
    with pytest.raises(MissingExtraError, match=r"pip install 'glassnet\[plot\]'"):
        found.plot()


def test_it_is_drawn_with_matplotlib():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    from matplotlib import pyplot

    found = line(gn.GradientDescent(0.1)).find_rate(X, 2 * X, mode="full-batch", lowest=1e-4)
    axes = found.plot()
    assert axes.get_xscale() == "log"
    raw, smoothed, mark = axes.get_lines()
    np.testing.assert_array_equal(raw.get_xydata(), np.stack([found.rates, found.losses], axis=1))
    np.testing.assert_array_equal(smoothed.get_ydata(), found.smoothed)
    assert mark.get_xdata()[0] == found.suggestion
    assert found.plot(axes) is axes
    pyplot.close(axes.figure)
