"""The black box as its users meet it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest

import glassnet as gn
from glassnet.errors import DataError, NotLearntError, SchemaError, SettingError, ShapeError, TargetError
from glassnet.nn.initializers import Constant

X = np.linspace(-1, 1, 64)[:, None]


def small(**settings) -> gn.Network:
    """A small explicit network for one number."""
    return gn.Network([gn.Dense(8, "tanh"), gn.Dense(1)], loss="squared", optimizer=gn.Adam(0.02), seed=0, **settings)


def line(weight: float = 0.0, rate: float = 0.1, **settings) -> gn.Network:
    """The model y = W x in float64."""
    layers = [gn.Dense(1, bias=False, initializer=Constant(weight))]
    return gn.Network(layers, loss="squared", optimizer=gn.GradientDescent(rate), dtype="float64", seed=0, **settings)


def mixed(rows: int = 300) -> pd.DataFrame:
    """A table of numbers and a category whose target is known."""
    random = np.random.default_rng(3)
    table = pd.DataFrame({"a": random.normal(size=rows), "b": random.normal(size=rows) * 100, "c": list("xyz") * 100})
    table["y"] = table.a + table.b / 100 + table.c.map({"x": 0, "y": 1, "z": 2})
    return table


@pytest.fixture(scope="module")
def learnt() -> tuple[gn.Network, pd.DataFrame]:
    network, table = gn.Network(seed=0), mixed()
    network.learn(table, target="y", epochs=60)
    return network, table


# -- what it learns ----------------------------------------------------------------------------------------------------
def test_a_table_is_learnt_without_a_setting(learnt):
    network, table = learnt
    assert network.report.score["r2"] > 0.95
    assert network.report.baseline["r2"] <= 0
    assert network.test(table)["r2"] > 0.95


def test_targets_as_a_row_and_as_a_column_give_the_same_network_and_answers_of_their_shape():
    answers = []
    for target in (3 * X[:, 0], 3 * X):
        network = small()
        network.learn(X, target, epochs=60)
        assert network.predict(X).shape == target.shape
        answers.append(np.ravel(network.predict(X)))
    assert np.array_equal(*answers)
    assert abs(answers[0] - 3 * X[:, 0]).max() < 0.5


@pytest.mark.parametrize("wrong", [3 * X.T, 3 * X[:-1, 0]])
def test_targets_of_another_number_of_rows_are_refused_with_both(wrong):
    with pytest.raises(DataError, match="64"):
        small().learn(X, wrong)


def test_labels_come_back_as_they_were_given():
    random = np.random.default_rng(6)
    for classes in ([3, 4, 5], ["A", "B"], [-1, 1], [False, True]):
        index = np.arange(90) % len(classes)
        x = index[:, None] + random.normal(size=(90, 1)) / 10
        network = gn.Network(seed=0, columns={"target": "category"} if classes == [3, 4, 5] else None)
        network.learn(x, np.array(classes)[index], epochs=40)
        assert list(network.labels) == sorted(classes)
        assert set(network.predict(x).tolist()) == set(classes)
        probabilities = network.predict_probabilities(x)
        assert probabilities.shape == (90, len(classes))
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


def test_a_class_with_one_row_is_learnt_from_and_said():
    rows = {
        "x": [i % 10 for i in range(300)] + [99],
        "kind": ["usual" if i % 10 < 5 else "common" for i in range(300)] + ["rare"],
    }
    network = gn.Network(seed=0)
    report = network.learn(rows, target="kind", epochs=3)
    assert network.predict_probabilities({"x": [1, 99]}).shape == (2, 3)
    assert any("rare" in note and "one row" in note for note in report.notes)


def test_rows_without_a_target_are_left_out_and_said():
    table = mixed()
    table.loc[[3, 7], "y"] = np.nan
    report = gn.Network(seed=0).learn(table, target="y", epochs=2)
    assert any(note.startswith("2 rows without a target") for note in report.notes)


def test_one_example_is_one_step():
    network = line(rate=0.5)
    report = network.learn([1.0], 1.0)
    assert report.steps == 1
    # The derivative of (W - 1)^2 at 0 is -2.
    assert network.weights["dense_1.weights"].tolist() == [[1.0]]


def test_several_targets_are_learnt_together():
    network = gn.Network(seed=0)
    network.learn(X, np.hstack([3 * X, -X]), epochs=100)
    np.testing.assert_allclose(network.predict(X), np.hstack([3 * X, -X]), atol=0.3)


@pytest.mark.parametrize("seed", [0, 1])
def test_columns_and_targets_far_from_zero_keep_their_meaning(seed):
    """Seconds since 1970 in float32 are nine distinct values for these thousand."""
    t = 1.7e9 + np.arange(1000.0)
    wave = np.sin(np.arange(1000) / 100)
    network = gn.Network(seed=seed)
    network.learn({"t": t, "y": wave}, target="y")
    assert network.test({"t": t, "y": wave})["r2"] > 0.99
    x = np.linspace(0, 1, 1000)
    network = gn.Network(seed=seed)
    network.learn({"x": x, "y": 1e9 + x}, target="y", epochs=10)
    np.testing.assert_allclose(network.predict({"x": x}) - 1e9, x, atol=0.1)


def test_explicit_layers_learn_a_table_too():
    table = mixed()
    network = gn.Network([gn.Dense(16, "relu"), gn.Dense(1)], loss="squared", optimizer=gn.Adam(0.01), seed=0)
    network.learn(table, target="y", epochs=30)
    assert network.test(table)["r2"] > 0.8


def test_numbers_that_a_frame_calls_categories_are_categories():
    code = np.arange(120) % 3
    table = pd.DataFrame({"code": pd.Categorical(code), "y": np.array([5.0, -1, 2])[code]})
    network = gn.Network(seed=0)
    network.learn(table, target="y", epochs=60)
    assert network.schema.columns[0].kind == "category"
    # A number could only follow the line through the three means.
    np.testing.assert_allclose(network.predict({"code": ["0", 1, 2.0]}), [5, -1, 2], atol=0.3)


# -- what can be looked at ---------------------------------------------------------------------------------------------
def test_plan_schema_and_layers_can_be_asked(learnt):
    network, _ = learnt
    assert ("loss", "Squared", "the target is a number") in network.plan
    assert [(each.name, str(each.kind)) for each in network.schema.columns] == [
        ("a", "number"), ("b", "number"), ("c", "category"),
    ]  # fmt: skip
    assert str(network.schema).splitlines()[-1] == "'y'  target, number (numbers)"
    assert network.layers["hidden_1"].outputs == 64
    assert {name.partition(".")[0] for name in network.weights} <= set(network.layers)
    explicit = small()
    explicit.learn(X, X, epochs=1)
    assert explicit.schema is None


def test_the_scores_named_are_those_of_the_report_and_of_test(tmp_path):
    random = np.random.default_rng(1)
    x = random.normal(size=(200, 2))
    y = np.where(x[:, 0] > 1, "rare", "usual")
    network = gn.Network(seed=0)
    report = network.learn(x, y, epochs=5, metric=["balanced_accuracy", "log_loss"])
    assert list(report.score) == ["loss", "balanced_accuracy", "log_loss"]
    assert report.baseline["balanced_accuracy"] == 0.5
    assert report.score["log_loss"] == pytest.approx(report.score["loss"], rel=1e-5)
    assert list(gn.load(network.save(tmp_path / "box.glass")).test(x, y)) == ["loss", "balanced_accuracy", "log_loss"]


@pytest.mark.parametrize(
    ("metric", "said"), [("acurracy", "did you mean 'accuracy'"), ("mse", "mean_squared_error"), ("r2", "a class")]
)
def test_a_score_that_does_not_fit_is_refused_before_anything_is_learnt(metric, said):
    network = gn.Network(seed=0)
    with pytest.raises(SettingError, match=said):
        network.learn({"x": [1, 2, 3, 4], "y": list("abab")}, target="y", metric=metric)
    with pytest.raises(NotLearntError):
        network.predict({"x": [1]})


# -- weights of rows and classes ---------------------------------------------------------------------------------------
def test_a_class_weight_counts_the_same_in_every_mode():
    weights = {0: 1.0, 1: 2.0, 2: 5.0}
    moved = []
    for mode, rate in (("online", 1e-6), ("full-batch", 3e-6)):
        layers = [gn.Dense(3, initializer=Constant(0.0))]
        network = gn.Network(
            layers, loss="softmax log loss", optimizer=gn.GradientDescent(rate), dtype="float64", seed=0
        )
        x, classes = np.array([[1.0, 2], [3, -1], [0.5, 1]]), np.array([0, 2, 1])
        network.learn(x, classes, mode=mode, epochs=1, class_weight=weights)
        moved.append(np.concatenate([np.ravel(array) for array in network.weights.values()]))
    np.testing.assert_allclose(moved[0], moved[1], rtol=1e-4)


def test_a_row_of_weight_two_moves_the_network_as_the_row_twice():
    twice, weighted = line(), line()
    twice.learn(np.array([1.0, 2, 2]), np.array([1.0, 1, 1]), mode="full-batch", epochs=1)
    weighted.learn(np.array([1.0, 2]), np.array([1.0, 1]), mode="full-batch", epochs=1, sample_weight=[1, 2])
    np.testing.assert_allclose(twice.weights["dense_1.weights"], weighted.weights["dense_1.weights"], rtol=1e-12)


@pytest.mark.parametrize("how", [{"sample_weight": [1, 1, 0, 1, 0]}, {"class_weight": {2: 0}}])
def test_a_row_of_weight_zero_is_as_if_it_were_not_there(how):
    x, y = np.array([[1.0], [2], [9], [4], [-9]]), np.array([0, 1, 2, 1, 2])
    steps, weights = [], []
    for rows, given in ((slice(None), how), ([0, 1, 3], {})):
        network = gn.Network([gn.Dense(3)], loss="softmax log loss", dtype="float64", seed=0, classes=[0, 1, 2])
        steps.append(network.learn(x[rows], y[rows], mode="online", epochs=2, **given).steps)
        weights.append(network.weights["dense_1.weights"])
    assert steps == [6, 6]
    np.testing.assert_array_equal(*weights)


def test_weights_that_leave_nothing_are_refused():
    with pytest.raises(DataError, match="every weight is zero; expected weights that are not all zero"):
        small().learn(X, X, sample_weight=np.zeros(64))


# -- learning again ----------------------------------------------------------------------------------------------------
def test_two_calls_of_two_epochs_equal_one_of_four():
    """Adam from W = 0 at rate 0.1 on (1, 1): worked out by the formula of Kingma and Ba."""
    layers = [gn.Dense(1, bias=False, initializer=Constant(0.0))]
    network = gn.Network(layers, loss="squared", optimizer=gn.Adam(0.1), dtype="float64", seed=0)
    for start in (0, 2):
        report = network.learn(np.array([1.0]), np.array([1.0]), mode="full-batch", epochs=2)
        assert report.continued_from == start
    assert float(network.weights["dense_1.weights"][0, 0]) == pytest.approx(0.3960609394262539, rel=1e-12)


@pytest.mark.parametrize(
    ("schedule", "end"),
    [
        (gn.Cosine(0.02, steps=4, final=0.01), "0.01, by step 4"),
        (gn.Polynomial(0.02, steps=4, final=0.01), "0.01, by step 4"),
        (gn.OneCycle(0.02, steps=4, final=0.25), "0.005, by step 4"),
        (gn.Warmup(gn.Polynomial(0.02, steps=3), 1), "0, by step 4"),
        (gn.Warmup(0.02, 2), None),
        (gn.Exponential(0.02, every=1), None),
    ],
    ids=repr,
)
def test_a_call_after_the_learning_rate_has_come_to_rest_says_so(schedule, end):
    network = gn.Network([gn.Dense(1)], loss="squared", optimizer=gn.MovingAverage(gn.Adam(schedule)), seed=0)
    first = network.learn(X, X, epochs=2)  # of two steps each
    again = network.learn(X, X, epochs=1)
    assert not any("last value" in note for note in first.notes)
    said = [note for note in again.notes if "last value" in note]
    assert len(said) == (end is not None)
    assert all(f"last value, {end}, " in note for note in said)


def test_reset_forgets_and_clone_is_an_untrained_twin():
    network = small()
    network.learn(X, X, epochs=2)
    twin = network.clone()
    with pytest.raises(NotLearntError, match="learn"):
        twin.predict(X)
    first = network.predict(X)
    network.reset()
    network.learn(X, X, epochs=2)
    assert np.array_equal(network.predict(X), first)


def test_the_best_weights_are_kept_whatever_ended_the_run():
    random = np.random.default_rng(7)
    x, held = np.linspace(-1, 1, 40)[:, None], np.linspace(-0.95, 0.95, 40)[:, None]
    for limit in ({"epochs": 60}, {"time_limit": 0.3}):
        network = gn.Network([gn.Dense(64, "tanh"), gn.Dense(1)], loss="squared", optimizer=gn.Adam(0.05), seed=0)
        report = network.learn(
            x, x[:, 0] ** 2 + random.normal(size=40) / 3, validation=(held, held[:, 0] ** 2), **limit
        )
        after = network.test(held, held[:, 0] ** 2)["loss"]
        assert after == pytest.approx(min(report.validation_losses), rel=1e-6)
        assert report.validation_losses[report.best_epoch] == min(report.validation_losses)


def test_the_printed_training_loss_is_that_of_test_on_the_same_rows():
    network = small()
    report = network.learn(X, 3 * X, epochs=7)
    assert report.training_losses[-1] == pytest.approx(network.test(X, 3 * X)["loss"], rel=1e-6)


def test_the_same_seed_gives_the_same_bits():
    first, second = small(), small()
    for network in (first, second):
        network.learn(X, 3 * X, epochs=5, batch_size=7)
    assert np.array_equal(first.predict(X), second.predict(X))


# -- what it answers ---------------------------------------------------------------------------------------------------
def test_columns_are_matched_by_name_in_any_order(learnt):
    network, table = learnt
    straight = np.asarray(network.predict(table[["a", "b", "c"]]))
    for order in (["c", "b", "a"], ["y", "b", "c", "a"]):
        assert np.array_equal(straight, np.asarray(network.predict(table[order])))


def test_answers_come_in_the_users_own_types(learnt):
    network, table = learnt
    table = table.set_axis(table.index + 100)
    answers = network.predict(table.head(3))
    assert isinstance(answers, pd.Series)
    assert answers.index.tolist() == [100, 101, 102]
    assert answers.name == "y"
    assert isinstance(network.predict(pl.from_pandas(table.head(3))), pl.Series)
    assert isinstance(network.predict({"a": [1.0], "b": [2.0], "c": ["x"]}), np.ndarray)
    assert len(network.predict(table.head(0))) == 0


def test_unseen_levels_and_new_gaps_get_an_answer_and_one_counted_warning_each(learnt):
    network, _ = learnt
    with pytest.warns(gn.DataWarning) as warned:
        answers = network.predict({"a": [1.0, np.nan], "b": [2.0, 1.0], "c": ["new", "newer"], "extra": [1, 2]})
    assert np.isfinite(answers).all()
    words = [str(each.message) for each in warned]
    assert len(words) == 3
    assert any("2 values never seen" in each and "'new'" in each for each in words)
    assert any("1 missing value" in each for each in words)
    assert any("1 column" in each for each in words)
    assert all(each.filename == __file__ for each in warned)


def test_a_row_is_answered_alike_alone_and_in_company():
    random = np.random.default_rng(2)
    x = random.normal(size=(257, 6))
    y = (x[:, 0] + x[:, 1] ** 2 > 0.5).astype(int)
    layers = [gn.Dense(16), gn.BatchNorm(), "relu", gn.Dropout(0.5), gn.Dense(2)]
    network = gn.Network(layers, loss="softmax log loss", seed=0)
    network.learn(x, y, epochs=3)
    whole = network.predict_probabilities(x)
    for size in (1, 2, 64, 100):
        parts = [network.predict_probabilities(x[i : i + size]) for i in range(0, len(x), size)]
        np.testing.assert_array_equal(np.concatenate(parts), whole)


# -- the file ----------------------------------------------------------------------------------------------------------
def test_a_saved_network_answers_bit_for_bit_and_goes_on_learning(learnt, tmp_path):
    network, table = learnt
    path = network.save(tmp_path / "box.glass")
    loaded = gn.load(path)
    assert np.array_equal(np.asarray(loaded.predict(table)), np.asarray(network.predict(table)))
    assert str(loaded.plan) == str(network.plan)
    assert str(loaded.report) == str(network.report)
    assert loaded.learn(table, target="y", epochs=1).continued_from > 0


def test_a_new_process_gives_the_same_bits_and_label_types(tmp_path):
    network = gn.Network(seed=0)
    table = mixed()
    table["grade"] = np.where(table.y > 1, "high", "low")
    network.learn(table[["a", "c", "grade"]], target="grade", epochs=3)
    path = network.save(tmp_path / "box.glass")
    script = (
        f"import glassnet as gn; network = gn.load({str(path)!r}); rows = {{'a': [0.1, 2.0], 'c': ['x', 'z']}}; "
        "print(network.predict_probabilities(rows).tobytes().hex(), *network.predict(rows))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    rows = {"a": [0.1, 2.0], "c": ["x", "z"]}
    expected = [network.predict_probabilities(rows).tobytes().hex(), *network.predict(rows)]
    assert done.stdout.split() == expected


@pytest.mark.parametrize("wanted", [np.arange(6.0).reshape(2, 3).T, np.asfortranarray(np.ones((3, 2)) * [1, 2])])
def test_weights_of_any_memory_layout_are_saved_right(wanted, tmp_path):
    network = gn.Network([gn.Dense(2)], loss="squared", seed=0)
    network.learn(np.ones((4, 3)), np.ones((4, 2)), epochs=1)
    network.weights["dense_1.weights"] = wanted
    loaded = gn.load(network.save(tmp_path / "box.glass"))
    assert np.array_equal(loaded.weights["dense_1.weights"], wanted.astype(np.float32))


# -- bad input ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "ours"),
    [("lr", "optimizer="), ("random_state", "seed="), ("activation", "layers")],
)
def test_familiar_arguments_of_other_libraries_are_answered_with_ours(name, ours):
    with pytest.raises(SettingError, match=ours):
        gn.Network(**{name: 1})


@pytest.mark.parametrize(
    ("name", "ours"), [("max_epochs", "epochs="), ("label", "target="), ("validation_split", "validation=0.2")]
)
def test_familiar_arguments_of_learn_are_answered_with_ours(name, ours):
    with pytest.raises(SettingError, match=ours):
        small().learn(X, X, **{name: 1})


def test_a_missing_target_column_is_answered_with_the_nearest():
    with pytest.raises(SchemaError, match="did you mean 'price'"):
        gn.Network().learn({"prices": [1], "price": [2]}, target="prise")


def test_a_missing_column_is_named(learnt):
    network, table = learnt
    with pytest.raises(SchemaError, match="'b'"):
        network.predict(table[["a", "c"]])


def test_text_where_numbers_were_learnt_names_column_row_and_value(learnt):
    network, _ = learnt
    with pytest.raises(DataError, match=r"'a', row 2: 'tall' is no number"):
        network.predict({"a": ["1", "tall"], "b": [1, 2], "c": ["x", "y"]})


def test_one_class_only_is_refused():
    with pytest.raises(TargetError, match="one class only, 'yes'"):
        gn.Network().learn({"x": [1, 2, 3], "y": ["yes"] * 3}, target="y")


def test_nan_in_arrays_is_refused_with_row_and_column():
    x = X.copy()
    x[5, 0] = np.nan
    with pytest.raises(DataError, match="row 6"):
        small().learn(x, X)


def test_no_rows_and_a_wrong_width_are_refused():
    with pytest.raises(DataError, match="no rows"):
        small().learn(X[:0], X[:0])
    network = small()
    network.learn(X, X, epochs=1)
    with pytest.raises(DataError, match="learnt rows of shape"):
        network.predict(np.ones((3, 2)))


def test_weights_of_a_wrong_shape_or_name_are_refused():
    network = small()
    network.learn(X, X, epochs=1)
    with pytest.raises(ShapeError, match=r"\(2, 2\).*\(1, 8\)"):
        network.weights["dense_1.weights"] = np.ones((2, 2))
    with pytest.raises(KeyError, match="dense_1"):
        network.weights["dense_9.weights"] = np.ones((2, 2))


def test_a_failed_call_changes_nothing():
    network = small()
    network.learn(X, 3 * X, epochs=5)
    before = network.predict(X)
    for wrong in (lambda: network.learn(X, 3 * X[:-1]), lambda: network.learn(np.ones((3, 2)), np.ones(3))):
        with pytest.raises(DataError):
            wrong()
    assert np.array_equal(network.predict(X), before)


def test_a_negative_learning_rate_and_a_missing_loss_are_refused():
    with pytest.raises(SettingError, match="learning_rate"):
        gn.Adam(-0.1)
    with pytest.raises(SettingError, match="needs a loss"):
        gn.Network([gn.Dense(1)])


def test_a_network_says_what_it_is():
    network = small()
    assert repr(network) == "Network(layers, seed=0)\nlearnt nothing yet"
    network.learn(X, X, epochs=2)
    assert repr(network).endswith("learnt 4 steps")


@pytest.mark.parametrize(
    ("layers", "loss", "targets", "message"),
    [
        ([gn.Dense(2)], "softmax log loss", [0, 1, 2], r"3 classes for a network of 2 outputs.*gn.Dense\(3\)"),
        ([gn.Dense(1)], "binary log loss", [0, 1, 2], "row 3 of the targets holds 2; .*softmax log loss"),
        ([gn.Dense(2)], "softmax log loss", [[0.5, 0.5], [0.9, 0.9], [1, 0]], "no row of probabilities"),
    ],
)
def test_targets_outside_the_domain_of_a_loss_are_refused(layers, loss, targets, message):
    network = gn.Network(layers, loss=loss, seed=0)
    with pytest.raises(TargetError, match=message):
        network.learn(np.arange(3.0), targets, epochs=1)
    with pytest.raises(NotLearntError):
        network.predict(X)


def test_a_final_softmax_or_sigmoid_under_its_log_loss_is_applied_once_and_said():
    random = np.random.default_rng(2)
    x = random.normal(size=(60, 3))
    for y, bare, doubled, loss in (
        (np.arange(60) % 3, [gn.Dense(3)], [gn.Dense(3), "softmax"], "softmax log loss"),
        (np.arange(60) % 2, [gn.Dense(1)], [gn.Dense(1, "sigmoid", initializer="glorot-uniform")], "binary log loss"),
    ):
        answers = []
        for layers in (bare, doubled):
            network = gn.Network(layers, loss=loss, seed=0)
            network.learn(x, y, epochs=3)
            answers.append(network.predict_probabilities(x))
        assert np.array_equal(*answers)
        assert "it brings the final" in str(network.plan)


@pytest.mark.parametrize(
    ("loss", "outputs", "said"), [("softmax log loss", 2, "SoftmaxLogLoss"), (None, 1, "BinaryLogLoss")]
)
def test_a_plan_for_two_classes_has_the_outputs_that_its_loss_needs(loss, outputs, said):
    table = {"a": np.linspace(-1, 1, 120), "side": np.where(np.linspace(-1, 1, 120) > 0.2, "right", "left")}
    network = gn.Network(loss=loss, seed=0)
    report = network.learn(table, target="side", epochs=30)
    probabilities = network.predict_probabilities(table)
    assert network.weights["linear.bias"].shape[1:] == (outputs,)
    assert said in str(network.plan)
    assert probabilities.shape == (120, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    assert report.score["accuracy"] > 0.9


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_a_list_of_layers_that_begins_with_an_embedding_takes_whole_numbers(engine, tmp_path):
    words = np.arange(60)[:, None] % 3
    layers = [gn.Embedding(3, 4), gn.Flatten(), gn.Dense(1)]
    network = gn.Network(layers, loss="squared", optimizer=gn.Adam(0.05), engine=engine, seed=0)
    report = network.learn(words, words[:, 0] ** 2, epochs=60)
    assert report.score["r2"] > 0.99
    network.save(tmp_path / "words.glass")
    for box in (network, gn.load(tmp_path / "words.glass", engine=engine)):
        np.testing.assert_array_equal(box.predict(words[2:3].astype(float)), box.predict(words)[2:3])
        step = box.online()
        assert step(words[1], 1.0) < 0.1
        for wrong, said in ([1.5], r"row 1, column 1 is 1\.5, which int64 cannot hold"), ([3], "outside 0 to 2"):
            for call, arguments in (box.predict, [[wrong]]), (step, [wrong, 1.0]), (box.learn, [[wrong], [1.0]]):
                with pytest.raises(DataError, match=said):
                    call(*map(np.array, arguments))


def test_classes_given_beforehand_answer_the_prior_and_learn_an_example_at_a_time(tmp_path):
    network = gn.Network(classes=["a", "b"], seed=0)
    assert network.predict_probabilities([[0.1, 0.2]]).tolist() == [[0.5, 0.5]]
    assert list(network.labels) == ["a", "b"]
    for i in range(200):
        network.learn([i % 2, 1.0], "ab"[i % 2])
    assert network.predict([[0, 1.0], [1, 1.0]]).tolist() == ["a", "b"]
    with pytest.raises(TargetError, match="the class 'c' was not learnt"):
        network.learn([2, 1.0], "c")
    loaded = gn.load(network.save(tmp_path / "stream.glass"))
    assert loaded.predict([[0, 1.0], [1, 1.0]]).tolist() == ["a", "b"]
    with pytest.raises(SettingError, match="at least two classes"):
        gn.Network(classes=["a"])
    with pytest.raises(SettingError, match="classes of a table are read from it"):
        gn.Network(classes=["a", "b"]).learn({"x": [1, 2], "y": ["a", "b"]}, target="y")


@pytest.mark.parametrize(
    ("given", "classes"), [(["b", "a"], ["c", "b", "a"]), ([3, 1], [2, 3, 1]), (["3", "1"], ["2", "3", "1"])]
)
def test_layers_laid_out_learn_a_table_with_classes_that_no_row_of_it_has(given, classes):
    table = {"x": [0.0, 1.0] * 20, "y": given * 20}
    network = gn.Network([gn.Dense(3)], loss="softmax log loss", optimizer=gn.Adam(0.1), seed=0, classes=classes)
    network.learn(table, target="y", epochs=50)
    assert list(network.labels) == classes
    assert network.predict({"x": [0.0, 1.0]}).tolist() == given
    chances = network.predict_probabilities({"x": [0.0, 1.0]})
    assert chances[:, 0].max() < 0.1
    assert chances.argmax(axis=1).tolist() == [classes.index(each) for each in given]
    network.learn({"x": [5.0] * 4, "y": classes[:1] * 4}, target="y", epochs=100)
    assert network.predict({"x": [5.0]}).tolist() == classes[:1]


def test_classes_given_for_a_table_must_be_all_of_one_target():
    laid_out = {"loss": "softmax log loss", "classes": ["a", "b"], "seed": 0}
    table = {"x": [0.0, 1.0, 2.0] * 8, "y": ["a", "b", "c"] * 8}
    with pytest.raises(TargetError, match="the target 'y' holds 'c', and the classes given are 'a', 'b'"):
        gn.Network([gn.Dense(2)], **laid_out).learn(table, target="y")
    with pytest.raises(TargetError, match="and the target 'y' is a number"):
        gn.Network([gn.Dense(1)], **{**laid_out, "loss": "squared"}).learn({"x": table["x"], "y": [0.5, 1.5, 9.0] * 8},
                                                                          target="y")  # fmt: skip


def test_threads_are_checked_and_change_no_answer_beyond_rounding():
    with pytest.raises(SettingError, match="threads=0"):
        gn.Network(threads=0)
    answers = []
    for threads in (1, 2):
        network = small(threads=threads)
        network.learn(X, 3 * X, epochs=3)
        answers.append(network.predict(X))
    np.testing.assert_allclose(*answers, rtol=1e-5, atol=1e-6)
