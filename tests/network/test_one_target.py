"""One of several targets asked about by its name: as a network of this target alone would answer."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import SettingError, TargetError

mpl.use("agg")

ROWS = 120
RANDOM = np.random.default_rng(3)
X, Z = RANDOM.normal(size=(2, ROWS))
PRICE, SOLD = (100 * X).round(3), np.where(Z > 0, "yes", "no").astype(object)
GRADE = np.array(["low", "middle", "high"], object)[np.digitize(X - Z, [-1, 1])]
NAMES = ("price", "sold", "grade")
LOSSES = (gn.Squared(), gn.BinaryLogLoss(), gn.SoftmaxLogLoss())
OUTPUTS = {"price": slice(0, 1), "sold": slice(1, 2), "grade": slice(2, 5)}
WEIGHTS = np.array([[1.5, -0.5, 0.2, 0.1, -0.3], [0.5, 2.0, -0.4, 0.3, 0.6]])  # of x and of z, a column an output
BIAS = np.array([0.25, 0.1, -0.2, 0.3, 0.0])
GAPS = (0, 5, 7)  # rows that are asked about, without a price


def table(**changed):
    """A price that follows from x alone, a class that follows from z alone, and one that follows from both."""
    columns = {"x": X, "z": Z, "price": PRICE, "sold": SOLD, "grade": GRADE} | changed
    return {name: list(values) for name, values in columns.items()}


def with_gaps():
    return table(price=[None if row in GAPS else value for row, value in enumerate(PRICE.tolist())])


def only(rows, *targets):
    """The rows without other targets than these."""
    return {name: values for name, values in rows.items() if name in ("x", "z", *targets)}


def of_weights(target, loss, outputs, rows):
    """A linear network in float64 of set weights, of which the rows give the encoders alone."""
    network = gn.Network([gn.Dense(outputs.stop - outputs.start)], loss=loss, dtype="float64", seed=0)
    network.learn(rows, target=target, epochs=0, verbose=0)
    network.weights["dense_1.weights"], network.weights["dense_1.bias"] = WEIGHTS[:, outputs], BIAS[outputs]
    return network


@pytest.fixture(scope="module")
def together():
    """The linear network of all three targets."""
    return of_weights(NAMES, gn.Several(LOSSES, widths=(1, 1, 3)), slice(0, 5), table())


def alone(target):
    """The network of one of the targets, with its own of the same weights."""
    return of_weights(target, LOSSES[NAMES.index(target)], OUTPUTS[target], only(table(), target))


def encoded(values):
    """What a linear network gets of a column: its standard scores s as s / sqrt(1 + (s / 8)^2)."""
    scores = (values - values.mean()) / values.std()
    return scores / np.sqrt(1 + (scores / 8) ** 2)


@pytest.fixture(scope="module")
def learnt():
    """A network that laid itself out for the three targets, a few prices missing."""
    network = gn.Network(seed=0)
    network.learn(with_gaps(), target=NAMES, epochs=40, verbose=0)
    return network


# -- what is explained -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("target", NAMES)
def test_all_that_an_explanation_says_is_what_a_network_of_this_target_says(together, target):
    mine, other = together.explain(with_gaps(), target=target), alone(target).explain(only(with_gaps(), target))
    assert (repr(mine), mine._repr_html_()) == (repr(other), other._repr_html_())
    for ask in (
        lambda one: one.importance(),
        lambda one: one.importance("mean_absolute_error" if target == "price" else "log_loss", repeats=3, seed=1),
        lambda one: one.attributions(),
        lambda one: one.dependence("z", values=5),
        lambda one: one.outside(),
        lambda one: one.reasons(5),
    ):
        assert str(ask(mine)) == str(ask(other))
    assert mine.importance()._repr_html_() == other.importance()._repr_html_()
    drawn = [[bar.get_width() for bar in one.importance().plot().patches] for one in (mine, other)]
    np.testing.assert_allclose(*drawn, rtol=1e-9)
    curves = [one.dependence("x").plot().lines[0].get_ydata() for one in (mine, other)]
    np.testing.assert_allclose(*curves, rtol=1e-9)


def test_attributions_are_the_weights_times_the_way_from_the_average(together):
    ways = np.stack([encoded(each) - encoded(each).mean() for each in (X, Z)], axis=1)
    price = together.explain(table(), target="price").attributions()
    np.testing.assert_allclose(price.values, ways * WEIGHTS[:, 0] * PRICE.std(), rtol=1e-9)
    sold = together.explain(table(), target="sold").attributions(of="yes")  # whose log-odds are the raw output
    np.testing.assert_allclose(sold.values, ways * WEIGHTS[:, 1], rtol=1e-9)
    np.testing.assert_allclose(sold.answers, np.stack([encoded(X), encoded(Z)], 1) @ WEIGHTS[:, 1] + BIAS[1], rtol=1e-9)


def test_a_column_matters_to_the_target_that_follows_from_it_alone(learnt):
    for target, own, other in (("price", "x", "z"), ("sold", "z", "x")):
        found = learnt.explain(with_gaps(), target=target).importance()
        mean, error = (
            {name: values[i] for i, name in enumerate(found.columns)} for values in (found.means, found.errors)
        )
        assert found.columns[0] == own
        assert mean[own] > 10 * error[own]
        assert abs(mean[other]) < 0.05 * mean[own]


def test_importance_is_by_the_score_of_the_target_in_the_rows_that_have_it(learnt):
    price, sold = (learnt.explain(with_gaps(), target=name) for name in ("price", "sold"))
    asked = np.array([row for row in range(ROWS) if row not in GAPS])
    errors = learnt.predict(with_gaps())["price"][asked] - PRICE[asked]
    assert price.importance().metric == "root_mean_squared_error"
    assert price.importance().score == pytest.approx(np.sqrt((errors**2).mean()), rel=1e-5)
    assert price.importance().rows == "117 rows"
    chances = learnt.predict_probabilities(table())["sold"]
    assert sold.importance().metric == "brier"
    assert sold.importance().score == pytest.approx(((chances[:, 1] - (SOLD == "yes")) ** 2).mean(), rel=1e-4)
    assert sold.importance().rows == "120 rows"
    assert len(price.attributions().values) == ROWS  # which need no target
    assert price.reasons(GAPS[0]).startswith("price ")
    with pytest.raises(SettingError, match="metric='accuracy': the target is a number"):
        price.importance("accuracy")


def test_rows_may_lack_the_other_targets_and_this_one_too(learnt):
    rows = only(table(), "sold")
    assert learnt.explain(rows, target="sold").importance().columns[0] == "z"
    assert learnt.compare(rows, target="sold").counts.sum() == ROWS
    explanation = learnt.explain(rows, target="price")
    assert explanation.attributions().values.shape == (ROWS, 2)
    with pytest.raises(TargetError, match="the rows have no target 'price'"):
        explanation.importance()


# -- what is compared --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("target", NAMES)
def test_a_comparison_is_that_of_a_network_of_this_target(together, target):
    mine, other = together.compare(with_gaps(), target=target), alone(target).compare(only(with_gaps(), target))
    assert str(mine) == str(other)
    assert mine._repr_html_() == other._repr_html_()
    axes = [one.plot() for one in (mine, other)]
    assert axes[0].get_title() == axes[1].get_title()
    assert axes[0].get_xlabel() == axes[1].get_xlabel()


def test_answers_are_compared_in_the_rows_that_have_the_target(learnt):
    found = learnt.compare(with_gaps(), target="price")
    there = np.array([row for row in range(ROWS) if row not in GAPS])
    assert found.names == ("price",)
    np.testing.assert_allclose(found.desired[:, 0], PRICE[there])
    np.testing.assert_allclose(found.answers[:, 0], learnt.predict(table())["price"][there], rtol=1e-4)
    classes = learnt.compare(table(), target="grade")
    answers = learnt.predict(table())["grade"]
    expected = [[((one == GRADE) & (answers == other)).sum() for other in classes.labels] for one in classes.labels]
    assert classes.counts.tolist() == expected


# -- which is meant ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("call", ["explain", "compare"])
def test_the_target_has_to_be_said_and_to_be_one(learnt, call):
    ask = getattr(learnt, call)
    said = f"{call}: this network learnt 'price', 'sold', 'grade' together; .*as in {call}\\(rows, target='price'\\)"
    with pytest.raises(SettingError, match=said):
        ask(table())
    with pytest.raises(SettingError, match=f"{call}: no target is 'prise'; did you mean 'price'. This network learnt"):
        ask(table(), target="prise")
    with pytest.raises(SettingError, match=r"no target is \['price'\]\. This network learnt 'price', 'sold', 'grade'"):
        ask(table(), target=["price"])


def test_one_target_may_be_said_and_has_to_be_its_name():
    network, rows = alone("price"), only(table(), "price")
    assert str(network.compare(rows, target="price")) == str(network.compare(rows))
    assert repr(network.explain(rows, target="price")) == repr(network.explain(rows))
    for ask in (network.compare, network.explain):
        with pytest.raises(SettingError, match=r"no target is 'sold'\. This network learnt 'price'"):
            ask(rows, target="sold")


def test_numbers_that_one_loss_takes_together_are_asked_about_one_by_one_too():
    rows = only(table(weight=50 * Z + 7), "price", "weight")
    network = gn.Network([gn.Dense(2)], loss=gn.Squared(output_weights=(1, 3)), dtype="float64", seed=0)
    network.learn(rows, target=["price", "weight"], epochs=5)
    both, one = network.compare(rows), network.compare(rows, target="weight")
    assert (both.names, one.names) == (("price", "weight"), ("weight",))
    np.testing.assert_array_equal(one.answers[:, 0], both.answers[:, 1])
    together, alone_ = network.explain(rows), network.explain(rows, target="weight")
    np.testing.assert_allclose(alone_.attributions().values, together.attributions(of="weight").values, rtol=1e-9)
    errors = one.answers[:, 0] - rows["weight"]
    assert alone_.importance().score == pytest.approx(np.sqrt((errors**2).mean()))


def test_targets_of_the_sequences_of_a_table_are_compared_one_by_one():
    rows = {"id": [row // 4 for row in range(ROWS)], "x": list(X), "a": [row // 4 % 7 for row in range(ROWS)]}
    rows["b"] = [row // 4 % 3 * 2.5 for row in range(ROWS)]
    network = gn.Network([gn.GRU(3), gn.Dense(2)], loss="squared", seed=0)
    network.learn(rows, target=["a", "b"], sequence="id", epochs=2)
    both, one = network.compare(rows), network.compare(rows, target="b")
    assert one.names == ("b",)
    assert one.desired[:, 0].tolist() == [row % 3 * 2.5 for row in range(ROWS // 4)]
    np.testing.assert_allclose(one.answers[:, 0], both.answers[:, 1], rtol=1e-6)


def test_a_date_among_several_targets_is_told_as_a_date():
    days = np.datetime64("2024-01-01") + (30 * X).astype(int)
    network = gn.Network(seed=0)
    network.learn(table(day=days.astype(str)), target=["day", "sold"], epochs=20)
    said = network.explain(table(day=days.astype(str)), target="day").reasons(0)
    assert said.startswith("day 202")
    assert "days" in said


def test_targets_beside_the_rows_are_given_whole():
    inputs, tags = np.stack([X, Z], axis=1), np.stack([X > 0, Z > 0], axis=1).astype(int)
    network = gn.Network(seed=0)
    network.learn(inputs, tags, epochs=40)
    found = network.compare(inputs, tags, target="target 2")
    assert found.counts.sum(axis=1).tolist() == [int((Z <= 0).sum()), int((Z > 0).sum())]
    assert network.explain(inputs, tags, target="target 2").importance().columns[0] == "1"
    with pytest.raises(TargetError, match="1 targets a row were given; expected 2"):
        network.compare(inputs, tags[:, 1], target="target 2")


def test_targets_that_cannot_be_asked_about_by_themselves_are_said():
    rows = only(table(weight=Z), "price", "weight")
    network = gn.Network([gn.Dense(2)], loss="cosine", seed=0)
    network.learn(rows, target=["price", "weight"], epochs=1)
    with pytest.raises(SettingError, match=r"the loss CosineDistance\(\) takes 'price', 'weight' together"):
        network.compare(rows, target="price")
    loss = gn.Several([gn.Squared(), gn.BinaryLogLoss()])
    network = gn.Network([gn.Dense(2)], loss=loss, seed=0)
    targets = np.stack([X, Z > 0, np.ones(ROWS), np.ones(ROWS)], axis=1)
    network.learn(np.stack([X, Z], axis=1), targets, epochs=1)
    with pytest.raises(SettingError, match="compare: this network learnt several targets that came as an array"):
        network.compare(np.stack([X, Z], axis=1), targets)
    sequences = {"id": [row // 4 for row in range(ROWS)], "x": list(X), "a": [1.0] * ROWS, "b": [2.0] * ROWS}
    layers = [gn.GRU(2, stateful=True, streams=ROWS // 4), gn.Dense(2)]
    network = gn.Network(layers, loss="squared", seed=0)
    network.learn(sequences, target=["a", "b"], sequence="id", epochs=1)
    with pytest.raises(SettingError, match="the layers keep the states of sequences"):
        network.compare(sequences, target="a")


def test_asking_changes_nothing_and_an_explanation_stays_as_it_was(learnt):
    before = {name: array.copy() for name, array in learnt.weights.items()}
    explanation = learnt.explain(table(), target="sold")
    learnt.compare(table(), target="grade")
    assert all((learnt.weights[name] == array).all() for name, array in before.items())
    said = explanation.reasons(1)
    again = gn.Network(seed=0)
    again.learn(table(), target=NAMES, epochs=1, verbose=0)
    first = again.explain(table(), target="sold").reasons(1)
    kept = again.explain(table(), target="sold")
    again.learn(table(), epochs=20, verbose=0)
    assert kept.reasons(1) == first
    assert explanation.reasons(1) == said
