"""What a stream keeps: its score, its alarm, and the rows that are learnt again."""

from __future__ import annotations

import json

import numpy as np
import pytest

from glassnet.stream import DriftAlarm, Kept, Recent, Refused, Score


# -- the score ---------------------------------------------------------------------------------------------------------
def test_the_share_wrong_stands_beside_that_of_the_majority_so_far():
    score = Score(of_classes=True)
    assert str(score) == "no row answered yet"
    assert (score.error, score.plain, score.begun) == (None, None, False)
    score.begin("a")
    # Majorities before each row: a, a, then a and b as often as each other, where the earlier one stays.
    errors = [score.see(answer, y) for answer, y in (("a", "a"), ("a", "b"), ("b", "b"), ("b", "b"))]
    assert errors == [0, 1, 0, 0]
    assert (score.rows, score.error, score.plain) == (4, 1 / 4, 3 / 4)
    assert score.recent == pytest.approx(1 / 4)
    assert str(score).startswith("share wrong 0.25 over 4 rows, each answered before it was learnt (the majority")


def test_the_error_of_numbers_stands_beside_that_of_the_mean_so_far():
    score = Score(of_classes=False)
    score.begin(2.0)
    score.see(5.0, 6.0)  # the mean so far is 2
    score.see(5.0, 7.0)  # and now 4
    assert (score.error, score.plain) == (1.5, 3.5)


# -- the alarm ---------------------------------------------------------------------------------------------------------
def test_errors_that_rise_give_an_alarm_soon_and_those_that_stay_give_none():
    errors = np.random.default_rng(0).random(40_000)
    alarm = DriftAlarm()
    given = [alarm.see(float(e < 0.1), row) for row, e in enumerate(errors)]
    assert not any(given)
    assert str(alarm) == "no drift seen"
    risen = [alarm.see(float(e < 0.5), row) for row, e in enumerate(errors[:200], 40_000)]
    assert alarm.count == 1
    assert alarm.alarms[0] - max(risen) + 1 == pytest.approx(40_000, abs=15)  # where it says that they began to rise
    assert 40_000 < alarm.alarms[0] < 40_060  # about 25 / (0.4 / 0.3 - 0.25) = 23 rows later
    assert str(alarm) == f"the errors have risen once, last at row {alarm.alarms[0]:,}"


def test_errors_that_fall_or_never_differ_give_no_alarm():
    alarm = DriftAlarm()
    for errors in ([1 / (1 + row) for row in range(2000)], [0.0] * 2000):
        alarm = DriftAlarm()
        for row, error in enumerate(errors):
            alarm.see(error, row)
        assert alarm.count == 0


# -- the rows ----------------------------------------------------------------------------------------------------------
def test_the_newest_row_is_in_each_step_and_the_others_are_of_those_that_are_kept():
    recent = Recent(10, 1, "float32", classes=True, shape=(2, 5), seed=0)
    order, drawn = np.zeros((2, 5), np.int64), []
    for row in range(3000):
        recent.add(np.array([[row]]), row % 7)
        recent.draw(order)
        rows = recent.rows[order, 0]
        assert (rows[:, 0] == row).all()
        assert rows.min() > row - 10
        assert (recent.targets[order] == rows % 7).all()
        assert rows.min() >= 0
        drawn.extend((row - rows[:, 1:]).reshape(-1) if row > 20 else [])
    ages = np.bincount(np.array(drawn, np.int64), minlength=10) / len(drawn)
    expected = np.diff(np.sqrt(np.arange(11) / 10))  # the chance that floor(10 u^2) is each age
    np.testing.assert_allclose(ages, expected, atol=0.01)


def test_rows_that_are_forgotten_are_not_drawn():
    recent = Recent(10, 1, "float32", classes=True, shape=(2, 50), seed=0)
    order = np.zeros((2, 50), np.int64)
    for row in range(40):
        recent.add(np.array([[row]]), 0)
        if row == 24:
            recent.forget(3)
        recent.draw(order)
        assert recent.rows[order].min() == max(row - 9, 22 if row >= 24 else 0)


def test_targets_stand_on_the_scale_of_the_moment():
    recent = Recent(4, 2, "float64", classes=False, shape=(1, 2), seed=0)
    for y in (10.0, 14.0, 100.0):
        recent.add(np.zeros((1, 2)), y)
    recent.scale(12.0, 2.0, 5.0)
    assert recent.targets[:, 0].tolist() == [-1, 1, 5, 0]
    recent.take_back()
    recent.add(np.ones((1, 2)), 13.0)
    recent.scale(12.0, 2.0, 5.0)
    assert recent.targets[:3, 0].tolist() == [-1, 1, 0.5]
    for y in range(100):  # the scale moves on, and so do all rows that are kept, at the latest sixteen rows later
        recent.add(np.zeros((1, 2)), float(y))
        recent.scale(float(y), 1.0, 50.0)
    kept = np.sort(recent.targets[:, 0])
    assert kept.max() - kept.min() <= 16
    assert recent.targets[(recent.count - 1) % 4, 0] == 0


def test_rows_widen_where_columns_come():
    recent = Recent(2, 2, "float32", classes=True, shape=(1, 2), seed=0)
    recent.add(np.array([[1, 2]]), 0)
    recent.widened(4, np.array([0, 3]))
    assert recent.rows.tolist() == [[1, 0, 0, 2], [0, 0, 0, 0]]


def test_what_is_kept_is_the_same_from_json_but_for_what_a_row_held():
    kept = Kept(Score(of_classes=True), refused=Refused(3, "column 'name': 'Ada' was given"))
    kept.score.begin("a")
    for row in range(100):
        kept.drift.see(kept.score.see("a", "ab"[row % 2]), row)
    text = json.dumps(kept.to_json())
    again = Kept.from_json(json.loads(text))
    assert (again.score, again.drift) == (kept.score, kept.drift)
    assert again.refused == Refused(3, None)
    assert "Ada" not in text
