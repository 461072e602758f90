"""One example at a time: the bound step, `learn` of a single example, and the answer for a single row."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError, DivergenceError, NotLearntError, SettingError, TargetError
from glassnet.nn.graph import STEP
from glassnet.random import permutation

RANDOM = np.random.default_rng(5)
X, Y = RANDOM.normal(size=(40, 3)), RANDOM.normal(size=40)
ENGINES = pytest.mark.parametrize("engine", ["native", "reference"])


def small(**settings) -> gn.Network:
    """A small network for numbers."""
    layers = [gn.Dense(5, "tanh"), gn.Dense(1)]
    return gn.Network(layers, **{"loss": "squared", "optimizer": gn.Adam(0.01), "seed": 0, **settings})


def of_classes(**settings) -> gn.Network:
    """A small network for three classes."""
    return gn.Network([gn.Dense(5), gn.Dense(3)], loss="softmax log loss", seed=0, classes=["a", "b", "c"], **settings)


def state(network: gn.Network) -> dict[str, np.ndarray]:
    """A copy of all that a network is."""
    return {name: array.copy() for name, array in network._learnt.state.items()}


def assert_same(first: gn.Network, second: gn.Network) -> None:
    """Weights, slots and counters are the same bits."""
    one, two = state(first), state(second)
    assert one.keys() == two.keys()
    for name, array in one.items():
        np.testing.assert_array_equal(array, two[name], err_msg=name)


# -- what a step is ----------------------------------------------------------------------------------------------------
@ENGINES
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("layer", [gn.Dropout(0.3), gn.LayerNorm()])
def test_steps_are_those_of_an_online_epoch_in_the_same_order(engine, dtype, layer):
    streamed, whole = (
        gn.Network(
            [gn.Dense(5, "tanh"), layer, gn.Dense(1)], loss="squared", seed=0, dtype=dtype, engine=engine, threads=1
        )
        for _ in range(2)
    )
    step = streamed.online()
    for i in permutation(0, "order", len(X)):
        step(X[i], Y[i])
    whole.learn(X, Y, mode="online", epochs=1)
    assert_same(streamed, whole)


@ENGINES
def test_classes_are_learnt_as_in_an_online_epoch(engine):
    streamed, whole = of_classes(engine=engine), of_classes(engine=engine)
    labels = np.array(["a", "b", "c"])[np.arange(len(X)) % 3]
    step = streamed.online()
    for i in permutation(0, "order", len(X)):
        step(X[i], labels[i])
    whole.learn(X, labels, mode="online", epochs=1)
    assert_same(streamed, whole)


def test_the_loss_given_is_that_of_the_example_before_the_step():
    network = small()
    step = network.online()
    step(X[0], Y[0])
    for x, y in zip(X, Y, strict=True):
        before = network.test(x[None], [y])["loss"]
        assert step(x, y) == pytest.approx(before, rel=1e-5)


@pytest.mark.parametrize(
    "form",
    [
        lambda x: x.astype(np.float32),
        lambda x: x[None],
        lambda x: x.tolist(),
        lambda x: tuple(x),
        lambda x: np.repeat(x, 2)[::2],
        lambda x: x.astype(">f8"),
        lambda x: np.ma.array(x),
    ],
)
def test_a_row_may_come_in_any_form(form):
    rows = RANDOM.integers(-5, 5, size=(6, 3)).astype(np.float64)
    straight, other = small(), small()
    first, second = straight.online(), other.online()
    for row in rows:
        assert first(row, 1.0) == second(form(row), np.float32(1))
    assert_same(straight, other)


def test_numbers_and_whole_numbers_are_rows_of_one():
    networks = small(), small(), small()
    for network, x, y in zip(networks, (2.0, [2], np.array(2)), (1, 1.0, np.array(1.0)), strict=True):
        step = network.online()
        step(x, y)
        step(x, y)
    assert_same(*networks[:2])
    assert_same(*networks[1:])


def test_several_targets_and_rows_of_probabilities_are_taken():
    network = gn.Network([gn.Dense(2)], loss="squared", seed=0)
    step = network.online()
    assert step(X[0], [1.0, 2.0]) > step(X[0], np.array([1.0, 2.0]))
    with pytest.raises(DataError, match="target"):
        step(X[0], 1.0)
    step = gn.Network([gn.Dense(2)], loss="softmax log loss", seed=0).online()
    step(X[0], [0.25, 0.75])
    with pytest.raises(TargetError, match="no row of probabilities"):
        step(X[0], [0.75, 0.75])


def test_rows_with_two_axes_are_taken():
    network = gn.Network([gn.Flatten(), gn.Dense(1)], loss="squared", seed=0)
    step = network.online()
    images = RANDOM.normal(size=(3, 4, 4))
    losses = [step(image, 1.0) for image in images]
    assert len(set(losses)) == 3
    with pytest.raises(DataError, match="learnt rows of shape"):
        step(images[0].ravel(), 1.0)
    twin = network.clone()
    twin.learn(images, np.ones(3), batch_size=1, epochs=0)
    assert twin.online()(images[0].tolist(), 1.0) == losses[0]


# -- one network -------------------------------------------------------------------------------------------------------
def test_the_network_and_its_step_share_one_state(tmp_path):
    network = small()
    network.learn(X, Y, epochs=2, batch_size=8)
    step, before = network.online(), int(network._learnt.state[STEP])
    first = network.predict(X)
    step(X[0], Y[0])
    assert not np.array_equal(network.predict(X), first)
    assert f"learnt {before + 1:,} steps" in repr(network)
    assert np.array_equal(gn.load(network.save(tmp_path / "box.glass")).predict(X), network.predict(X))
    report = network.learn(X, Y, epochs=1)
    assert report.continued_from == before + 1
    network.weights["dense_2.weights"] = np.zeros((5, 1))
    network.weights["dense_2.bias"] = [7.0]
    assert step(X[0], 4.0) == 9.0


def test_a_network_that_was_loaded_goes_on_where_it_stood(tmp_path):
    network = small()
    step = network.online()
    step(X[0], Y[0])
    loaded = gn.load(network.save(tmp_path / "box.glass"))
    assert loaded.online()(X[1], Y[1]) == step(X[1], Y[1])
    assert_same(network, loaded)


def test_after_reset_a_step_starts_afresh():
    network = small()
    step = network.online()
    first = [step(x, y) for x, y in zip(X, Y, strict=True)]
    network.reset()
    with pytest.raises(NotLearntError):
        network.predict(X)
    assert [step(x, y) for x, y in zip(X, Y, strict=True)] == first
    network.reset()
    network.learn(X[:, :2], Y, epochs=1)
    assert np.isfinite(step(X[0, :2], 1.0))


def test_a_table_is_learnt_on_from_by_rows_as_dictionaries():
    table = {"size": np.arange(40.0), "kind": ["a", "b"] * 20, "price": np.arange(40.0) * 2}
    network = gn.Network(seed=0)
    network.learn(table, target="price", epochs=2)
    step, before = network.online(), state(network)
    row = {"size": 3.0, "kind": "b"}
    losses = [step(row, 6.0) for _ in range(50)]
    assert losses[-1] < losses[0]
    assert int(network._learnt.state[STEP]) == int(before[STEP]) + 50
    with pytest.raises(DataError, match="kind"):
        step({"size": 3.0}, 6.0)
    with pytest.raises(TargetError, match="no target"):
        step(row, np.nan)


# -- what is refused ---------------------------------------------------------------------------------------------------
@ENGINES
@pytest.mark.parametrize(
    ("x", "y", "error", "said"),
    [
        (X[0, :2], 1.0, DataError, "learnt rows of shape"),
        (X[:2], 1.0, DataError, "learnt rows of shape"),
        (np.array([1.0, np.nan, 1]), 1.0, DataError, "row 1, column 2 is NaN"),
        (np.array([1.0, 1, np.inf], np.float32), 1.0, DataError, "column 3 is inf"),
        (np.array([1.0, 1e300, 1]), 1.0, DataError, "float32 cannot hold"),
        (np.ma.array([1.0, 2, 3], mask=[0, 1, 0]), 1.0, DataError, "masked"),
        (["1", "2", "3"], 1.0, DataError, "text where numbers"),
        (X[0], np.nan, DataError, "the targets: row 1 is NaN"),
        (X[0], "high", DataError, "text where numbers"),
        (X[0], [1.0, 2.0], DataError, "target"),
        (X[0], 1e300, DataError, "the targets: row 1, column 1 is 1e[+]300"),
    ],
)
def test_an_example_that_does_not_fit_changes_nothing(engine, x, y, error, said):
    network = small(engine=engine)
    step = network.online()
    step(X[0], Y[0])
    before = state(network)
    with pytest.raises(error, match=said):
        step(x, y)
    for name, array in state(network).items():
        np.testing.assert_array_equal(array, before[name])
    assert np.isfinite(step(X[0], Y[0]))


def test_a_label_that_was_not_learnt_is_refused():
    network = of_classes()
    step = network.online()
    for label in ("d", 1, None, ["a", "b"]):
        with pytest.raises(DataError):
            step(X[0], label)
    assert np.isfinite(step(X[0], np.str_("b")))
    with pytest.raises(TargetError, match="the class 'd' was not learnt"):
        step(X[0], "d")


@ENGINES
def test_a_loss_that_is_not_finite_changes_nothing_and_says_what_to_do(engine):
    network = small(engine=engine)
    step = network.online()
    step(X[0], Y[0])
    before = state(network)
    for learn in (step, network.learn):
        with pytest.raises(DivergenceError, match=r"nothing was changed.*learning rate"):
            learn(X[0], 1e30)
    for name, array in state(network).items():
        np.testing.assert_array_equal(array, before[name])


def test_a_first_example_that_fails_leaves_the_network_as_it_was():
    network = small()
    step = network.online()
    for x, y in ((X[0], 1e30), ([1.0, np.nan], 1.0)):
        with pytest.raises((DivergenceError, DataError)):
            step(x, y)
        assert repr(network).endswith("learnt nothing yet")
    assert np.isfinite(step([1.0], 1.0))


def test_a_network_that_one_example_cannot_make_says_what_it_needs():
    for network, x in ((gn.Network(seed=0), [1.0]), (small(), {"x": 1.0})):
        with pytest.raises(SettingError, match="one example without names is too little"):
            network.online()(x, 1.0)
    two = [gn.Dense(2)]
    with pytest.raises(SettingError, match="give all of them"):
        gn.Network(two, loss="softmax log loss").online()(X[0], "a")
    with pytest.raises(TargetError, match="3 classes for a network of 2 outputs"):
        gn.Network(two, loss="softmax log loss", classes=[1, 2, 3]).online()(X[0], 1)


def test_an_own_loss_sees_every_target():
    @dataclass(frozen=True, eq=False)
    class Picky(gn.Loss):
        def rows(self, output, target):
            return ((output - target) ** 2).sum(1)

        def check(self, targets, outputs):
            if (targets < 0).any():
                raise TargetError("a target is negative")

    step = small(loss=Picky()).online()
    step(X[0], 1.0)
    with pytest.raises(TargetError, match="negative"):
        step(X[0], -1.0)


# -- learn and predict of one ------------------------------------------------------------------------------------------
def test_learning_one_example_is_the_step_with_a_report():
    network, twin = small(), small()
    step = twin.online()
    for i, (x, y) in enumerate(zip(X, Y, strict=True)):
        report = network.learn(x, y)
        step(x, y)
        assert (report.steps, report.epochs, report.continued_from) == (1, 1, i)
        assert report.training_losses[1] == network.test(x[None], [y])["loss"] == report.score["loss"]
    assert_same(network, twin)
    assert network.report == report
    assert gn.Report.from_json(report.to_json()) == report
    assert str(report).startswith("not converged: one example was learnt\n1 step, 1 epoch, ")


def test_learning_one_example_with_other_arguments_is_a_run():
    network = small()
    network.learn(X[0], Y[0])
    assert network.learn(X[0], Y[0], epochs=3).steps == 3


@ENGINES
@pytest.mark.parametrize("make", [small, of_classes])
def test_one_row_is_answered_as_in_the_general_way(engine, make):
    network = make(engine=engine)
    network.learn(X, Y if make is small else np.array(["a", "b", "c"])[np.arange(len(X)) % 3], epochs=2)
    for row in X:
        general = network.predict(row[None].tolist())
        for form in (row, row[None], row.astype(np.float32)):
            assert np.array_equal(network.predict(form), general)
            assert network.predict(form).dtype == general.dtype
    kept = network.predict(X[0])
    network.predict(X[1])
    assert np.array_equal(kept, network.predict(X[0]))
    for wrong, said in ((X[0, :2], "learnt rows"), (np.array([0, np.nan, 0]), "NaN"), (np.full(3, 1e300), "hold")):
        with pytest.raises(DataError, match=said):
            network.predict(wrong)


def test_an_answer_for_one_row_that_is_not_finite_is_an_error():
    network = small()
    network.learn(X, Y, epochs=1)
    network.weights["dense_2.weights"] = np.full((5, 1), np.inf)
    with pytest.raises(DivergenceError, match="row 1 is not finite"):
        network.predict(X[0])


def test_memory_stays_flat():
    network = small()
    step = network.online()

    def many(times: int) -> None:
        for _ in range(times):
            step(X[0], 0.5)
            network.learn(X[0], 0.5)
            network.predict(X[0])

    many(50)
    tracemalloc.start()
    try:
        many(50)
        before, _ = tracemalloc.get_traced_memory()
        many(1000)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 2000  # bytes; one float a call would be 24,000
