"""Every argument of every call, given what it cannot be: the answer says so, and nothing is changed."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError, GlassnetError, SettingError, TargetError

X = np.linspace(-1, 1, 64)[:, None]
Y, SIDE = X[:, 0], (X[:, 0] > 0).astype(int)
TABLE = {"a": list(range(60)), "b": list(range(60))}
ANYTHING = [
    -1, 2.5j, "x", b"x", [2, "x"], {1: 2}, {"a"}, np.array([1.5, 2.5]), np.zeros((2, 2, 2)), object, object(), len, (),
    (1, 2), [None], [[1], [1, 2]], [None, "a"] * 32, [{1: 2}, {3: 4}] * 32, np.datetime64("2020-01-01"), float("nan"),
    gn,
]  # fmt: skip
FITTING = {  # what is no mistake after all, by argument
    "metric": [()],
    "callbacks": [()],
    "class_weight": [{1: 2}],
    "save": ["x", b"x"],
    "classes": [(1, 2), np.array([1.5, 2.5])],
    "online x": [-1, float("nan")],  # a table's row may have gaps
    "online y": [-1, {1: 2}],
    "predict": [np.array([1.5, 2.5]), (), (1, 2), [None]],
    "load classes": [()],
}


def network(**settings) -> gn.Network:
    """A network that has learnt nothing."""
    return gn.Network(**{"layers": [gn.Dense(1)], "loss": "squared", "seed": 0, **settings})


@pytest.fixture(scope="module")
def learnt() -> dict[str, gn.Network]:
    """Networks of numbers, of classes, and of a table, that have learnt an epoch."""
    numbers, table = network(), gn.Network(seed=0)
    classes = network(layers=[gn.Dense(2)], loss="softmax log loss")
    numbers.learn(X, Y, epochs=1)
    classes.learn(X, SIDE, epochs=1)
    table.learn(TABLE, target="b", epochs=1)
    return {"numbers": numbers, "classes": classes, "table": table}


GIVEN = {"numbers": (X, Y), "classes": (X, SIDE), "table": (TABLE, None)}


def wrong_for(argument: str) -> list:
    """What an argument cannot be."""
    fitting = list(map(repr, FITTING.get(argument, [])))
    return [each for each in ANYTHING if repr(each) not in fitting]


def refused(call, argument: str, kind: type[Exception] = GlassnetError) -> None:
    """Check that a call refuses everything that its argument cannot be, in words."""
    for wrong in wrong_for(argument):
        with pytest.raises(kind, match=r"\w+ \w+"):
            call(wrong)


@pytest.mark.parametrize(
    "argument",
    [
        "mode", "batch_size", "epochs", "time_limit", "until", "keep", "class_weight", "metric", "callbacks", "verbose",
        "target", "validation",
    ],
)  # fmt: skip
def test_learn_refuses_settings_of_a_wrong_type(argument):
    def call(wrong):
        network().learn(X, **{"targets": Y, "epochs": 1, argument: wrong})

    refused(call, argument)
    if argument != "validation":
        with pytest.raises(SettingError, match=rf"^{argument}=.*(expected|leave)"):
            call(object())


def test_learn_refuses_data_targets_and_weights_of_a_wrong_type():
    refused(lambda wrong: network().learn(X, wrong, epochs=1), "targets")
    refused(lambda wrong: network().learn(X, Y, epochs=1, sample_weight=wrong), "sample_weight", DataError)
    refused(lambda wrong: gn.Network(seed=0).learn(wrong, target="b", epochs=1), "data")
    refused(lambda wrong: gn.Network(seed=0).learn(TABLE, wrong, epochs=1), "targets")
    refused(lambda wrong: network(layers=[gn.Dense(2)], loss="softmax log loss").learn(X, wrong, epochs=1), "targets")
    with pytest.raises(DataError, match=r"sample_weight has the shape \(32, 2\); expected a number for each row"):
        network().learn(X, Y, epochs=1, sample_weight=np.ones((32, 2)))


@pytest.mark.parametrize(
    "argument", ["loss", "test_loss", "optimizer", "engine", "threads", "dtype", "seed", "reduction", "classes"]
)
def test_a_network_refuses_settings_of_a_wrong_type(argument):
    refused(lambda wrong: network(**{argument: wrong}), argument, SettingError)
    with pytest.raises(SettingError, match=rf"^{argument}=.*expected"):
        network(**{argument: object()})


@pytest.mark.parametrize("kind", GIVEN)
def test_calls_on_a_network_that_has_learnt_refuse_a_wrong_type_and_change_nothing(kind, learnt):
    box, given = learnt[kind], GIVEN[kind]
    before = {name: array.copy() for name, array in box.weights.items()}
    row = {"a": 3} if kind == "table" else [0.5]
    refused(box.predict, "predict")
    refused(lambda wrong: box.test(wrong, Y), "data")
    refused(lambda wrong: box.test(given[0], wrong), "targets")
    refused(lambda wrong: box.test(*given, sample_weight=wrong), "sample_weight")
    refused(lambda wrong: box.open(wrong, Y), "data")
    refused(lambda wrong: box.open(given[0], wrong), "targets")
    refused(lambda wrong: box.open(*given, sample_weight=wrong), "sample_weight")
    refused(lambda wrong: box.open(*given, class_weight=wrong), "class_weight")
    refused(lambda wrong: box.initialize(wrong), "initializer")
    refused(lambda wrong: box.initialize(seed=wrong), "seed")
    name = "hidden_1.weights" if kind == "table" else "dense_1.weights"
    for wrong in [(2, 1), "x", {1: 2}, object, [[1], [1, 2]]]:
        with pytest.raises(GlassnetError, match=f"{name}: .*expected"):
            box.weights[name] = wrong
        with pytest.raises(GlassnetError):
            box.online()(row, wrong if wrong != {1: 2} else {"a", "b"})
    for name, array in box.weights.items():
        np.testing.assert_array_equal(array, before[name])


def test_files_refuse_a_wrong_type(learnt, tmp_path):
    box = learnt["numbers"]
    path = box.save(tmp_path / "box.glass")
    for wrong in wrong_for("save"):
        if isinstance(wrong, str | bytes):
            continue
        for call in (box.save, gn.load):
            with pytest.raises(SettingError, match="expected the path of a model file"):
                call(wrong)
    refused(lambda wrong: gn.load(path, classes=wrong), "load classes", SettingError)
    refused(lambda wrong: gn.load(path, engine=wrong), "engine", SettingError)
    refused(lambda wrong: gn.load(path, threads=wrong), "threads", SettingError)


# -- what belongs together ---------------------------------------------------------------------------------------------
def test_a_target_that_would_not_be_looked_at_is_refused(learnt):
    with pytest.raises(SettingError, match=r"target='b': the targets were given beside the inputs; leave one"):
        network().learn(X, Y, target="b", epochs=1)
    box = learnt["table"]
    box.learn(TABLE, target=["b"], epochs=1)
    with pytest.raises(SettingError, match=r"target='a': this network has learnt 'b'; .*reset\(\)"):
        box.learn(TABLE, target="a", epochs=1)


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ([None, "a"] * 32, "values of type NoneType and str, which are no classes together"),
        ([{1: 2}, {3: 4}] * 32, "values of type dict, which are no classes"),
        (np.zeros((32, 2), int), None),
        ([["a"], ["b", "c"]] * 32, "row 2 holds 2 values where row 1 holds 1 value"),
    ],
)
def test_targets_that_are_no_classes_are_refused(targets, said):
    box = network(layers=[gn.Dense(2)], loss="softmax log loss")
    with pytest.raises(DataError, match=said):
        box.learn(X, targets, epochs=1)


def test_targets_of_another_shape_than_a_class_a_row_are_refused(learnt):
    with pytest.raises(TargetError, match=r"targets of shape \(32, 2\) where classes are learnt"):
        learnt["classes"].test(X, np.zeros((32, 2), int))


def test_targets_of_another_number_than_those_of_the_table_are_refused(learnt):
    with pytest.raises(TargetError, match="2 targets a row were given; expected 1, 'b'"):
        learnt["table"].online()({"a": 3}, [1, 2])


def test_classes_of_several_types_are_refused():
    with pytest.raises(SettingError, match="at least two classes of one type"):
        gn.Network(classes=[2, "x"])
