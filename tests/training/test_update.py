"""Updates: rates by name, and deltas that are gathered over several batches."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import glassnet as gn
from glassnet.files import read
from glassnet.random import permutation

ENGINES = pytest.mark.parametrize("engine", ["native", "reference"])
RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(10, 3)), RNG.normal(size=10)


def network(optimizer, engine, layers=None, **others):
    layers = layers or [gn.Dense(1, initializer="zeros")]
    return gn.Network(layers, loss="squared", optimizer=optimizer, engine=engine, dtype="float64", seed=0, **others)


def line(sizes, rates, orders):
    """Weights and bias of a line after the delta rule, `sizes` rows for each update, in these orders."""
    W, b, rates = np.zeros(3), 0.0, iter(rates)
    for order in orders:
        for rows in np.split(order, np.cumsum(sizes)[:-1]):
            error, rate = 2 * (X[rows] @ W + b - Y[rows]) / len(rows), next(rates)
            W, b = W - rate * error @ X[rows], b - rate * error.sum()
    return np.append(W, b)


def learnt(each):
    return np.append(each.weights["dense_1.weights"][:, 0], each.weights["dense_1.bias"])


@ENGINES
def test_updates_come_after_so_many_examples_and_at_the_end_of_an_epoch(engine):
    # Online: 4, 4 and the remaining 2 examples in each epoch; the schedule counts updates.
    rule = gn.GradientDescent(gn.Exponential(0.1, every=1, factor=0.5), accumulate=4)
    each = network(rule, engine)
    report = each.learn(X, Y, mode="online", epochs=2)
    orders = [permutation(0, "order", 10, epoch=epoch) for epoch in range(2)]
    expected = line([4, 4, 2], 0.1 * 0.5 ** np.arange(6.0), orders)
    assert report.steps == 20
    np.testing.assert_allclose(learnt(each), expected, rtol=1e-12)


@ENGINES
@pytest.mark.parametrize(("batch_size", "accumulate"), [(2, 4), (1, 4), (4, 3), (4, 4)])
def test_gathered_batches_are_one_large_batch(engine, batch_size, accumulate):
    gathered = network(gn.Adam(0.1, accumulate=accumulate, clip=gn.ClipByGlobalNorm(0.5)), engine)
    large = network(gn.Adam(0.1, clip=gn.ClipByGlobalNorm(0.5)), engine)
    gathered.learn(X, Y, batch_size=batch_size, epochs=5)
    large.learn(X, Y, batch_size=4, epochs=5)
    np.testing.assert_allclose(learnt(gathered), learnt(large), rtol=1e-9)


@ENGINES
def test_weights_of_rows_count_as_in_one_batch(engine):
    weights = np.arange(1.0, 11)
    gathered, large = (network(gn.GradientDescent(0.1, accumulate=wait), engine) for wait in (5, None))
    gathered.learn(X, Y, batch_size=1, epochs=3, sample_weight=weights)
    large.learn(X, Y, batch_size=5, epochs=3, sample_weight=weights)
    np.testing.assert_allclose(learnt(gathered), learnt(large), rtol=1e-10)


@ENGINES
def test_a_sum_of_losses_is_gathered_as_a_sum(engine):
    gathered, large = (network(gn.GradientDescent(0.01, accumulate=w), engine, reduction="sum") for w in (5, None))
    gathered.learn(X, Y, batch_size=1, epochs=3)
    large.learn(X, Y, batch_size=5, epochs=3)
    np.testing.assert_allclose(learnt(gathered), learnt(large), rtol=1e-10)


@ENGINES
def test_what_waits_where_a_run_ends_counts_in_the_next(engine, tmp_path):
    each = network(gn.GradientDescent(0.1, accumulate=4), engine)
    step = each.online()
    for x, y in zip(X[:3], Y[:3], strict=True):
        step(x, y)
    assert not learnt(each).any()
    loaded = gn.load(each.save(tmp_path / "waiting.glass"), engine=engine)
    for one in (each, loaded):
        step = one.online()
        step(X[3], Y[3])
        np.testing.assert_allclose(learnt(one), line([4], [0.1], [np.arange(4)]), rtol=1e-12)


@ENGINES
def test_an_opened_step_is_that_of_a_full_batch(engine):
    each = network(gn.GradientDescent(0.1, accumulate=1000), engine)
    each.learn(X, Y, epochs=0)
    opened = {view.name: view.after for view in each.open(X, Y).glass.weights}
    each.learn(X, Y, mode="full-batch", epochs=1)
    np.testing.assert_allclose(opened["dense_1.weights"], each.weights["dense_1.weights"], rtol=1e-12)


@ENGINES
def test_a_rate_by_name_multiplies_the_rate(engine):
    layers = [gn.Dense(4, "tanh"), gn.Dense(1)]
    moved = {}
    for name, rates in {"all": None, "some": {"dense_1": 0.5, "dense_2.bias": 3.0}}.items():
        each = network(gn.GradientDescent(0.1, rates=rates), engine, layers)
        each.learn(X, Y, epochs=0)
        before = {name: np.array(array) for name, array in each.weights.items()}
        each.learn(X, Y, mode="full-batch", epochs=1)
        moved[name] = {name: each.weights[name] - before[name] for name in before}
    for name, factor in {"dense_1.weights": 0.5, "dense_1.bias": 0.5, "dense_2.weights": 1, "dense_2.bias": 3}.items():
        np.testing.assert_allclose(moved["some"][name], factor * moved["all"][name], rtol=1e-9, atol=1e-15)


@ENGINES
@pytest.mark.parametrize("rule", [gn.AdamW, gn.LAMB, gn.Muon, gn.ScheduleFreeAdamW])
def test_what_is_frozen_stays_to_the_last_bit_and_has_no_slots(engine, rule, tmp_path):
    layers = [gn.Dense(4, "tanh"), gn.Dense(4), gn.Dense(1)]
    each = network(rule(0.1, rates={"dense_2": 0.0}), engine, layers)
    each.learn(X, Y, epochs=0)
    before = {name: np.array(array) for name, array in each.weights.items()}
    each.learn(X, Y, batch_size=5, epochs=3)
    same = {name for name in before if np.array_equal(each.weights[name], before[name])}
    assert same == {"dense_2.weights", "dense_2.bias"}
    arrays, _ = read(each.save(tmp_path / "frozen.glass"))
    assert not [name for name in arrays if name.startswith("slots/") and "dense_2" in name]
    assert np.array_equal(gn.load(tmp_path / "frozen.glass", engine=engine).predict(X), each.predict(X))


@ENGINES
def test_the_derivative_of_what_is_frozen_is_still_shown(engine):
    layers = [gn.Dense(2, "tanh"), gn.Dense(1)]
    shown = []
    for rates in (None, {"dense_1": 0}, {"dense_1": 0, "dense_2": 0}):
        each = network(gn.Adam(0.1, rates=rates), engine, layers)
        each.learn(X, Y, epochs=0)
        view = each.open(X, Y).glass.weights[0]
        assert np.array_equal(view.before, view.after) == (rates is not None)
        shown.append(next(v.derivative for v in each.open(X, Y).glass.weights if v.name == "dense_1.weights"))
    np.testing.assert_array_equal(shown[0], shown[1])
    np.testing.assert_array_equal(shown[0], shown[2])


@ENGINES
def test_what_is_frozen_has_no_part_in_the_norm(engine):
    layers = [gn.Dense(4, "tanh"), gn.Dense(1)]
    rule = gn.GradientDescent(1.0, clip=gn.ClipByGlobalNorm(1e-3), rates={"dense_1": 0})
    each = network(rule, engine, layers)
    each.learn(X, Y, epochs=0)
    before = {name: np.array(array) for name, array in each.weights.items()}
    each.learn(X, Y, mode="full-batch", epochs=1)
    moved = [each.weights[name] - before[name] for name in ("dense_2.weights", "dense_2.bias")]
    assert np.sqrt(sum((each**2).sum() for each in moved)) == pytest.approx(1e-3, rel=1e-9)


# -- factors of members ------------------------------------------------------------------------------------------------
RATES, DECAYS = (1.0, 0.5, 0.0), (1.0, 4.0, 2.0)
MEMBERS = {
    "Muon": gn.Muon(0.1, weight_decay=0.3, others=gn.AdamW(0.05)),
    "AdamW": gn.AdamW(0.05, weight_decay=0.3, l1=0.1),
    "LAMB": gn.LAMB(0.05, weight_decay=0.3, l2=0.1),
    "GradientDescent": gn.GradientDescent(0.1, l2=0.3),
    "ScheduleFreeAdamW": gn.ScheduleFreeAdamW(0.05, weight_decay=0.3),
    "Lion": gn.Lion(0.01, weight_decay=0.3),
    "MovingAverage": gn.MovingAverage(gn.Muon(0.1, weight_decay=0.3), decay=0.5),
}


def factored(rule, rates, decays):
    """The rule with factors for the first packed layer."""
    given = {"rates": {"packed_dense_1": rates}, "decays": {"packed_dense_1": decays}}
    inner = isinstance(rule, gn.MovingAverage)
    return replace(rule, rule=replace(rule.rule, **given)) if inner else replace(rule, **given)


def ensemble(rule, engine, chosen=slice(0, 3)):
    """Three members of two packed layers, or those that are chosen, after three steps of a full batch."""
    members = len(range(3)[chosen])
    layers = [gn.PackedDense(4, "tanh", members=members), gn.PackedDense(1, members=members), gn.Flatten()]
    each = network(rule, engine, layers, reduction="sum")
    targets = np.tile(Y[:, None], members)
    each.learn(X, targets, epochs=0)
    random = np.random.default_rng(1)
    for name in sorted(each.weights):
        each.weights[name][...] = random.normal(size=(3, *each.weights[name].shape[1:]))[chosen]
    # The loss of a row is the mean over members: the weights make the share of each as large as it is among three.
    each.learn(X, targets, mode="full-batch", epochs=3, keep="last", sample_weight=np.full(10, members / 3))
    return each


@ENGINES
@pytest.mark.parametrize("name", MEMBERS)
def test_each_member_has_its_own_rate_and_decay(engine, name):
    together = ensemble(factored(MEMBERS[name], RATES, DECAYS), engine)
    for member, (rate, decay) in enumerate(zip(RATES, DECAYS, strict=True)):
        # A factor of 0 for a whole layer freezes it, which a rate of 0 for one member does not; so a tiny one is given.
        alone = ensemble(factored(MEMBERS[name], rate or 1e-300, decay), engine, slice(member, member + 1))
        for weights, array in alone.weights.items():
            np.testing.assert_allclose(together.weights[weights][member], array[0], rtol=1e-9, atol=1e-12)
    before = ensemble(factored(MEMBERS[name], 0.0, 1.0), engine)
    np.testing.assert_array_equal(
        together.weights["packed_dense_1.weights"][2], before.weights["packed_dense_1.weights"][2]
    )
