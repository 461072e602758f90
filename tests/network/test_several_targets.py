"""Several targets of different kinds in one network: what is learnt, scored and answered, with gaps in some of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

import glassnet as gn
from glassnet.errors import DataError, SettingError, TargetError
from glassnet.metrics import calibration_error

ROWS = 90
RANDOM = np.random.default_rng(5)
SIZE, AGE = RANDOM.normal(size=ROWS), RANDOM.normal(size=ROWS)
PRICE = (2 * SIZE - AGE).round(3)
SOLD = np.where(SIZE > AGE, "yes", "no").astype(object)
GRADE = np.array(["low", "middle", "high"], object)[np.digitize(SIZE + AGE, [-1, 1])]
ORDER = {"grade": "ordered: low < middle < high"}
NAMES = ("price", "sold", "grade")


def table(**changed):
    """A table of two inputs and three targets, some of its columns changed."""
    columns = {"size": SIZE, "age": AGE, "price": PRICE, "sold": SOLD, "grade": GRADE} | changed
    return {name: list(values) for name, values in columns.items()}


def with_gaps(values, *rows):
    return [None if row in rows else value for row, value in enumerate(values)]


@pytest.fixture(scope="module")
def network():
    """A network of three targets; the first three rows lack one each, and the fourth all."""
    made = gn.Network(seed=0, columns=ORDER)
    gaps = {"price": with_gaps(PRICE, 0, 3), "sold": with_gaps(SOLD, 1, 3), "grade": with_gaps(GRADE, 2, 3)}
    made.learn(table(**gaps), target=NAMES, epochs=30)
    return made


def test_each_target_is_learnt_by_its_kind_and_scored_beside_its_baseline(network):
    report = network.report
    assert [choice[:2] for choice in network.plan if choice.what.startswith("target")] == [
        ("target price", "regression"), ("target sold", "binary"), ("target grade", "ordinal"),
    ]  # fmt: skip
    assert "Several of Squared, BinaryLogLoss, Ordinal" in str(network.plan)
    better = {"price r2": 0.8, "sold accuracy": 0.85, "grade accuracy": 0.75}
    for name, least in better.items():
        assert report.score[name] > least > report.baseline[name]
        assert report.ranges[name][0] < report.score[name] < report.ranges[name][1]
    assert next(iter(report.score)) == "loss"
    assert report.training_losses[0] == pytest.approx(1, abs=0.1)  # of each target what the plain average leaves


def test_rows_with_some_targets_are_learnt_from_and_rows_without_any_are_counted(network):
    notes = network.report.notes
    assert "1 row without the target 'price' learns the others" in notes
    assert "1 row without a target is left out" in notes
    assert "scores are those of 89 rows, each answered by members that did not see it" in notes


def test_baselines_are_those_of_the_rows_that_have_the_target(network):
    known = [label for row, label in enumerate(SOLD) if row not in (1, 3)]
    share = max(known.count("yes"), known.count("no")) / len(known)
    assert network.report.baseline["sold accuracy"] == pytest.approx(share)


def test_answers_come_by_target_in_the_types_that_were_given(network):
    asked = table()
    answers = network.predict(asked)
    assert list(answers) == list(NAMES)
    assert (answers["sold"] == SOLD).mean() > 0.9
    assert np.corrcoef(answers["price"], PRICE)[0, 1] > 0.95
    frame = pd.DataFrame({"size": SIZE, "age": AGE}, index=np.arange(ROWS) + 7)
    framed = network.predict(frame)
    assert list(framed.columns) == list(NAMES)
    assert (framed.index == frame.index).all()
    assert framed["grade"].tolist() == answers["grade"].tolist()
    assert network.predict(pl.DataFrame({"size": SIZE, "age": AGE}))["sold"].to_list() == answers["sold"].tolist()


def test_probabilities_come_by_target_in_the_order_of_its_classes(network):
    assert network.labels == {"sold": ("no", "yes"), "grade": ("low", "middle", "high")}
    chances = network.predict_probabilities(table())
    assert list(chances) == ["sold", "grade"]
    assert chances["grade"].shape == (ROWS, 3)
    for name, each in chances.items():
        np.testing.assert_allclose(each.sum(axis=1), 1, rtol=1e-5)
        assert (np.array(network.labels[name])[each.argmax(axis=1)] == network.predict(table())[name]).all()


def test_numbers_have_intervals_and_classes_are_chosen_for_a_score(network):
    ends = network.predict(table(), interval=0.9)
    assert list(ends) == ["price", "price low", "price high", "sold", "grade"]
    assert (ends["price"] == network.predict(table())["price"]).all()
    assert 0.8 < ((ends["price low"] <= PRICE) & (ends["price high"] >= PRICE)).mean() <= 1
    decided, likeliest = network.predict(table(), decide="balanced_accuracy"), network.predict(table())
    assert list(decided) == list(NAMES)
    commonest = [(each["grade"] == "middle").sum() for each in (decided, likeliest)]
    assert commonest[0] < commonest[1]  # rarer classes are given more of the rows
    assert (decided["price"] == likeliest["price"]).all()


def test_a_test_scores_the_rows_that_have_the_target(network):
    scores = network.test(table(sold=[None] * ROWS))
    assert list(scores) == [
        "loss",
        *(f"price {name}" for name in ("r2", "root_mean_squared_error", "mean_absolute_error")),
        "grade accuracy",
    ]
    assert scores["price r2"] == network.test(table())["price r2"]


def test_batches_are_answered_and_scored_as_rows_in_memory_are(network):
    def batches():
        return ({name: values[start : start + 40] for name, values in table().items()} for start in (0, 40, 80))

    answers, whole = (network.predict(rows, interval=0.9) for rows in (batches, table()))
    assert list(answers) == list(whole)
    np.testing.assert_allclose(answers["price high"], whole["price high"], rtol=1e-4)  # rows are summed in two ways
    assert (answers["grade"] == whole["grade"]).all()
    assert network.predict_probabilities(batches)["grade"].shape == (ROWS, 3)
    assert network.test(batches) == pytest.approx(network.test(table()), rel=1e-6)


def test_a_file_keeps_all_of_it(network, tmp_path):
    again = gn.load(network.save(tmp_path / "box.glass"))
    assert again.labels == network.labels
    assert again.report == network.report
    ends = again.predict(table(), interval=0.8)
    assert (ends["price high"] == network.predict(table(), interval=0.8)["price high"]).all()
    for name, values in again.predict(table()).items():
        assert (values == network.predict(table())[name]).all()


def test_a_noisy_and_a_clean_target_are_each_as_sure_as_they_are_right():
    def rows(seed, count):
        random = np.random.default_rng(seed)
        x, y, z = random.normal(size=(3, count))
        noisy = (x > 0) ^ (random.uniform(size=count) < 0.3)
        return {"x": x, "y": y, "z": z, "noisy": noisy.astype(int), "clean": (y + z > 0).astype(int)}

    made, new = gn.Network(seed=0), rows(1, 2000)
    made.learn(rows(0, 400), target=["noisy", "clean"], epochs=60)
    found = made.predict_probabilities(new)
    errors = {name: calibration_error(new[name], found[name]) for name in found}
    assert errors["noisy"] < 0.07
    assert errors["clean"] < 0.02  # where a temperature of 1 for both leaves it above


def test_learning_goes_on_and_one_example_at_a_time(tmp_path):
    network = gn.Network(seed=0, columns=ORDER)
    network.learn(table(), target=NAMES, epochs=1)
    network.learn(table(), epochs=1)
    row = {"size": 0.5, "age": 0.1}
    step = network.online()
    first = step(row, {"price": 9.0, "sold": None, "grade": "low"})
    for _ in range(30):
        last = step(row, {"price": 9.0, "sold": None, "grade": "low"})
    assert last < first
    step.learn_one(row, {"price": 9.0, "sold": "no", "grade": "low"})
    assert step.predict_one(row) == {name: values.tolist()[0] for name, values in network.predict(row).items()}
    assert list(step.predict_proba_one(row)["grade"]) == ["low", "middle", "high"]
    with pytest.raises(TargetError, match="the example has no target"):
        step(row, {"price": None, "sold": None, "grade": None})


def test_numbers_alone_come_as_an_array_with_gaps_and_without():
    for gap in ((), (4, 5)):
        network = gn.Network(seed=0)
        asked = table(other=with_gaps(AGE * 3, *gap))
        network.learn(asked, target=["price", "other"], epochs=1)
        assert network.predict(asked).shape == (ROWS, 2)
        assert network.predict(asked, interval=0.9).shape == (ROWS, 6)
        assert network.labels is None


def test_truth_values_of_labels_are_several_targets():
    tags = np.column_stack([SIZE > 0, AGE > 0, SIZE > AGE])
    network = gn.Network(seed=0)
    network.learn(np.column_stack([SIZE, AGE]), tags.astype(int), epochs=40)
    answers = network.predict(np.column_stack([SIZE, AGE]))
    assert answers.shape == (ROWS, 3)
    assert (answers == tags).mean() > 0.9


def test_layers_laid_out_by_hand_take_a_loss_for_each_target():
    loss = gn.Several([gn.Squared(), gn.BinaryLogLoss(), gn.Ordinal()], widths=(1, 1, 2))
    layers = [gn.Dense(16, "tanh"), gn.Dense(4)]
    network = gn.Network(layers, loss=loss, optimizer=gn.Adam(0.02), columns=ORDER, seed=0)
    report = network.learn(table(price=with_gaps(PRICE, *range(10))), target=NAMES, epochs=60)
    assert report.score["price r2"] > 0.8
    assert report.score["grade accuracy"] > 0.8
    assert set(network.predict(table())) == set(NAMES)


def test_balanced_classes_of_one_target_weigh_its_loss_alone():
    rare = np.where(np.arange(ROWS) % 10 == 0, "rare", "common").astype(object)
    loss = gn.Several([gn.Squared(), gn.BinaryLogLoss()])
    columns = {"size": SIZE, "price": PRICE, "kind": rare}

    def learnt(**settings):
        network = gn.Network([gn.Dense(2)], loss=loss, optimizer=gn.GradientDescent(0.5), seed=0)
        network.learn(columns, target=["price", "kind"], mode="full-batch", epochs=300, **settings)
        return network

    plain, all_, one = learnt(), learnt(class_weight="balanced"), learnt(class_weight={"kind": "balanced"})
    assert plain.predict_probabilities(columns)["kind"][:, 1].mean() == pytest.approx(0.1, abs=0.03)
    balanced = all_.predict_probabilities(columns)["kind"][:, 1].mean()
    assert balanced == pytest.approx(0.5, abs=0.05)
    assert one.predict_probabilities(columns)["kind"][:, 1].mean() == balanced
    np.testing.assert_allclose(all_.predict(columns)["price"], plain.predict(columns)["price"], rtol=1e-4)


# -- what is refused ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"price": "balanced"}, "the target 'price' is a number, not a class"),
        ({"solt": "balanced"}, "no target is 'solt'.*'sold'"),
        ({"sold": {"maybe": 2}}, "no class is 'maybe'; the classes are 'no', 'yes'"),
        ({"sold": {"yes": -2}}, r"class 'yes' has the weight -2"),
    ],
)
def test_weights_of_classes_that_are_not_there_are_named(settings, said):
    with pytest.raises(SettingError, match=said):
        gn.Network(seed=0).learn(table(), target=["price", "sold"], epochs=1, class_weight=settings)


def test_what_is_not_known_of_several_targets_is_said(network):
    with pytest.raises(SettingError, match="decide='f3': expected one of 'f1_macro'"):
        network.predict(table(), decide="f3")
    words = gn.Network(seed=0)
    words.learn(table(), target=["sold", "grade"], epochs=1)
    with pytest.raises(SettingError, match="interval= is for numbers; the target is a class"):
        words.predict(table(), interval=0.9)


def test_targets_that_cannot_be_learnt_are_named():
    with pytest.raises(TargetError, match="the target 'sold' holds one class only, 'yes'"):
        gn.Network(seed=0).learn(table(sold=["yes"] * ROWS), target=["price", "sold"], epochs=1)
    with pytest.raises(SettingError, match="'price' is there twice"):
        gn.Network(seed=0).learn(table(), target=["price", "price"], epochs=1)
    with pytest.raises(TargetError, match=r"a loss for each of 1 targets, and 2 targets: 'price', 'sold'"):
        gn.Network(seed=0, loss=gn.Several([gn.Squared()])).learn(table(), target=["price", "sold"], epochs=1)
    wide = gn.Several([gn.Squared(), gn.SoftmaxLogLoss()], widths=(1, 3))
    with pytest.raises(
        TargetError, match="'sold' has 2 classes, and its loss answers for 3; give its part 1 output less"
    ):
        gn.Network([gn.Dense(4)], seed=0, loss=wide).learn(table(), target=["price", "sold"], epochs=1)
    with pytest.raises(TargetError, match=r"the target 'sold' is a category .*gn\.Several with a loss for each"):
        gn.Network(seed=0, loss="squared").learn(table(), target=["price", "sold"], epochs=1)


def test_a_level_that_is_not_in_the_order_is_named():
    with pytest.raises(
        DataError, match=r"column 'grade', row \d+: 'high' is not in the order that was given, low < mi"
    ):
        gn.Network(seed=0, columns={"grade": "ordered: low < middle"}).learn(table(), target="grade", epochs=1)
    with pytest.raises(TargetError, match=r"'grade' holds words, and the loss is one of classes in order; say it"):
        gn.Network(seed=0, loss="ordinal").learn(table(), target="grade", epochs=1)
