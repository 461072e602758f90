"""What can be explained, what is refused, and data whose truth is known."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError, MissingExtraError, NotLearntError, SchemaError, SettingError

ROWS = np.sin(np.arange(120.0).reshape(40, 3) ** 1.5)
ADDED = {"low": -1.0, "mid": 0.0, "high": 2.0}


@pytest.fixture(scope="module")
def known() -> dict[str, np.ndarray]:
    """y = 3 a - 2 b + what the category adds + 1.5 a d + noise; c has nothing to do with it."""
    random = np.random.default_rng(4)
    a, b, c, d = random.normal(size=(4, 1500))
    k = random.choice(list(ADDED), 1500)
    added = np.array([ADDED[level] for level in k])
    return {"a": a, "b": b, "c": c, "d": d, "k": k, "y": 3 * a - 2 * b + added + 1.5 * a * d + random.normal(size=1500)}


@pytest.fixture(scope="module")
def learnt(known) -> gn.Network:
    network = gn.Network(seed=0)
    network.learn(known, target="y", verbose=0)
    return network


def test_a_network_that_learnt_known_data_finds_the_truth(learnt, known):
    """On the way from the average, about 0, to a row the term 1.5 a d gives half of itself to a and half to d."""
    found = learnt.explain(known).attributions()
    a, b, d = known["a"], known["b"], known["d"]
    added = np.array([ADDED[level] for level in known["k"]])
    truth = {"a": 3 * a + 0.75 * a * d, "b": -2 * b, "c": 0 * a, "d": 0.75 * a * d, "k": added - added.mean()}
    for name, part in zip(found.columns, found.values.T, strict=True):
        assert np.sqrt(np.mean((part - truth[name]) ** 2)) < 0.45, name  # of a noise of 1; the smallest truth has 0.75
        assert name == "c" or np.corrcoef(part, truth[name])[0, 1] > 0.9, name
    assert found.error <= 0.01


def test_importance_and_dependence_of_known_data(learnt, known):
    """Without noise of its own a network would lose 2 var(3 a + 1.5 a d) = 2 (9 + 2.25) by a, and 2 x 4 by b."""
    explanation = learnt.explain(known)
    found = explanation.importance("mean_squared_error", repeats=10)
    worse = dict(zip(found.columns, found.means, strict=True))
    assert found.columns[0] == "a"
    assert found.columns[-1] == "c"
    assert worse["a"] == pytest.approx(22.5, rel=0.15)
    assert worse["b"] == pytest.approx(8, rel=0.15)
    assert worse["d"] == pytest.approx(4.5, rel=0.25)
    assert worse["k"] == pytest.approx(2 * np.var([ADDED[level] for level in known["k"]]), rel=0.25)
    curve = explanation.dependence("b")
    inner = np.abs(curve.places) < 2
    assert np.polyfit(curve.places[inner], curve.means[inner], 1)[0] == pytest.approx(-2, rel=0.1)


def test_a_saved_network_is_explained_alike(learnt, known, tmp_path):
    again = gn.load(learnt.save(tmp_path / "known.glass"))
    np.testing.assert_array_equal(
        again.explain(known).attributions().values, learnt.explain(known).attributions().values
    )
    assert again.explain({**known, "a": known["a"] + 100}).outside()[0].row == 0


def test_explaining_changes_nothing_in_a_network(learnt, known):
    before = {name: values.copy() for name, values in learnt.weights.items()}
    explanation = learnt.explain(known)
    explanation.importance(repeats=2)
    explanation.attributions()
    for name, values in learnt.weights.items():
        np.testing.assert_array_equal(values, before[name])


def test_columns_without_names_are_called_by_their_place():
    network = gn.Network(seed=0)
    network.learn(ROWS, ROWS @ [1.0, -2.0, 0.5], epochs=2, verbose=0)
    explanation = network.explain(ROWS, ROWS @ [1.0, -2.0, 0.5])
    assert explanation.attributions().columns == ("0", "1", "2")
    assert len(explanation.importance().columns) == 3


def test_levels_beyond_those_with_a_column_of_their_own_add_nothing(known):
    """Features that are the same in all rows belong to no column, and are on nobody's way."""
    network = gn.Network([gn.Dense(1)], loss="squared", seed=0)
    network.learn(known, target="y", epochs=1, verbose=0)
    some = {name: values[known["k"] != "mid"] for name, values in known.items()}
    found = network.explain(some).attributions()
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base, found.answers, rtol=1e-9)


def test_columns_may_have_any_name():
    names = ["numbers", "inputs", "target", "position on the path", "chosen outputs", "explained value"]
    rows = {name: [f"level {(i * place) % 3}" for i in range(60)] for place, name in enumerate(names, 1)}
    rows["size"] = [i % 7 for i in range(60)]
    network = gn.Network(seed=0)
    network.learn({**rows, "y": [i % 7 + i % 3 for i in range(60)]}, target="y", epochs=2, verbose=0)
    found = network.explain(rows).attributions()
    np.testing.assert_allclose(found.answers, network.predict(rows), rtol=1e-4, atol=1e-4)
    assert found.error <= 0.01


def test_what_has_no_columns_is_refused():
    with pytest.raises(NotLearntError, match="explain: the network has learnt nothing yet"):
        gn.Network().explain(ROWS)
    arrays = gn.Network([gn.Dense(1)], loss="squared", seed=0)
    arrays.learn(ROWS, ROWS[:, 0], epochs=0, verbose=0)
    with pytest.raises(
        SettingError, match="learnt arrays or a stream, which have no columns to speak of; learn from a table"
    ):
        arrays.explain(ROWS)
    recurrent = gn.Network([gn.GRU(2), gn.Dense(1)], loss="squared", seed=0)
    recurrent.learn([ROWS[:4], ROWS[4:9]], [1.0, 2.0], epochs=0, verbose=0)
    with pytest.raises(SettingError, match="learnt sequences, which are not explained yet"):
        recurrent.explain([ROWS])


def test_rows_that_do_not_fit_are_refused(learnt, known):
    with pytest.raises(DataError, match="has one row; rows are explained beside their average: give 2 at least"):
        learnt.explain({name: values[:1] for name, values in known.items()})
    with pytest.raises(SchemaError, match="lacks 1 column that the network learnt: 'b'"):
        learnt.explain({name: values for name, values in known.items() if name != "b"})
    with pytest.raises(DataError, match="1,500 rows and 7 targets"):
        learnt.explain(known, known["y"][:7])


def test_it_says_what_can_be_asked(learnt, known):
    assert repr(learnt.explain(known)) == (
        "Explanation of 'y' on 1,500 rows: importance(), attributions(), dependence(column), reasons(row), outside()"
    )


def test_without_matplotlib_the_error_says_how_to_install_it(monkeypatch, learnt, known):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    explanation = learnt.explain(known)
    for found in (explanation.importance(repeats=2), explanation.dependence("a", values=2)):
        with pytest.raises(MissingExtraError, match=r"pip install 'glassnet\[plot\]'"):
            found.plot()


def test_they_are_drawn_with_matplotlib(learnt, known):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    from matplotlib import pyplot

    explanation = learnt.explain(known)
    found = explanation.importance(repeats=2)
    axes = found.plot()
    assert [label.get_text() for label in axes.get_yticklabels()] == [*reversed(found.columns)]
    assert [bar.get_width() for bar in axes.patches] == found.means[::-1].tolist()
    pyplot.close(axes.figure)
    curve = explanation.dependence("a", values=5)
    axes = curve.plot()
    np.testing.assert_array_equal(axes.get_lines()[0].get_xydata(), np.stack([curve.places, curve.means], axis=1))
    assert curve.plot(axes) is axes
    pyplot.close(axes.figure)
    levels = explanation.dependence("k")
    axes = levels.plot()
    assert [label.get_text() for label in axes.get_xticklabels()] == [*levels.values]
    pyplot.close(axes.figure)
