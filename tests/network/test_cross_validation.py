"""Rows held out by time and by group, and networks learnt and scored in turns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import glassnet as gn
from glassnet.errors import DataError, NotLearntError, SettingError

RANDOM = np.random.default_rng(5)
LINE = {"x": np.arange(60.0), "day": np.arange(60) // 2, "who": [f"p{i % 6}" for i in range(60)]}
LINE["y"] = 3 * LINE["x"] - 5


def small():
    return gn.Network([gn.Dense(1)], loss="squared", optimizer=gn.Adam(0.05), seed=0)


def test_validation_by_time_and_by_group_says_which_rows():
    network = small()
    report = network.learn(LINE, target="y", validation=gn.ByTime("day", 0.2), epochs=5)
    assert "12 rows of 60 are held out, from 'day' 24 on" in report.notes
    assert "scores are those of 12 rows held out" in report.notes
    report = small().learn(LINE, target="y", validation=gn.ByGroup("who", 0.3), epochs=5)
    assert "20 rows of 60 are held out, 2 of 6 groups of 'who'; no group is on both sides" in report.notes


def test_encoders_see_no_row_that_is_held_out():
    table = {"x": np.r_[np.zeros(30), np.ones(30), np.full(20, 1e6)], "day": np.arange(80)}
    table["y"] = np.arange(80) % 2
    network = small()
    report = network.learn(table, target="y", validation=gn.ByTime("day", 0.25), keep="last", epochs=1)
    assert "20 rows held out" in str(report)
    weights = network.weights["dense_1.weights"].copy()
    rest = {name: np.asarray(values)[:60] for name, values in table.items()}
    alone = small()
    alone.learn(rest, target="y", epochs=1)
    np.testing.assert_array_equal(weights, alone.weights["dense_1.weights"])


def test_an_ensemble_parts_no_group_by_its_folds():
    """A column names the group, whose target is its own: rows of a group known to a member would tell it at once."""
    who = np.repeat(np.arange(40), 6)
    value = RANDOM.normal(size=40)[who]
    table = {"who": [f"p{each}" for each in who], "noise": RANDOM.normal(size=240), "y": value}
    parted = gn.Network(seed=0).learn(table, target="y", epochs=20)
    whole = gn.Network(seed=0).learn(table, target="y", epochs=20, validation=gn.ByGroup("who", share=0))
    assert parted.score["r2"] > 0.5
    assert whole.score["r2"] < 0.2
    assert "no group of 'who' is parted by folds" in whole.notes


def test_each_row_is_scored_once_by_a_network_that_did_not_learn_it():
    result = gn.cross_validate(small(), LINE, target="y", folds=4, epochs=300)
    assert [(turn.learnt, turn.scored) for turn in result.turns] == [(45, 15)] * 4
    assert result.means["r2"] > 0.99
    scores = [turn.scores["r2"] for turn in result.turns]
    assert result.errors["r2"] == pytest.approx(np.std(scores, ddof=1) / 2)
    text = str(result)
    assert "standard error" in text
    assert "r2" in text


def test_the_network_is_left_as_it_is():
    network = small()
    gn.cross_validate(network, LINE, target="y", folds=2, epochs=1)
    with pytest.raises(NotLearntError):
        network.predict(LINE)


RARE = "not learnt in turn {turn} of {turns}, whose scores leave 1 row of it out; add rows of it"


@pytest.mark.parametrize("layers", [None, [gn.Dense(3)]], ids=["designed", "laid out"])
@pytest.mark.parametrize("tabled", [False, True], ids=["array", "table"])
def test_a_class_that_a_turn_does_not_learn_is_named_with_its_rows_and_the_turn(layers, tabled):
    x = RANDOM.normal(size=(61, 2))
    y = np.array(["a", "b", "b"] * 20 + ["only once"])
    network = gn.Network(layers, loss=layers and "softmax log loss", seed=0)
    result = gn.cross_validate(network, pd.DataFrame(x, columns=["u", "v"]) if tabled else x, y, folds=2, epochs=2)
    assert sorted(turn.scored for turn in result.turns) == [30, 30]
    (turn,) = [i for i, turn in enumerate(result.turns, 1) if turn.learnt == 30]
    (note,) = result.notes
    assert note.startswith(f"class 'only once' has 1 row: {RARE.format(turn=turn, turns=2)}")


def test_a_class_of_fewer_rows_than_turns_is_named_and_many_are_told_together():
    y = ["a", "b"] * 20
    y[7] = y[27] = "two"
    table = {"x": np.arange(40.0), "y": y}
    network = gn.Network([gn.Dense(3)], loss="softmax log loss", seed=0)
    assert gn.cross_validate(network, table, target="y", folds=4, epochs=1).notes == (
        "class 'two' has 2 rows for 4 turns: 2 of them scored none; give folds=2, add rows of it, join it with another "
        "class, or leave it out",
    )
    table["y"] = [f"rare {i}" if i < 7 else each for i, each in enumerate(y)]
    notes = gn.cross_validate(gn.Network(seed=0), table, target="y", folds=2, epochs=1).notes
    assert [note.split(":")[0] for note in notes[:5]] == [f"class 'rare {i}' has 1 row" for i in range(5)]
    assert notes[5:] == ("likewise 2 other classes",)


def test_turns_that_cannot_learn_or_score_are_named_with_their_classes():
    table = {"t": np.arange(30), "x": np.arange(30.0), "y": ["a"] * 10 + ["b"] * 10 + ["a"] * 10}
    network = gn.Network([gn.Dense(2)], loss="softmax log loss", seed=0)
    with pytest.raises(DataError, match="turn 1: all of the 10 rows to learn from are of class 'a'"):
        gn.cross_validate(network, table, target="y", folds=2, by=gn.ByTime("t"), epochs=1)
    table["y"] = ["a", "b"] * 10 + ["c"] * 10
    with pytest.raises(DataError, match="turn 2: none of the 10 rows to score is of a class that is learnt; they are"):
        gn.cross_validate(network, table, target="y", folds=2, by=gn.ByTime("t"), epochs=1)


def test_turns_by_time_learn_from_the_past_alone():
    """A jump in the last fifth: whoever had seen a row of it would foretell the others."""
    table = {"t": np.arange(50), "y": np.where(np.arange(50) < 40, 0.0, 100.0) + np.arange(50) % 2}
    result = gn.cross_validate(
        small(), table, target="y", folds=4, by=gn.ByTime("t"), epochs=1, metric="mean_absolute_error"
    )
    assert [(turn.learnt, turn.scored) for turn in result.turns] == [(10, 10), (20, 10), (30, 10), (40, 10)]
    assert result.turns[-1].scores["mean_absolute_error"] > 90


def test_turns_by_group():
    result = gn.cross_validate(small(), LINE, target="y", folds=3, by=gn.ByGroup("who"), epochs=1)
    assert [turn.scored for turn in result.turns] == [20, 20, 20]
    assert "note: turn 2, who: 20 values never seen when learnt" in str(result)
    with pytest.raises(SettingError, match="folds=7: there are 6 groups of 'who'; expected at most as many folds"):
        gn.cross_validate(small(), LINE, target="y", folds=7, by=gn.ByGroup("who"))


def test_arrays_weights_and_rows_without_a_target():
    x = RANDOM.normal(size=(40, 3))
    y = x @ [1.0, -2.0, 0.5]
    weights = np.r_[np.zeros(10), np.ones(30)]
    result = gn.cross_validate(small(), x, y, folds=3, sample_weight=weights, epochs=200)
    assert [turn.scored for turn in result.turns] == [10, 10, 10]
    gaps = {"x": x[:, 0], "y": np.r_[np.nan, x[1:, 0]]}
    assert gn.cross_validate(small(), gaps, target="y", folds=3, epochs=1).notes == ("1 row without a target left out",)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"folds": 1}, "folds=1: expected a whole number of at least 2"),
        ({"folds": gn.ByGroup("who")}, "expected a whole number of at least 2; how rows are held out is by=ByGroup"),
        ({"folds": 61}, "folds=61: there are 60 rows"),
        ({"by": "who"}, "by='who': expected gn.ByTime"),
        ({"by": gn.ByTime("day"), "folds": 40}, "'day' holds 30 times"),
        ({"epoch": 3}, "learn has no argument 'epoch'; did you mean 'epochs'"),
    ],
)
def test_wrong_settings_are_answered(settings, expected):
    with pytest.raises(SettingError, match=expected):
        gn.cross_validate(small(), LINE, target="y", **settings)


def test_a_run_that_was_divided_goes_on_from_its_checkpoint(tmp_path):
    def stop(moment):
        if moment.epochs == 3:
            raise RuntimeError("enough")

    wished = {"target": "y", "validation": gn.ByGroup("who", 0.3), "epochs": 6}
    whole = small()
    whole.learn(LINE, **wished)
    with pytest.raises(RuntimeError, match="enough"):
        small().learn(LINE, **wished, callbacks=[stop], checkpoint=gn.Checkpoint(tmp_path / "run.glass", steps=1))
    resumed = gn.Network.resume(tmp_path / "run.glass")
    resumed.learn(LINE, target="y")
    np.testing.assert_array_equal(resumed.predict(LINE), whole.predict(LINE))


def test_a_column_that_is_called_as_the_targets_is_not_lost():
    table = {"target": np.arange(40.0), "other": np.ones(40)}
    with pytest.raises(DataError, match="has a column 'target', which is what the targets beside it are called"):
        gn.Network(seed=0).learn(table, np.arange(40.0))
    report = small().learn(table, {"y": np.arange(40.0)}, epochs=300)
    assert report.score["r2"] > 0.9
