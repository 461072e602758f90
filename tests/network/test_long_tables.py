"""Sequences as long tables, a row for each time step: every door of a network, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

import glassnet as gn
from glassnet.errors import DataWarning, GlassnetError

RANDOM = np.random.default_rng(0)


def walks(count=60):
    """A column of each kind with a total to learn, in rows of any order, of which the first of sequences are in order.

    `total` is what x and kind come to after each step, and `y` what they come to in the end.
    """
    rows = []
    for walk in range(count):
        steps = int(RANDOM.integers(2, 9))
        x, kind = RANDOM.normal(size=steps), RANDOM.choice(["up", "down"], steps)
        totals = np.cumsum(x * np.where(kind == "up", 1, -1)) / 2
        for day in range(steps):
            rows.append((f"w{walk}", f"{day + 1:02d}.03.2024", x[day], kind[day], totals[day], totals[-1]))
    RANDOM.shuffle(rows)
    return pd.DataFrame(rows, columns=["walk", "day", "x", "kind", "total", "y"])


FRAME = walks()
ONCE, STEPS = FRAME.drop(columns="total"), FRAME.drop(columns="y")
IDS = list(dict.fromkeys(FRAME["walk"]))
every_engine = pytest.mark.parametrize("engine", ["native", "reference"])


def network(*layers, **more):
    settings = {"loss": "squared", "optimizer": gn.Adam(0.02), "seed": 0, **more}
    return gn.Network([*(layers or (gn.LSTM(16), gn.Dense(1)))], **settings)


def learnt(table=ONCE, epochs=2, **more):
    made = network()
    made.learn(table, target="y", sequence="walk", time="day", epochs=epochs, **more)
    return made


def per_step(**more):
    return network(gn.GRU(16, sequences=True), gn.Dense(1), **more)


@every_engine
def test_one_target_for_each_sequence_is_learnt_and_answered_by_name(engine, tmp_path):
    made = network(engine=engine)
    report = made.learn(ONCE, target="y", sequence="walk", time="day", epochs=60, validation=0.2)
    assert report.score["r2"] > 0.8
    assert "12 sequences held out" in report.notes[-1]
    answers = made.predict(ONCE)
    assert answers.index.tolist() == IDS
    assert (answers.index.name, answers.name) == ("walk", "y")
    truth = FRAME.groupby("walk")["y"].first()
    assert np.corrcoef(answers, truth[answers.index])[0, 1] > 0.95
    errors = answers - truth[answers.index]
    assert made.test(ONCE)["mean_absolute_error"] == pytest.approx(np.abs(errors).mean(), rel=1e-5)
    loaded = gn.load(made.save(tmp_path / "walks.glass"), engine=engine)
    pd.testing.assert_series_equal(loaded.predict(ONCE), answers)
    assert loaded.test(ONCE) == made.test(ONCE)
    assert loaded.learn(ONCE, epochs=1).epochs == 1
    assert "lstm_1" in str(made.open(ONCE[ONCE["walk"].isin(IDS[:3])]))


@every_engine
def test_a_target_for_each_step_is_learnt_and_answered_row_by_row(engine, tmp_path):
    made = per_step(engine=engine)
    report = made.learn(STEPS, target="total", sequence="walk", time="day", epochs=60, validation=0.2)
    assert report.score["r2"] > 0.8
    answers = made.predict(STEPS)
    pd.testing.assert_index_equal(answers.index, STEPS.index)
    assert np.corrcoef(answers, STEPS["total"])[0, 1] > 0.95
    found = made.test(STEPS)
    assert found["mean_absolute_error"] == pytest.approx(np.abs(answers - STEPS["total"]).mean(), rel=1e-5)
    loaded = gn.load(made.save(tmp_path / "steps.glass"), engine=engine)
    pd.testing.assert_series_equal(loaded.predict(STEPS), answers)
    assert "gru_1" in str(made.open(STEPS[STEPS["walk"].isin(IDS[:3])]))


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_a_long_table_is_learnt_as_its_arrays_are(engine):
    """Columns of mean 0 and deviation 1 are only bent, to x / sqrt(1 + (x / 8)^2), so both see the same numbers."""
    ids, times = np.repeat(np.arange(16), 4), np.tile([3, 0, 2, 1], 16)
    x = RANDOM.permuted(np.tile([1.0, -1.0], (2, 32)), axis=1)
    y = RANDOM.permutation(np.tile([1.0, -1.0], 8))
    table = {"id": ids, "time": times, "a": x[0], "b": x[1], "y": y[ids]}
    bent = x / np.sqrt(1 + (x / 8) ** 2)
    arrays = [bent[:, 4 * k : 4 * k + 4][:, [1, 3, 2, 0]].T for k in range(16)]
    found = []
    for how in ((table, {"target": "y", "sequence": "id", "time": "time"}), (gn.Sequences(arrays), {"targets": y})):
        made = network(engine=engine, dtype="float64", columns={"y": "number"} if how[0] is table else None)
        made.learn(how[0], **how[1], epochs=3, batch_size=5)
        found.append(made)
    for name, array in found[0].weights.items():
        np.testing.assert_allclose(array, found[1].weights[name], rtol=1e-12, atol=1e-14, err_msg=name)
    np.testing.assert_allclose(found[0].predict(table), found[1].predict(arrays), rtol=1e-11)


def test_the_order_of_the_rows_of_a_sequence_is_that_of_the_time():
    other = ONCE.sort_values("day", kind="stable").sort_values(
        "walk", key=lambda ids: ids.map(IDS.index), kind="stable"
    )
    for name, array in learnt().weights.items():
        np.testing.assert_array_equal(array, learnt(other).weights[name], err_msg=name)
    without = network()
    without.learn(other.drop(columns="day"), target="y", sequence="walk", epochs=2)
    np.testing.assert_array_equal(without.weights["lstm_1.recurrent"], learnt().weights["lstm_1.recurrent"])


def test_answers_come_in_the_type_of_the_question(tmp_path):
    made, asked = learnt(), ONCE.drop(columns="y")
    expected = made.predict(asked)
    asked.to_csv(tmp_path / "walks.csv", index=False)
    for form in (asked.to_dict("list"), str(tmp_path / "walks.csv"), asked.to_dict("records")):
        np.testing.assert_array_equal(made.predict(form), expected)
    series = made.predict(pl.from_pandas(asked))
    assert isinstance(series, pl.Series)
    np.testing.assert_array_equal(series, expected)


@pytest.mark.parametrize("seed", range(3))
def test_rows_in_another_order_have_the_answers_of_their_own_sequence_and_step(seed):
    shuffled = FRAME.sample(frac=1, random_state=seed)
    once, steps = learnt(), per_step()
    steps.learn(STEPS, target="total", sequence="walk", time="day", epochs=2)
    answers = once.predict(shuffled[ONCE.columns])
    assert answers.index.tolist() == list(dict.fromkeys(shuffled["walk"]))
    np.testing.assert_allclose(answers[IDS], once.predict(ONCE), rtol=1e-5, atol=1e-6)
    by_row = steps.predict(shuffled[STEPS.columns])
    np.testing.assert_allclose(by_row[STEPS.index], steps.predict(STEPS), rtol=1e-5, atol=1e-6)


def test_several_targets_of_a_sequence_are_answered_side_by_side():
    made = network(gn.LSTM(8), gn.Dense(2))
    table = ONCE.assign(twice=2 * ONCE["y"])
    made.learn(table, target=["y", "twice"], sequence="walk", time="day", epochs=40)
    answers = made.predict(ONCE)
    assert answers.columns.tolist() == ["y", "twice"]
    assert np.corrcoef(answers["y"], answers["twice"])[0, 1] > 0.95


def test_columns_without_names_are_called_by_their_places():
    table = np.stack([np.repeat(np.arange(8), 3), np.tile([2, 0, 1], 8), RANDOM.normal(size=24)], axis=1)
    y = table[:, 2].reshape(8, 3).sum(axis=1).repeat(3)
    made = network()
    made.learn(np.column_stack([table, y]), target="3", sequence="0", time="1", epochs=1)
    np.testing.assert_array_equal(made.predict(table), made.predict(np.column_stack([table, y])))


def test_classes_of_sequences_and_of_steps_have_probabilities():
    signs = ONCE.assign(y=np.where(ONCE["y"] > 0, "gain", "loss"))
    made = network(gn.LSTM(8), gn.Dense(2), loss="softmax log loss")
    made.learn(signs, target="y", sequence="walk", time="day", epochs=40, validation=0.2, class_weight="balanced")
    assert made.test(signs)["accuracy"] > 0.9
    probabilities = made.predict_probabilities(signs)
    assert probabilities.columns.tolist() == ["gain", "loss"]
    assert probabilities.index.tolist() == IDS
    assert (probabilities.idxmax(axis=1) == made.predict(signs)).all()
    of_steps = STEPS.assign(total=np.where(STEPS["total"] > 0, "gain", "loss"))
    steps = network(gn.GRU(8, sequences=True), gn.Dense(2), loss="softmax log loss")
    steps.learn(of_steps, target="total", sequence="walk", time="day", epochs=20)
    assert steps.predict_probabilities(of_steps).index.tolist() == of_steps.index.tolist()
    assert (steps.predict(of_steps) == of_steps["total"]).mean() > 0.85


def test_a_sequence_of_weight_two_is_the_sequence_twice_and_one_of_weight_nothing_is_left_out():
    def weights(table, **more):
        made = network(dtype="float64", optimizer=gn.GradientDescent(0.1))
        made.learn(table, target="y", sequence="walk", time="day", mode="full-batch", epochs=3, **more)
        return made.weights

    some = ONCE[ONCE["walk"].isin(IDS[:10])]
    counts = some["walk"].map({name: [1, 2, 0][k % 3] for k, name in enumerate(IDS[:10])})
    twice = some[counts == 2].assign(walk=lambda rows: rows["walk"] + " again")
    expected = weights(pd.concat([some[counts > 0], twice]))
    for name, array in weights(some, sample_weight=counts).items():
        np.testing.assert_allclose(array, expected[name], rtol=1e-9, atol=1e-12, err_msg=name)
    made = learnt(some)
    assert made.test(some, sample_weight=counts)["loss"] == pytest.approx(
        made.test(pd.concat([some[counts > 0], twice]))["loss"], rel=1e-5
    )


def test_a_share_held_out_is_one_of_whole_sequences():
    report = network().learn(ONCE, target="y", sequence="walk", time="day", epochs=1, validation=0.25, mode="online")
    assert report.steps == 45
    assert report.notes[-1].endswith("15 sequences held out")
    other = network().learn(
        ONCE[ONCE["walk"].isin(IDS[15:])], target="y", sequence="walk", time="day", epochs=1, mode="online",
        validation=(ONCE[ONCE["walk"].isin(IDS[:15])],),
    )  # fmt: skip
    assert (other.steps, len(other.validation_losses)) == (45, len(report.validation_losses))


def test_sequences_without_a_target_are_left_out_and_gaps_are_filled_from_the_same_sequence():
    gaps = ONCE.copy()
    gaps.loc[gaps["walk"].isin(IDS[:4]), "y"] = np.nan
    gaps.loc[gaps["walk"].duplicated(), "y"] = np.nan
    report = network().learn(gaps, target="y", sequence="walk", time="day", epochs=1, mode="online")
    assert report.steps == 56
    assert "4 sequences without a target are left out" in report.notes
    steps = STEPS.copy()
    steps.loc[steps["walk"].isin(IDS[:4]), "total"] = np.nan
    report = per_step().learn(steps, target="total", sequence="walk", time="day", epochs=1, mode="online")
    assert report.steps == 56


def test_the_plan_says_what_a_sequence_is():
    assert "rows of one 'walk', one target for each (ordered by 'day': dates" in str(learnt().plan)
    made = per_step()
    made.learn(STEPS.drop(columns="day"), target="total", sequence="walk", epochs=0)
    assert "rows of one 'walk', a target for each row (as they stand)" in str(made.plan)
    assert [column.name for column in learnt().schema.columns] == ["x", "kind"]


def test_states_are_kept_and_sequences_learnt_in_pieces():
    made = network(gn.GRU(8, sequences=True, stateful=True, streams=10), gn.Dense(1))
    report = made.learn(STEPS, target="total", sequence="walk", time="day", epochs=20, truncate=3)
    assert report.score["r2"] > 0.5
    some = STEPS[STEPS["walk"].isin(IDS[:10])]
    first = made.predict(some)
    assert not np.array_equal(made.predict(some), first)
    made.reset_state()


def test_a_run_goes_on_from_its_checkpoint(tmp_path):
    def stop(moment):
        if moment.epochs == 2:
            raise StopIteration

    path = tmp_path / "run.glass"
    with pytest.raises(StopIteration):
        learnt(epochs=4, callbacks=[stop], checkpoint=gn.Checkpoint(path, steps=1))
    resumed = gn.Network.resume(path)
    resumed.learn(ONCE)
    for name, array in learnt(epochs=4).weights.items():
        np.testing.assert_array_equal(array, resumed.weights[name], err_msg=name)


def test_values_never_seen_are_noted_and_columns_may_stand_in_any_order():
    made = learnt()
    with pytest.warns(DataWarning, match="kind: 1 value never seen when learnt"):
        made.predict({"kind": ["left", "up"], "x": [0.5, 1.0], "day": ["01.03.2024", "02.03.2024"], "walk": [7, 7]})


def first_call(table=ONCE, **more):
    return network().learn(table, **{"target": "y", "sequence": "walk", "time": "day", "epochs": 1, **more})


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (
            lambda: first_call(STEPS, target="total"),
            r"target of sequence 'w\d+' is .* in row .*; give each of its rows",
        ),
        (lambda: first_call(sequence="wlak"), "no column 'wlak'; did you mean 'walk'"),
        (lambda: first_call(time="dya"), "no column 'dya'; did you mean 'day'"),
        (lambda: first_call(target="yy"), "no column 'yy'; did you mean 'y'"),
        (lambda: first_call(sequence=3), "sequence=3: expected the name of a column"),
        (lambda: first_call(sequence=None), "time='day' orders the steps of sequences; name the column"),
        (lambda: first_call(time="walk"), "sequence='walk' and time='walk' are one column"),
        (lambda: first_call(target="day"), "the columns of sequence= and time= are no targets"),
        (lambda: first_call(time="kind"), "column 'kind' is a category .*, which puts no rows in order"),
        (lambda: first_call(ONCE[:0]), "has no rows; expected a row for each step"),
        (lambda: first_call(ONCE.assign(walk=None)), "column 'walk', row 1: nothing says what sequence"),
        (lambda: first_call(ONCE.assign(day=3)), r"rows \d+ and \d+ of sequence 'w\d+' are both of day 3"),
        (lambda: first_call(ONCE[["walk", "day", "y"]]), "no column is left to learn the target from"),
        (lambda: first_call(sample_weight=np.arange(1.0, len(ONCE) + 1)), "a sequence is weighed as a whole"),
        (lambda: first_call(sample_weight=[1.0]), rf"1 weights for {len(ONCE)} rows"),
        (lambda: network().learn(ONCE, ONCE["y"], sequence="walk"), "name it with target="),
        (
            lambda: gn.Network(seed=0).learn(ONCE, target="y", sequence="walk"),
            r"the sequences of a table need layers laid out, as in Network\(\[gn.LSTM\(32\)",
        ),
        (
            lambda: network(columns={"walk": "category"}).learn(ONCE, target="y", sequence="walk"),
            r"columns=\{'walk': \.\.\.\}: the column says which sequence a row belongs to",
        ),
        (
            lambda: per_step().learn(
                STEPS.assign(total=STEPS["total"].where(STEPS.index > 4)), target="total", sequence="walk", time="day"
            ),
            r"row 1 of sequence 'w\d+' has no target, and others of it have one",
        ),
        (
            lambda: network(gn.GRU(4, sequences=True), gn.Dense(2), loss="softmax log loss").learn(
                STEPS.assign(total=STEPS["total"] > 0), target="total", sequence="walk", class_weight="balanced"
            ),
            "class_weight: each step of a sequence has a class",
        ),
    ],
)
def test_what_makes_no_sequences_is_refused(act, message):
    with pytest.raises(GlassnetError, match=message):
        act()


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda made: made.learn(ONCE, sequence="kind"), "this network has learnt with sequence='walk'; leave"),
        (lambda made: made.learn(ONCE, time="x"), "this network has learnt with time='day'; leave"),
        (lambda made: made.learn(ONCE, ONCE["y"]), "targets were given beside the sequences of a table"),
        (lambda made: made.test(ONCE, ONCE["y"]), "expected them in its column 'y'"),
        (lambda made: made.predict(ONCE.drop(columns="walk")), "has no column 'walk'"),
        (lambda made: made.predict(ONCE.drop(columns="day")), "has no column 'day'"),
        (lambda made: made.predict(ONCE.assign(day="soon")), "'soon' is no date; the column was learnt as a date"),
        (lambda made: made.predict(ONCE[:0]), "has no rows"),
        (lambda made: made.online()({"x": 1.0, "kind": "up"}, 1.0), "has no step on one row"),
        (lambda made: made.test(STEPS.rename(columns={"total": "y"})), "the layers give one answer for each sequence"),
    ],
)
def test_a_call_that_is_refused_changes_nothing(act, message):
    made = learnt(epochs=1)
    before = made.predict(ONCE)
    with pytest.raises(GlassnetError, match=message):
        act(made)
    pd.testing.assert_series_equal(made.predict(ONCE), before)


def test_rows_alone_have_no_sequence():
    made = gn.Network(seed=0)
    made.learn(ONCE.drop(columns="walk"), target="y", epochs=1)
    with pytest.raises(GlassnetError, match="sequence='walk': this network has learnt with sequence=None"):
        made.learn(ONCE, sequence="walk", epochs=1)
