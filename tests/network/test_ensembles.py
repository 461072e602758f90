"""Networks that design themselves for a table: ensembles judged on rows that their members did not see."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError, ModelFileError, SettingError
from glassnet.files import read, write
from glassnet.training.held_out import HeldOut

SIZES = ("small", "middle", "large")


def table(rows: int = 300, seed: int = 0) -> dict[str, object]:
    """y = a + 2 (a > 0) b + effect of k + noise of deviation 0.3 (1 + |a|)."""
    random = np.random.default_rng(seed)
    a, b = random.normal(size=(2, rows))
    k = random.choice(SIZES, rows)
    effect = np.array([SIZES.index(each) for each in k], float)
    y = a + 2 * (a > 0) * b + effect + 0.3 * (1 + np.abs(a)) * random.normal(size=rows)
    return {"a": a, "b": b, "k": k.tolist(), "y": y}


def of_classes(rows: int = 400, seed: int = 0) -> dict[str, object]:
    """One of ten is rare: those with a + b + noise above 1.8."""
    random = np.random.default_rng(seed)
    a, b = random.normal(size=(2, rows))
    rare = a + b + 0.5 * random.normal(size=rows) > 1.8
    return {"a": a, "b": b, "kind": np.where(rare, "rare", "usual").tolist()}


@pytest.fixture(scope="module")
def learnt() -> gn.Network:
    network = gn.Network(seed=0)
    network.learn(table(), target="y", verbose=0)
    return network


@pytest.fixture(scope="module")
def classes() -> gn.Network:
    network = gn.Network(seed=0)
    network.learn(of_classes(), target="kind", verbose=0)
    return network


# -- the score ---------------------------------------------------------------------------------------------------------
def test_the_score_is_one_of_rows_that_were_not_seen(learnt):
    report, fresh = learnt.report, learnt.test(table(4000, seed=1))
    seen = learnt.test(table())
    assert report.converged
    assert report.score["loss"] == pytest.approx(fresh["loss"], rel=0.35)  # of 300 rows
    assert report.score["loss"] > 1.2 * seen["loss"]  # what learning by heart would report
    low, high = report.ranges["r2"]
    assert low < report.score["r2"] < high
    assert low < fresh["r2"] < high
    assert f"r2 {report.score['r2']:.6g} ({low:.4g} to {high:.4g}) (baseline" in str(report)
    assert report.notes[-1] == "scores are those of 300 rows, each answered by members that did not see it"


def test_it_is_better_than_its_members_are_alone(learnt):
    rows = table(2000, seed=2)
    inputs, _ = learnt._learnt.contract.inputs(rows)
    outputs = learnt._learnt.apart.map(learnt._learnt.state, inputs, 512)["output"]
    desired, _ = learnt._learnt.contract.targets(rows, None)
    alone = ((outputs - desired[:, None]) ** 2).mean(axis=(0, 2))
    assert learnt.test(rows)["loss"] < 0.98 * alone.mean()


def test_many_rows_are_answered_as_few_are(learnt):
    """Many rows come as sums of the corners of their columns, which few rows would not repay."""
    rows = table(1000, seed=4)
    rows["a"][::7] = np.nan
    with pytest.warns(gn.DataWarning, match="a: 143 missing values"):
        together = learnt.predict(rows)
    inputs, _ = learnt._learnt.contract.inputs(rows)
    assert "corners" in learnt._learnt.taken(rows)[0]
    assert "corners" not in learnt._learnt.taken({name: column[:3] for name, column in rows.items()})[0]
    scale = learnt._learnt.contract.target.deviations[0]
    apart = learnt._learnt.contract.numbers(learnt._learnt.answers(inputs))[:, 0]
    np.testing.assert_allclose(together, apart, atol=3e-6 * scale)


def test_nothing_of_a_row_is_known_to_the_members_that_answer_for_it():
    """A target that is chance alone is not foretold, however well it is learnt by heart."""
    random = np.random.default_rng(3)
    rows = {"id": [f"level {i // 2}" for i in range(200)], "x": random.normal(size=200), "y": random.normal(size=200)}
    network = gn.Network(seed=1)
    report = network.learn(rows, target="y", verbose=0)
    assert report.score["r2"] < 0.1


def test_rows_given_for_validation_are_scored_and_never_chosen_by(learnt):
    network = gn.Network(seed=0)
    report = network.learn(table(), target="y", validation=(table(200, seed=9),), verbose=0)
    assert network.report.ranges == {}
    assert report.notes[-1] == "scores are those of 200 rows held out"
    assert report.validation_losses == learnt.report.validation_losses
    a_share = gn.Network(seed=0)
    report = a_share.learn(table(), target="y", validation=0.2, epochs=2, verbose=0)
    assert report.notes[-1] == "scores are those of 60 rows held out"


# -- answers -----------------------------------------------------------------------------------------------------------
def test_intervals_hold_the_truth_as_often_as_they_say(learnt):
    rows = table(4000, seed=4)
    answers = learnt.predict(rows, interval=0.8)
    y = np.asarray(rows["y"])
    assert answers.shape == (4000, 3)
    np.testing.assert_array_equal(answers[:, 0], learnt.predict(rows))
    assert np.mean((answers[:, 1] <= y) & (y <= answers[:, 2])) == pytest.approx(0.8, abs=0.06)
    wider = learnt.predict(rows, interval=0.95)
    assert (wider[:, 1] < answers[:, 1]).all()
    assert (wider[:, 2] > answers[:, 2]).all()


def test_intervals_of_a_frame_have_names(learnt):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(table(5, seed=5), index=list("vwxyz")).drop(columns="y")
    answers = learnt.predict(frame, interval=0.5)
    assert list(answers.columns) == ["y", "y low", "y high"]
    assert list(answers.index) == list("vwxyz")


def test_classes_are_chosen_for_a_score(classes):
    rows = of_classes(4000, seed=6)
    desired = np.asarray(rows["kind"])

    def balanced(answers):
        return np.mean([(answers[desired == kind] == kind).mean() for kind in ("rare", "usual")])

    plain, chosen = classes.predict(rows), classes.predict(rows, decide="balanced_accuracy")
    assert set(chosen) == {"rare", "usual"}
    assert balanced(chosen) > balanced(plain) + 0.03
    assert (chosen == "rare").sum() > (plain == "rare").sum()
    np.testing.assert_array_equal(classes.predict(rows, decide="f1"), classes.predict(rows, decide="f1_macro"))


def test_probabilities_are_calibrated(classes):
    rows = of_classes(8000, seed=7)
    chances = classes.predict_probabilities(rows)[:, 0]
    rare = np.asarray(rows["kind"]) == "rare"
    for low, high in ((0.0, 0.1), (0.1, 0.5), (0.5, 1.0)):
        within = (chances >= low) & (chances < high)
        assert chances[within].mean() == pytest.approx(rare[within].mean(), abs=0.08)


def test_what_is_not_known_is_refused_in_words(learnt, classes):
    with pytest.raises(SettingError, match="interval= is for numbers; the target is a class"):
        classes.predict(of_classes(3), interval=0.9)
    with pytest.raises(SettingError, match="decide='f1' is for classes; the target is a number"):
        learnt.predict(table(3), decide="f1")
    with pytest.raises(SettingError, match="decide='speed': expected one of"):
        classes.predict(of_classes(3), decide="speed")
    with pytest.raises(SettingError, match=r"an interval of 1\.5: expected a number in"):
        learnt.predict(table(3), interval=1.5)
    with pytest.raises(SettingError, match="give one of them"):
        learnt.predict(table(3), interval=0.9, decide="f1")
    simple = gn.Network([gn.Dense(1)], loss="squared", seed=0)
    simple.learn(table(), target="y", epochs=1, verbose=0)
    with pytest.raises(SettingError, match=r"a network that designs itself for a table, Network\(\), learns that"):
        simple.predict(table(3), interval=0.9)


def test_answers_stay_within_the_range_of_the_targets(learnt):
    far = {**table(3), "a": [1e9, -1e9, 1e300], "b": [1e9, 1e9, -1e300]}
    y = np.asarray(table()["y"])
    answers = learnt.predict(far)
    assert (answers >= y.min() - 1e-6).all()
    assert (answers <= y.max() + 1e-6).all()


# -- files and going on ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("fixture", ["learnt", "classes"])
def test_a_file_holds_all_that_it_answers_by(fixture, request, tmp_path: Path):
    network = request.getfixturevalue(fixture)
    rows = table(50, seed=8) if fixture == "learnt" else of_classes(50, seed=8)
    asked = {"interval": 0.9} if fixture == "learnt" else {"decide": "f1"}
    again = gn.load(network.save(tmp_path / "box.glass"))
    np.testing.assert_array_equal(again.predict(rows, **asked), network.predict(rows, **asked))
    assert str(again.report) == str(network.report)
    assert again.plan == network.plan


def test_learning_again_goes_on_with_the_same_folds(tmp_path):
    network = gn.Network(seed=0)
    first = network.learn(table(), target="y", verbose=0)
    again = gn.load(network.save(tmp_path / "box.glass"))
    second = again.learn(table(), epochs=2, verbose=0)
    on = network.learn(table(), epochs=2, verbose=0)
    assert 0 < second.continued_from <= first.steps  # the best weights, of whichever step
    assert (second.continued_from, second.validation_losses) == (on.continued_from, on.validation_losses)
    assert second.validation_losses[0] == pytest.approx(min(first.validation_losses))  # that of the best group, as kept
    assert second.validation_losses[0] == pytest.approx(first.score["loss"], rel=0.3)
    assert min(second.validation_losses) <= second.validation_losses[0]


def test_other_rows_than_before_are_said_to_be_known_to_members(learnt, tmp_path):
    network = gn.load(learnt.save(tmp_path / "box.glass"))
    same = network.learn(table(), epochs=1, verbose=0)
    assert not [note for note in same.notes if "too good" in note]
    more = table()
    more["y"] = np.concatenate([np.asarray(more["y"])[:-1], [0.0]])
    other = network.learn(more, epochs=1, verbose=0)
    assert [note for note in other.notes if "members may have learnt rows that they are judged on now" in note]


def test_a_few_rows_learnt_later_do_not_unmake_what_is_known_of_the_answers(learnt, tmp_path):
    network = gn.load(learnt.save(tmp_path / "box.glass"))
    shares = network._learnt.state["running/blend_1.shares"].copy()
    network.learn(table(3, seed=9), epochs=1, verbose=0)
    np.testing.assert_array_equal(network._learnt.state["running/blend_1.shares"], shares)
    assert network._learnt.judged == learnt._learnt.judged
    network.learn(table(100, seed=9), epochs=1, verbose=0)
    assert (network._learnt.state["running/blend_1.shares"] != shares).any()
    assert network._learnt.judged != learnt._learnt.judged


def test_a_row_at_a_time_is_learnt_by_all_members():
    network = gn.Network(seed=0)
    network.learn(table(), target="y", epochs=2, verbose=0)
    before = {name: array.copy() for name, array in network.weights.items()}
    step = network.online()
    loss = step({"a": 0.5, "b": 1.0, "k": "middle"}, 3.0)
    assert np.isfinite(loss)
    for name in ("hidden_1.weights", "output.weights"):
        assert (network.weights[name] != before[name]).any(axis=(1, 2)).all(), name


def test_the_rows_of_a_member_are_those_of_the_other_folds(monkeypatch):
    """A row that weighs as much as all others is seen by all members of a group but one."""
    seen: list[HeldOut] = []
    of = HeldOut.of

    def spy(*given):
        seen.append(of(*given))
        return seen[-1]

    monkeypatch.setattr(HeldOut, "of", spy)
    gn.Network(seed=0).learn(table(100), target="y", epochs=1, verbose=0)
    folds = seen[0].training.folds
    assert folds.shape == (100, 4)
    for group in folds.T:
        assert np.bincount(group).tolist() == [13, 13, 13, 13, 12, 12, 12, 12]
    assert (folds[:, 0] != folds[:, 1]).any()


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_both_engines_learn_the_same(engine, learnt):
    network = gn.Network(seed=0, engine=engine, dtype="float64")
    network.learn(table(80), target="y", epochs=3, verbose=0)
    other = gn.Network(seed=0, engine="reference", dtype="float64")
    other.learn(table(80), target="y", epochs=3, verbose=0)
    np.testing.assert_allclose(network.predict(table(20, seed=3)), other.predict(table(20, seed=3)), rtol=1e-7)


# -- what is given takes the place of what is planned ------------------------------------------------------------------
@pytest.mark.parametrize("loss", ["absolute", "Huber", "quantile"])
def test_a_loss_given_is_learnt_by(loss):
    network = gn.Network(loss=loss, seed=0)
    report = network.learn(table(), target="y", verbose=0)
    assert report.score["r2"] > 0.6
    assert ("loss", type(network._learnt.programs.model.loss).__name__) == network.plan[-4][:2]


def test_an_optimizer_given_learns():
    network = gn.Network(optimizer=gn.Adam(0.01), seed=0)
    network.learn(table(), target="y", verbose=0)
    assert "Adam(learning_rate=0.01)" in str(network.plan)
    assert network.report.score["r2"] > 0.6


def test_several_targets_are_answered_together():
    rows = table()
    rows["z"] = -np.asarray(rows["y"]) + 5
    network = gn.Network(seed=0)
    network.learn(rows, target=["y", "z"], verbose=0)
    answers = network.predict(rows, interval=0.9)
    assert answers.shape == (300, 6)
    assert network.report.score["r2"] > 0.6
    assert ((answers[:, 4] < answers[:, 3]) & (answers[:, 3] < answers[:, 5])).all()


def test_a_file_with_one_temperature_for_all_outputs_answers_as_it_did(tmp_path: Path):
    """Files of earlier releases hold one number where there is one for each output now, and no offsets."""
    network = gn.Network(seed=0)
    table = of_classes() | {"size": [("small", "middle", "large")[row % 3] for row in range(400)]}
    network.learn(table, target="size", epochs=3)
    arrays, settings = read(network.save(tmp_path / "now.glass"))
    (name,) = (name for name in arrays if name.endswith(".temperature"))
    offset = name.replace("temperature", "offset")
    assert arrays[name].shape == arrays[offset].shape == (3,)
    assert len(set(arrays[name].tolist())) == 1
    assert len(set(arrays[offset].tolist())) > 1
    write(tmp_path / "now.glass", {**arrays, offset: np.zeros_like(arrays[offset])}, settings)
    earlier = {each: array for each, array in arrays.items() if each != offset}
    write(tmp_path / "before.glass", {**earlier, name: arrays[name][0].reshape(())}, settings)
    again = gn.load(tmp_path / "before.glass")
    expected = gn.load(tmp_path / "now.glass").predict_probabilities(table)
    np.testing.assert_array_equal(again.predict_probabilities(table), expected)
    again.learn(table, epochs=1)
    lacking = {each: array for each, array in earlier.items() if each != name}
    for damaged in ({**arrays, name: arrays[name][:2]}, lacking):
        write(tmp_path / "damaged.glass", damaged, settings)
        with pytest.raises(ModelFileError, match="does not describe a network"):
            gn.load(tmp_path / "damaged.glass")


def test_answers_are_bound_by_all_targets_and_not_by_those_of_the_rows_that_judge(monkeypatch):
    monkeypatch.setattr("glassnet.training.held_out.MOST_ROWS", 60)
    rows = table()
    rows["y"][17] = 1e4
    network = gn.Network(seed=0)
    network.learn(rows, target="y", epochs=2, verbose=0)
    bound = next(array for name, array in network._learnt.state.items() if name.endswith(".high"))
    assert network._learnt.contract.numbers(bound[None])[0, 0] == pytest.approx(1e4, rel=1e-5)


def test_linear_members_are_left_out_where_no_line_is_solved_for(monkeypatch):
    plan = {}
    for most in (1500, 2):
        monkeypatch.setattr("glassnet.training.linear_members.MOST_VECTORS", most)
        network = gn.Network(seed=0)
        network.learn(table(60), target="y", epochs=1, verbose=0)
        plan[most] = str(network.plan)
    assert "members with the linear path alone" in plan[1500]
    assert "linear path alone" not in plan[2]


def test_one_group_left_to_learn_from_is_refused():
    rows = {**table(60), "who": ["ann"] * 30 + ["bob"] * 30}
    network = gn.Network(seed=0)
    with pytest.raises(DataError, match=r"one group is left to learn from.*hold a smaller share out"):
        network.learn(rows, target="y", validation=gn.ByGroup("who", 0.5))
    assert network.report is None


# -- what a user meets -------------------------------------------------------------------------------------------------
def test_no_rows_have_no_intervals_and_no_choices(learnt, classes):
    none = {name: values[:0] for name, values in table(3).items()}
    assert learnt.predict(none, interval=0.9).shape == (0, 3)
    assert classes.predict({"a": [], "b": []}, decide="f1").shape == (0,)


def test_intervals_of_dates_are_dates():
    days = np.datetime64("2024-01-01", "us") + np.arange(120) * np.timedelta64(1, "D")
    rows = {"x": np.arange(120.0), "day": days, "kind": ["p", "q"] * 60}
    alone, together = gn.Network(seed=0), gn.Network(seed=0)
    alone.learn({"x": rows["x"], "day": days}, target="day", epochs=3, verbose=0)
    together.learn(rows, target=["day", "kind"], epochs=3, verbose=0)
    plain = {"x": rows["x"]}
    ends = alone.predict(plain, interval=0.8)
    assert ends.dtype == "datetime64[us]"
    np.testing.assert_array_equal(ends[:, 0], alone.predict(plain))
    assert (ends[:, 1] <= ends[:, 2]).all()
    each = together.predict(rows, interval=0.8)
    assert [each[name].dtype for name in ("day", "day low", "day high")] == ["datetime64[us]"] * 3


@pytest.mark.parametrize("given", [{"a": [], "b": [], "k": [], "y": []}, {**table(3), "y": [None] * 3}])
def test_validation_without_a_row_to_score_is_refused_before_the_first_step(learnt, given):
    before, steps = learnt.predict(table(20, seed=4)), learnt.report.steps
    with pytest.raises(DataError, match=r"validation: no row of what was given has a target"):
        learnt.learn(table(), epochs=1, validation=given)
    np.testing.assert_array_equal(learnt.predict(table(20, seed=4)), before)
    assert learnt.report.steps == steps


def test_rows_without_a_target_are_not_laid_to_weights(learnt):
    with pytest.raises(DataError, match="none of the 300 rows has a target; there is nothing to learn from"):
        learnt.learn({**table(), "y": [None] * 300})


@pytest.mark.parametrize("limit", ["1", float("nan"), float("inf"), -1])
def test_a_time_limit_that_is_none_is_refused_before_a_network_is_planned(limit):
    with pytest.raises(SettingError, match=r"time_limit=.*: expected a number in \[0, inf\)"):
        gn.Network(seed=0).learn(table(), target="y", time_limit=limit)


def test_a_target_of_one_number_is_learnt_and_said():
    report = gn.Network(seed=0).learn({**table(60), "y": [7.0] * 60}, target="y", epochs=1, verbose=0)
    assert "the target 'y' holds one number throughout: there is nothing to learn but that" in report.notes


def test_what_more_epochs_would_bring_is_not_above_what_was_reached():
    random = np.random.default_rng(0)
    x = random.normal(size=200)
    rows = {"x": x, "z": random.normal(size=200), "y": x}
    report = gn.Network(seed=0).learn(rows, target="y", epochs=2, verbose=0)
    assert "would bring the loss near" not in str(report)


def test_a_column_that_is_named_for_weights_is_no_unknown_one(learnt):
    rows = {**table(50, seed=7), "w": [1.0, 2.0] * 25}
    named = learnt.test(rows, sample_weight="w")  # warnings are errors here
    del rows["w"]
    assert named == learnt.test(rows, sample_weight=[1.0, 2.0] * 25)
