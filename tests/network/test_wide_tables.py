"""Tables with few rows for a column: what tells is found, and chance does not raise a score."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import glassnet as gn

RANDOM = np.random.default_rng(0)
ROWS, NEW = 300, 300
X = RANDOM.normal(size=(ROWS + NEW, 150))
Y = 2 * X[:, 0] + X[:, 1] + 0.5 * RANDOM.normal(size=ROWS + NEW)


def table(rows: slice, columns: int = X.shape[1]) -> dict[str, np.ndarray]:
    return {f"c{i}": X[rows, i] for i in range(columns)} | {"y": Y[rows]}


@pytest.fixture(scope="module")
def learnt() -> gn.Network:
    network = gn.Network(seed=0)
    network.learn(table(slice(ROWS)), target="y")
    return network


def test_two_columns_that_tell_are_found_among_150(learnt: gn.Network):
    found = learnt.test(table(slice(ROWS, None)))["r2"]
    assert found > 0.89  # which is what a linear regression on all columns has, and 0.95 one on these two
    assert learnt.report.score["r2"] == pytest.approx(found, abs=0.03)
    (choice,) = (each for each in learnt.plan if each.what == "chosen")
    assert choice.choice.startswith("about ")
    assert choice.choice.endswith("of 150 columns, which is what the group sees")
    assert "5 groups (chosen, light, middle, strong, linear)" in str(learnt.plan)


def test_a_member_sees_what_was_chosen_without_its_fold_and_keeps_it_in_a_file(learnt: gn.Network, tmp_path: Path):
    new = table(slice(ROWS, ROWS + 20))
    again = gn.load(learnt.save(tmp_path / "wide.glass"))
    np.testing.assert_array_equal(again.predict(new), learnt.predict(new))
    gates = learnt._learnt.state["running/hidden_1.gates"]
    assert set(np.unique(gates)) == {0, 1}
    assert gates[:8].mean() < 0.1 < gates[8:].min() == 1
    before = again._learnt.state["running/linear.gates"].copy()
    again.learn(table(slice(ROWS)), epochs=1)
    np.testing.assert_array_equal(again._learnt.state["running/linear.gates"], before)


def test_a_table_of_many_rows_for_a_column_or_of_columns_that_all_tell_has_no_gates():
    network = gn.Network(seed=0)
    network.learn(table(slice(ROWS), 2), target="y", epochs=1)
    assert not any("gates" in name for name in network._learnt.state)


def test_the_score_of_noise_is_that_of_noise_however_many_columns_there_are():
    """It was 0.96 where columns were chosen by the targets of all rows, those that judge a member among them."""
    noise = np.random.default_rng(1).normal(size=(120, 6001))
    columns = {f"c{i}": each for i, each in enumerate(noise.T[1:])}
    report = gn.Network(seed=0).learn(columns | {"y": noise[:, 0]}, target="y", epochs=30)
    assert any(" of 6,000 columns are not used" in note for note in report.notes)
    assert report.score["r2"] < 0.1


def test_with_little_time_members_have_the_folds_by_which_columns_were_encoded():
    network = gn.Network(seed=0)
    network.learn(table(slice(ROWS)), target="y", time_limit=0.01)
    learnt = network._learnt
    assert learnt.members.groups == 1
    assert learnt.members.folds == len(learnt.contract.encoding.gates.seen)
    assert network.test(table(slice(ROWS, None)))["r2"] > 0.5
