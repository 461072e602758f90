"""A target of lists of labels: learnt with an output for each, and answered with a list for each row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.metrics import f1_score, hamming_loss, log_loss

import glassnet as gn
from glassnet.errors import SettingError, TargetError

ROWS = 120
RANDOM = np.random.default_rng(3)
SIZE, AGE = RANDOM.normal(size=ROWS), RANDOM.normal(size=ROWS)
TAGS = [
    [tag for tag, there in (("red", a > 0), ("new", b > 0), ("both", a > 0 and b > 0)) if there]
    for a, b in zip(SIZE.tolist(), AGE.tolist(), strict=True)
]
LABELS = ("both", "new", "red")
MARKS = np.array([[label in tags for label in LABELS] for tags in TAGS], int)
FEATURES = {"size": SIZE, "age": AGE}


def table(tags=TAGS):
    return {"size": SIZE.tolist(), "age": AGE.tolist(), "tags": list(tags)}


@pytest.fixture(scope="module")
def network():
    """A network of tags, of which the first row has none given."""
    made = gn.Network(seed=0)
    made.learn(table([None, *TAGS[1:]]), target="tags", epochs=40)
    return made


def test_each_label_is_learnt_and_the_rows_without_a_list_are_left_out(network):
    report = network.report
    assert ("target tags", "labels", "lists of labels 'both', 'new', 'red'") in network.plan
    assert ("loss", "MultiLabelLogLoss", "3 labels, each by itself") in network.plan
    assert "1 row without a target is left out" in report.notes
    assert report.score["accuracy"] > 0.9 > report.baseline["accuracy"]
    assert network.labels == LABELS
    assert network.targets == ("tags",)
    shares = MARKS[1:].mean(axis=0)
    assert report.baseline["accuracy"] == pytest.approx(np.maximum(shares, 1 - shares).mean())


def test_scores_are_those_of_each_pair_of_a_row_and_a_label(network):
    scores = network.test(table())
    chances = network.predict_probabilities(table())
    assert chances.shape == (ROWS, 3)
    found = chances > 0.5
    assert scores["accuracy"] == pytest.approx(1 - hamming_loss(MARKS, found))
    assert scores["f1_binary"] == pytest.approx(f1_score(MARKS, found, average="micro"))
    assert scores["loss"] == pytest.approx(np.mean([log_loss(MARKS[:, k], chances[:, k]) for k in range(3)]), rel=1e-5)
    assert [[LABELS[k] for k in np.flatnonzero(row)] for row in found] == network.predict(table()).tolist()


@pytest.mark.parametrize("made", [pd.DataFrame, pl.DataFrame, pa.table])
def test_frames_are_answered_with_a_column_of_lists(network, made):
    asked = made(FEATURES)
    lists, answers, chances = network.predict(FEATURES), network.predict(asked), network.predict_probabilities(asked)
    assert [list(each) for each in (answers.to_pylist() if made is pa.table else answers.to_list())] == lists.tolist()
    assert tuple(chances.column_names if made is pa.table else chances.columns) == LABELS


def test_a_frame_of_lists_and_its_index_is_learnt_and_answered():
    frame = pd.DataFrame({**FEATURES, "tags": [set(tags) for tags in TAGS]}, index=np.arange(ROWS) + 7)
    made = gn.Network(seed=0)
    made.learn(frame, target="tags", epochs=2)
    answers = made.predict(frame)
    assert (answers.index == frame.index).all()
    assert answers.name == "tags"
    beside = gn.Network(seed=0)
    beside.learn(frame[["size", "age"]], frame["tags"], epochs=2)
    np.testing.assert_array_equal(beside.predict_probabilities(frame), made.predict_probabilities(frame))
    assert made.test(frame) == beside.test(frame[["size", "age"]], frame["tags"])


def test_a_file_keeps_all_of_it(network, tmp_path):
    network.save(tmp_path / "a.glass")
    again = gn.load(tmp_path / "a.glass")
    assert again.labels == LABELS
    assert again.test(table()) == network.test(table())
    assert again.predict(table()).tolist() == network.predict(table()).tolist()
    again.learn(table(), epochs=1)


def test_whole_numbers_as_labels_come_back_as_numbers():
    made = gn.Network(seed=0)
    numbered = table([[1, 30] if each > 0 else [2] for each in SIZE])
    report = made.learn(numbered, target="tags", epochs=20, metric="log_loss")
    assert made.labels == (1, 2, 30)
    assert {tuple(row) for row in made.predict(numbered)} == {(1, 30), (2,)}
    assert list(report.score) == ["loss", "log_loss"]
    assert report.score["log_loss"] == pytest.approx(report.score["loss"], rel=1e-6)


def test_a_single_label_is_there_or_not():
    made = gn.Network(seed=0)
    made.learn(table([["hot"] if each > 0 else [] for each in SIZE]), target="tags", epochs=20)
    assert made.predict_probabilities(table()).shape == (ROWS, 1)
    assert (
        np.mean([(row == ["hot"]) == (each > 0) for row, each in zip(made.predict(table()), SIZE, strict=True)]) > 0.9
    )


def test_layers_laid_out_by_hand_take_the_loss_of_labels_alone():
    made = gn.Network([gn.Dense(16, "tanh"), gn.Dense(3)], loss="multi-label log loss", seed=0)
    made.learn(table(), target="tags", epochs=60)
    assert made.test(table())["accuracy"] > 0.8
    other = gn.Network([gn.Dense(3)], loss="squared", seed=0)
    with pytest.raises(
        TargetError, match=r"lists of labels, and the loss is Squared.*with an output for each of the 3"
    ):
        other.learn(table(), target="tags")


def test_labels_are_learnt_from_batches_and_folds(network):
    def pieces():
        for first in range(0, ROWS, 40):
            yield {name: values[first : first + 40] for name, values in table().items()}

    made = gn.Network(seed=0)
    made.learn(pieces, target="tags", epochs=2)
    assert made.labels == LABELS
    assert network.predict(pieces).tolist() == network.predict(table()).tolist()
    assert network.test(pieces) == pytest.approx(network.test(table()), rel=1e-6)
    folds = gn.cross_validate(gn.Network(seed=0), table(), target="tags", folds=2, epochs=20)
    assert folds.means["accuracy"] > 0.8
    once = gn.cross_validate(
        gn.Network(seed=0), table([[*TAGS[0], "rare"], *TAGS[1:]]), target="tags", folds=2, epochs=1
    )
    assert once.notes == ("1 row with a label that the turn had not learnt left out of its scores",)
    assert sorted(turn.scored for turn in once.turns) == [ROWS // 2 - 1, ROWS // 2]


def test_a_label_that_was_not_learnt_and_one_that_a_column_tells_are_said(network):
    with pytest.raises(TargetError, match="row 2 of the target 'tags' holds the label 'blue', which was not learnt"):
        network.test({"size": [1, 2], "age": [0, 1], "tags": [["red"], ["blue"]]})
    told = gn.Network(seed=0)
    told.learn({**table(), "is_red": MARKS[:, 2].tolist()}, target="tags", epochs=1)
    assert any("'is_red' is the target 'tags: red' in other words" in note for note in told.report.notes)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda made: made.predict(table(), interval=0.9), "interval= is for numbers; .* or holds lists of labels"),
        (
            lambda made: made.predict(table(), decide="f1"),
            "decide='f1' is for classes; the target is a number, or holds lists",
        ),
        (
            lambda made: gn.Network().learn(table(), target="tags", class_weight="balanced"),
            "class_weight: the target is a number or lists of labels, not a class",
        ),
        (lambda made: made.compare(table()), "compare: the labels of 'tags' are learnt together"),
        (lambda made: made.explain(table()), "explain: the labels of 'tags' are learnt together"),
        (lambda made: made.diagnose(table()), "diagnose: the labels of 'tags' are learnt together"),
        (
            lambda made: gn.Network().learn(table(), target="tags", metric="r2"),
            "the target is a list of labels; the scores",
        ),
    ],
)
def test_what_is_not_known_of_lists_of_labels_is_said(network, ask, said):
    with pytest.raises(SettingError, match=said):
        ask(network)
