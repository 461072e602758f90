"""A stream of dictionaries: what it learns from nothing, how it grows, what it refuses, how it goes on from a file."""

from __future__ import annotations

import threading
import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.errors import DataError, DataWarning, NotLearntError, SettingError, TargetError
from glassnet.network.stream_made import grown

ENGINES = pytest.mark.parametrize("engine", ["native", "reference"])
RANDOM = np.random.default_rng(2)


def rows(count: int, seed: int = 0) -> list[tuple[dict, str]]:
    """Rows whose class is told by a number and a text together."""
    random = np.random.default_rng(seed)
    numbers, kinds = random.normal(size=count), random.choice(["x", "y"], size=count)
    return [
        ({"a": float(a), "kind": str(k)}, "up" if (a > 0) == (k == "x") else "down")
        for a, k in zip(numbers, kinds, strict=True)
    ]


def begun(count: int = 60, **settings) -> tuple[gn.Network, object]:
    """A network that has learnt some rows of a stream, and its step."""
    network = gn.Network(seed=0, **settings)
    step = network.online()
    for x, y in rows(count):
        step(x, y)
    return network, step


# -- from nothing ------------------------------------------------------------------------------------------------------
def test_classes_are_learnt_from_nothing():
    _, step = begun(400)
    assert step.score.rows == 399
    assert step.score.error < 0.15 < 0.4 < step.score.plain
    assert step.score.recent < 0.05
    assert step.predict_one({"kind": "y", "a": 2.0}) == "down"
    assert step.predict_proba_one({"kind": "y", "a": 2.0})["down"] > 0.95


def test_numbers_are_learnt_from_nothing_and_followed_where_they_drift():
    network = gn.Network(seed=0)
    step = network.online()
    for i in range(600):
        a = float(RANDOM.normal())
        step({"a": a}, 1000.0 + 50 * a * (1 if i < 300 else -1))
    assert step.predict_one({"a": 1.0}) == pytest.approx(950, abs=10)
    assert step.drift.count >= 1
    assert 300 < step.drift.alarms[0] < 340
    assert network.predict({"a": [1.0]})[0] == pytest.approx(step.predict_one({"a": 1.0}))


@ENGINES
def test_both_engines_learn_the_same_and_a_seed_says_all(engine):
    answers = []
    for _ in range(2):
        _, step = begun(40, engine=engine, dtype="float64")
        answers.append(step.predict_proba_one({"a": 0.3, "kind": "x"})["up"])
    assert answers[0] == answers[1]
    _, step = begun(40, engine="reference", dtype="float64")
    assert answers[0] == pytest.approx(step.predict_proba_one({"a": 0.3, "kind": "x"})["up"], rel=1e-6)


def test_before_anything_is_learnt_nothing_is_known():
    network = gn.Network(seed=0)
    step = network.online()
    assert step.predict_one({"a": 1.0}) is None
    assert step.predict_proba_one({"a": 1.0}) == {}
    assert (step.score.rows, step.refused.count, step.drift.count) == (0, 0, 0)
    with pytest.raises(NotLearntError):
        network.predict({"a": [1.0]})


@pytest.mark.parametrize(
    ("y", "settings", "labels"),
    [
        ("a", {}, ("a",)),
        (True, {}, (True,)),
        (np.str_("a"), {}, ("a",)),
        (2.0, {}, None),
        (np.float32(2), {}, None),
        (2, {"loss": "squared"}, None),
        (2, {"loss": "softmax log loss"}, (2,)),
        (2, {"classes": [1, 2, 3]}, (1, 2, 3)),
    ],
)
def test_the_first_target_and_the_loss_say_what_targets_are(y, settings, labels):
    network = gn.Network(seed=0, **settings)
    step = network.online()
    step({"a": 1.0}, y)
    assert network.labels == labels
    assert "target" in str(network.plan)


def test_a_whole_number_is_taken_as_a_number_with_a_word():
    network = gn.Network(seed=0)
    with pytest.warns(DataWarning, match=r"the whole number 1, .*loss='softmax log loss'"):
        network.online()({"a": 1.0}, 1)
    assert network.labels is None


def test_classes_wrongare_as_likely_as_each_other_before_they_are_seen():
    step = gn.Network(classes=["a", "b"], seed=0).online()
    step({"x": 1.0}, "a")
    assert set(step.predict_proba_one({"x": 5.0})) == {"a", "b"}


# -- growing -----------------------------------------------------------------------------------------------------------
def test_names_are_matched_in_any_order():
    straight, turned = gn.Network(seed=0).online(), gn.Network(seed=0).online()
    for x, y in rows(50):
        straight(x, y)
        turned(x if not turned.score.begun else dict(reversed(x.items())), y)
    x = {"kind": "x", "a": 0.7}
    assert straight.predict_proba_one(x) == turned.predict_proba_one(dict(reversed(x.items())))


def test_a_column_and_a_class_that_come_are_learnt_from_that_row_on():
    network, step = begun(100)
    steps = repr(network)
    before = step.predict_proba_one({"a": 2.0, "kind": "x"})
    x, _ = rows(1)[0]
    step({**x, "new": 5.0}, "sideways")
    assert network.labels == ("up", "down", "sideways") or set(network.labels) == {"up", "down", "sideways"}
    assert steps != repr(network)  # the count goes on
    assert before["up"] > 0.9
    for i in range(200):
        x, y = rows(1, i)[0]
        new = float(i % 2)
        step({**x, "new": new}, "sideways" if new else y)
    assert step.predict_one({"a": 2.0, "kind": "x", "new": 1.0}) == "sideways"
    assert step.predict_one({"a": 2.0, "kind": "x", "new": 0.0}) == "up"
    assert sum(step.predict_proba_one({"a": 2.0}).values()) == pytest.approx(1)


def test_a_column_that_vanishes_leaves_the_others_learning():
    _, step = begun(100)
    for i in range(300):
        x, y = rows(1, i)[0]
        step({"kind": x["kind"], "b": x["a"]}, y)
    assert step.score.recent < 0.2
    assert step.predict_one({"kind": "x", "b": 2.0}) == "up"


def test_a_network_that_grows_answers_as_before_and_keeps_all():
    network, step = begun(100)
    learnt = network._learnt
    news = [(f"column {i}", value) for i in range(30) for value in (1.0, "text")]
    wider = grown(learnt, news, "third")
    assert wider is not learnt
    assert wider.contract.room.numbers > learnt.contract.room.numbers
    assert wider.contract.outputs > learnt.contract.outputs
    table = {"a": [-1.0, 0.2, 2.0, None], "kind": ["x", "y", None, "z"]}
    row, _ = learnt.contract.inputs(table)
    more, _ = wider.contract.inputs({**table, **{f"column {i}": [0.0] * 4 for i in range(0)}})
    # What is new is missing in these rows, and says so by a mark of its own, which has not been learnt yet.
    more["row"][:, 2 * wider.contract.room.numbers + learnt.contract.columns.marks :] = 0
    old, new = learnt.answers(row), wider.answers(more)
    third = new[:, 2]
    np.testing.assert_allclose(new[:, :2] / (1 - third[:, None]), old[:, :2], rtol=1e-4, atol=1e-6)
    for name, array in learnt.programs.layout.arrays(learnt.state).items():
        if array.ndim == 0:
            assert wider.programs.layout.arrays(wider.state)[name] == array
    assert step.predict_one({"a": 2.0, "kind": "x"}) == "up"  # the old one is as it was


def test_the_optimizer_goes_on_where_it_was():
    network, _ = begun(30)
    learnt = network._learnt
    wider = grown(learnt, [(f"column {i}", 1.5) for i in range(30)])
    was, now = learnt.contract.room, wider.contract.room
    old, new = (each.programs.layout.arrays(each.state)["slots/square/hidden.weights"] for each in (learnt, wider))
    assert old[: was.numbers].any()
    np.testing.assert_array_equal(new[: was.numbers], old[: was.numbers])
    np.testing.assert_array_equal(new[now.numbers : now.numbers + was.marks], old[was.numbers :])
    assert not new[was.numbers : now.numbers].any()


# -- what is refused ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ({"a": [1, 2], "kind": "x"}, "up", r"column 'a': \[1, 2\] was given, a list"),
        ({"a": float("inf"), "kind": "x"}, "up", "column 'a': inf is infinite"),
        ({"a": 1.0, "kind": "x"}, "", "expected the class"),
        ({"a": 10**400, "kind": "x"}, "up", "column 'a'.*beyond"),
        ({"a": 1.0, "new": 10**400}, "up", "column 'new'.*beyond"),
        ({"a": 1.0, "new": -float("inf")}, "up", "column 'new'.*infinite"),
        ({"a": 1e300, "kind": "x"}, "up", "beyond what"),
        ([1.0, 2.0], "up", "expected a dictionary"),
        ({"a": 1.0}, None, "expected the class"),
        ({"a": 1.0}, float("nan"), "expected the class"),
        ({"a": 1.0}, pd.NA, "expected the class"),
        ({"a": Decimal("-Infinity")}, "up", "column 'a'.*infinite"),
        ({"a": 1.0}, ["up"], "expected the class"),
        ({("a", 1): 1.0}, "up", "as its name"),
    ],
)
def test_a_bad_example_is_refused_and_counted_and_never_learnt(x, y, words):
    network, step = begun(20)
    before = {name: array.copy() for name, array in network._learnt.state.items()}
    score = step.score.rows
    with pytest.raises(DataError, match=words):
        step(x, y)
    assert step.refused.count == 1
    assert step.refused.reason
    with pytest.warns(DataWarning, match="an example was not learnt"):
        step.learn_one(x, y)
    assert str(step.refused).startswith("2 refused, the last: ")
    assert step.score.rows == score
    for name, array in network._learnt.state.items():
        np.testing.assert_array_equal(array, before[name])
    step.learn_one({"a": 1.0, "kind": "x"}, "up")
    assert step.score.rows == score + 1


def test_every_gap_is_one():
    _, step = begun(20)
    expected = step.predict_proba_one({"kind": "x"})
    for gap in (None, float("nan"), pd.NA, pd.NaT, Decimal("NaN"), Decimal("sNaN"), np.datetime64("NaT")):
        assert step.predict_proba_one({"a": gap, "kind": "x"}) == expected, repr(gap)


@pytest.mark.parametrize("y", ["text", float("inf"), None, [1.0]])
def test_a_target_that_is_no_number_is_refused(y):
    step = gn.Network(seed=0).online()
    step({"a": 1.0}, 2.0)
    with pytest.raises(TargetError, match="expected a finite number"):
        step({"a": 1.0}, y)


def test_a_first_example_that_is_refused_is_counted_and_the_next_begins():
    network = gn.Network(seed=0)
    step = network.online()
    for x, y in (({"a": [1]}, "up"), ({"a": 1.0}, None)):
        with pytest.raises(DataError):
            step(x, y)
    assert repr(network).endswith("learnt nothing yet")
    step.learn_one({"a": 1.0}, "up")
    assert step.refused.count == 2


def test_settings_that_no_stream_can_have_say_so():
    for wrong, words in (({"columns": {"zip": "category"}}, "as text"), ({"optimizer": "L-BFGS"}, "takes all rows")):
        with pytest.raises(SettingError, match=words):
            gn.Network(**wrong).online()({"a": 1.0}, 1.0)
    with pytest.raises(SettingError, match="one of numbers"):
        gn.Network(loss="squared", classes=["a", "b"]).online()({"a": 1.0}, "a")
    with pytest.raises(SettingError, match="first dictionary of the stream is empty"):
        gn.Network().online()({}, 1.0)
    step = gn.Network(seed=0).online()
    step({"a": 1.0}, 1.0)
    with pytest.raises(SettingError, match="the target is a number"):
        step.predict_proba_one({"a": 1.0})


@pytest.mark.parametrize("call", ["learn", "find_rate", "diagnose"])
def test_the_network_of_a_stream_learns_and_is_tried_by_its_steps_alone(call):
    network = gn.Network(seed=0)
    network.online()({"a": 1.0}, 1.0)
    with pytest.raises(SettingError, match=f"^{call}: the network of a stream learns one example at a time"):
        getattr(network, call)({"a": [1.0, 2.0], "y": [1.0, 2.0]}, target="y")


def test_what_is_kept_for_streams_is_not_there_for_layers_of_ones_own():
    network = gn.Network([gn.Dense(1)], loss="squared", seed=0)
    step = network.online()
    step([1.0], 2.0)
    with pytest.raises(SettingError, match="kept for a stream of dictionaries"):
        str(step.score)
    assert isinstance(step.predict_one([1.0]), float)
    with pytest.raises(DataError):
        step.learn_one([np.nan], 1.0)


# -- one network -------------------------------------------------------------------------------------------------------
def test_a_file_holds_the_stream_and_no_row_of_it(tmp_path):
    network, step = begun(80)
    path = network.save(tmp_path / "stream.glass")
    again = gn.load(path).online()
    x = {"a": 0.4, "kind": "y"}
    assert again.predict_proba_one(x) == step.predict_proba_one(x)
    assert again.score == step.score
    assert again.drift == step.drift
    other = gn.load(path)
    other_step = other.online()
    for x, y in rows(30, seed=9):
        other_step({**x, "new": 1.5}, y)
    assert other_step.score.rows == step.score.rows + 30
    assert other._learnt.contract.columns.columns["new"].place is not None
    assert path.stat().st_size < 100_000  # 80 rows learnt again would be there else


def test_several_steps_of_one_network_are_one_stream():
    network, step = begun(20)
    other = network.online()
    other({"a": 1.0, "kind": "new", "b": "x"}, "third")
    for i in range(20):
        (step, other)[i % 2]({"a": 1.0, "kind": f"level {i}"}, f"class {i % 5}")
    assert set(network.labels) == {"up", "down", "third", *(f"class {i}" for i in range(5))}
    assert step.score is other.score
    assert step.predict_one({"a": 1.0}) == other.predict_one({"a": 1.0})


def test_threads_learn_and_ask_at_once():
    network, step = begun(20)
    failed = []

    def work(number: int) -> None:
        try:
            for i in range(50):
                step({"a": float(i), "kind": f"level {number} {i % 9}"}, "up" if i % 2 else f"class {number}")
                network.predict({"a": [1.0, 2.0], "kind": ["x", "y"]})
                step.predict_one({"a": 1.0})
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert step.score.rows == 19 + 150


def test_reset_begins_afresh():
    network, step = begun(20)
    network.reset()
    assert step.predict_one({"a": 1.0}) is None
    step({"b": 2.0}, 5.5)
    assert network.labels is None
    assert step.score.rows == 0


def test_tables_are_answered_by_name():
    network, step = begun(100)
    xs = [x for x, _ in rows(10, seed=4)]
    expected = [step.predict_one(x) for x in xs]
    table = {"kind": [x["kind"] for x in xs], "a": [x["a"] for x in xs]}
    assert network.predict(table).tolist() == network.predict(xs).tolist() == expected
    probabilities = network.predict_probabilities(table)
    assert probabilities.shape == (10, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert network.test(table, [y for _, y in rows(10, seed=4)])["accuracy"] >= 0.8
    with pytest.raises(DataError, match="row 2: a number is infinite"):
        network.predict({"a": [1.0, np.inf]})
    with pytest.warns(DataWarning) as said:
        network.predict({"a": [1.0], "Kind": ["x"]})
    assert [str(each.message) for each in said] == [
        "column 'Kind' was never learnt and says nothing; did you mean 'kind'?",
        "column 'kind' is not there, and is taken for a gap in every row",
    ]
    for call in (network.learn, network.find_rate):
        for data, targets in ((table, ["up"] * 10), (np.array([1.0]), 1.0)):
            with pytest.raises(SettingError, match=r"one example at a time: step = network.online"):
                call(data, targets)


def test_whole_numbers_as_names_are_those_of_a_table_without_names():
    network = gn.Network(seed=0)
    step = network.online()
    for i in range(50):
        step({0: float(i % 7), 1: float(-i)}, float(i % 7))
    assert network.predict(np.array([[3.0, -10]]))[0] == pytest.approx(step.predict_one({0: 3.0, 1: -10.0}))


def test_nothing_is_said_of_a_stream_that_goes_well():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        begun(5)


# -- answered, then learnt ---------------------------------------------------------------------------------------------
VALUES = st.sampled_from([1.5, 1, True, float("nan"), None, "x", "y", np.float32(0.5), "", 7.25])
DICTIONARIES = st.lists(st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3), min_size=1, max_size=8)


@given(DICTIONARIES, st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_what_is_learnt_does_not_depend_on_what_was_asked_before(asked, random):
    network, step = begun(20, engine="reference")
    plain, other = begun(20, engine="reference")
    x: dict = {}  # one dictionary that changes as it goes, as a reader of a stream may hold it
    for values in asked:
        x.clear()
        x.update(values)
        step.predict_one(x)
        for name in [*x]:
            if random.random() < 0.3:
                x[name + random.choice(["", "d"])] = x.pop(name)  # moved to the end, or renamed
        step.predict_one(x)
        y = random.choice(["up", "down"])
        assert step(x, y) == other(dict(x), y)
    assert all(np.array_equal(array, plain.weights[name]) for name, array in network.weights.items())
