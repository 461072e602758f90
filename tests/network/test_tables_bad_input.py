"""Tables that are hard to learn from: a network that designs itself learns them, or says in words why it cannot."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import glassnet as gn
from glassnet.errors import DataError, DataWarning, NotLearntError, SchemaError, TargetError


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ({"a": [1.0] * 60, "b": ["x"] * 60, "y": [*range(60)]}, {"a": "number", "b": "category"}),
        ({"a": [1.0] * 50 + [2.0] * 10, "b": ["x"] * 50 + ["z"] * 10, "y": [*range(50), *[None] * 10]}, {}),
    ],
    ids=["told", "in the rows with a target"],
)
def test_columns_that_hold_one_value_where_there_is_a_target_are_named(table, columns):
    network = gn.Network(seed=0, columns=columns)
    with pytest.raises(
        DataError, match=r"each column holds one value throughout the \d0 rows to learn from \('a', 'b'"
    ):
        network.learn(table, target="y")
    with pytest.raises(NotLearntError):
        network.predict(table)


RANDOM = np.random.default_rng(0)
A, COLOUR = RANDOM.normal(size=200), RANDOM.choice(["red", "blue", "green"], 200)
TABLE = {"a": A, "colour": COLOUR, "y": 2 * A + (COLOUR == "red")}
CLASSES = {"a": A, "y": np.where(A > 0.5, "p", np.where(A < -0.5, "q", "s"))}


def learnt(table=TABLE, target="y", network=None, **settings):
    """A network that designed itself, and its report."""
    network = network or gn.Network(seed=0)
    return network, network.learn(table, target=target, **{"epochs": 6, **settings})


@pytest.mark.parametrize("rows", [2, 3, 5])
@pytest.mark.parametrize("known", [[0.0, 1.5, 3.0, 2.0, 5.0], ["p", "q", "p", "q", "p"]], ids=["numbers", "classes"])
def test_fewer_rows_than_folds_have_a_fold_each(rows, known):
    table = {"a": [float(i * i) for i in range(rows)], "y": known[:rows]}
    network, report = learnt(table)
    assert f"scores are those of {rows} rows, each answered by members that did not see it" in report.notes
    groups = 3 if isinstance(known[0], str) else 4
    assert any(each.choice.startswith(f"{groups * rows} members: {rows} folds") for each in network.plan)
    assert len(network.predict(table)) == rows


@pytest.mark.parametrize("many", [60, 1500])
def test_a_class_of_one_row_is_in_one_fold_and_said(many):
    table = {"a": np.linspace(-1, 1, 2 * many + 1), "y": ["p"] * many + ["q"] * many + ["z"]}
    network, report = learnt(table)
    assert "class 'z' has one row: it is learnt from, and cannot be validated" in report.notes
    assert list(network.labels) == ["p", "q", "z"]
    assert np.isfinite(report.score["loss"])


def test_one_row_a_class_is_refused():
    with pytest.raises(TargetError, match="30 different values in 30 rows"):
        learnt({"a": A[:30], "y": [f"class {i}" for i in range(30)]})


def test_one_class_alone_in_999_of_1000_rows_is_learnt_with_its_rare_one():
    table = {"a": np.r_[RANDOM.normal(size=2997), [9.0, 9.1, 9.2]], "y": ["no"] * 2997 + ["yes"] * 3}
    network, report = learnt(table)
    assert report.baseline["accuracy"] == pytest.approx(0.999)
    chances = network.predict_probabilities({"a": [0.0, 9.1]})
    assert chances[1, 1] > chances[0, 1]


def test_a_target_under_another_name_and_an_identifier_are_named():
    table = {**TABLE, "twin": 3 * TABLE["y"] + 1, "id": [f"row {i}" for i in range(200)]}
    _, report = learnt(table)
    assert any(note.startswith("column 'twin' is the target 'y' in other words") for note in report.notes)
    assert any(note.startswith("column 'id' is left out: every value is different") for note in report.notes)


@pytest.mark.parametrize("odd", [np.inf, -np.inf, np.nan, 1e300])
def test_odd_numbers_leave_the_answers_finite(odd):
    odd_table = {**TABLE, "a": np.where(np.arange(200) % 40 == 3, odd, A)}
    network, _ = learnt(odd_table)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # which counts the infinite ones
        assert np.isfinite(network.predict(odd_table)).all()


def test_rows_of_weight_0_are_as_left_out():
    weights = (np.arange(200) % 3 > 0).astype(float)
    whole, _ = learnt(sample_weight=weights)
    cut, _ = learnt({name: column[weights > 0] for name, column in TABLE.items()})
    np.testing.assert_array_equal(whole.predict(TABLE), cut.predict(TABLE))


@pytest.mark.parametrize("validation", [0.2, (TABLE,)], ids=["share", "table"])
def test_rows_to_validate_on_are_what_the_score_is_of(validation):
    _, report = learnt(validation=validation)
    rows = 40 if validation == 0.2 else 200
    assert report.notes[-1] == f"scores are those of {rows} rows held out"


def test_a_few_rows_more_change_no_answer_far_from_them():
    network, _ = learnt(epochs=60)
    before = network.predict(TABLE)
    report = network.learn({"a": [0.1], "colour": ["violet"], "y": [0.3]}, epochs=1)
    assert any("1 value never seen when learnt ('violet')" in note for note in report.notes)
    np.testing.assert_allclose(network.predict(TABLE), before, atol=0.2)


def test_a_step_on_one_row_gives_its_loss_and_moves_its_answer():
    network, _ = learnt(epochs=60)
    row, step = {"a": 0.5, "colour": "red"}, network.online()
    many = {name: [value] for name, value in row.items()}
    loss = network.test({**many, "y": [-2.0]})["loss"]
    before = network.predict(many)[0]
    assert step(row, -2.0) == pytest.approx(loss, rel=0.05)
    assert network.predict(many)[0] != before


@pytest.mark.parametrize(
    ("table", "settings"),
    [
        (TABLE, {"dtype": "float64"}),
        (CLASSES, {"engine": "reference"}),
        (TABLE, {"loss": "absolute"}),
        (TABLE, {"loss": "quantile"}),
        ({**TABLE, "y": np.abs(TABLE["y"]).round()}, {"loss": "Poisson"}),
        (CLASSES, {"loss": "softmax log loss"}),
        (TABLE, {"optimizer": "Adam"}),
        (TABLE, {"optimizer": "LBFGS"}),
    ],
)
def test_what_is_asked_for_takes_its_place_in_the_plan(table, settings):
    network, report = learnt(table, network=gn.Network(seed=0, **settings), epochs=20)
    measure = "r2" if "r2" in report.score else "accuracy"
    assert report.score[measure] > report.baseline[measure]
    assert len(network.predict(table)) == 200


def test_several_targets_of_numbers_are_learnt_together():
    network, report = learnt({**TABLE, "z": A**2}, target=["y", "z"], epochs=60)
    assert np.shape(network.predict(TABLE)) == (200, 2)
    assert report.score["r2"] > 0.8


def test_a_frame_without_columns_is_said_to_have_none():
    with pytest.raises(SchemaError, match=r"no column 'y' \(it has no columns\)"):
        gn.Network(seed=0).learn(pd.DataFrame(index=range(5)), target="y")
