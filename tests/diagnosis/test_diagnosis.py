"""Diagnoses as they print and are drawn, and that looking changes nothing."""

from __future__ import annotations

import json

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import BusyError, DataError, SettingError
from glassnet.files import read

VERDICTS = {"wrong", "suspect", "fine", "not asked"}


def bits(network: gn.Network, folder) -> dict[str, object]:
    """All of a network: the bits of its state, its counters, its report but for the time."""
    arrays, settings = read(network.save(folder / "bits.glass"))
    report = {name: value for name, value in settings["report"].items() if name != "seconds"}
    return {name: array.tobytes() for name, array in arrays.items()} | {"report": report, "epochs": settings["epochs"]}


def noisy(**settings) -> gn.Network:
    layers = [gn.Dense(6, "relu"), gn.BatchNorm(), gn.Dropout(0.2), gn.Dense(1)]
    return gn.Network(layers, loss="squared", **{"optimizer": gn.Adam(0.02), "seed": 3, **settings})


@pytest.mark.parametrize("engine", ["reference", "native"])
def test_a_network_that_has_learnt_is_as_it_was_and_learns_on_as_if_nothing_had_been(rows, engine, tmp_path):
    x, y, _ = rows
    asked, alone = noisy(engine=engine), noisy(engine=engine)
    for network in (asked, alone):
        network.learn(x, y, epochs=2, verbose=0)
    before = bits(asked, tmp_path)
    asked.diagnose(x, y)
    assert bits(asked, tmp_path) == before
    for network in (asked, alone):
        network.learn(x, y, epochs=2, verbose=0)
    assert bits(asked, tmp_path) == bits(alone, tmp_path)


def test_a_network_that_has_learnt_nothing_still_has_not(rows):
    x, y, _ = rows
    mine, given = noisy(), (x.copy(), y.copy())
    mine.diagnose(x, y)
    assert repr(mine).endswith("learnt nothing yet")
    assert mine.report is None
    np.testing.assert_array_equal(x, given[0])
    np.testing.assert_array_equal(y, given[1])


def test_the_same_network_has_the_same_diagnosis(rows, of_numbers):
    x, y, _ = rows
    one, other = (of_numbers().diagnose(x, y)["labels"] for _ in range(2))
    assert one == other


def test_what_a_network_learns_in_spite_of_is_only_suspect(rows, of_numbers):
    x, y, _ = rows
    mine = of_numbers(gn.Dense(16, "tanh"), gn.Dense(1), optimizer=gn.GradientDescent(0.05))
    assert mine.diagnose(2e3 * x, y)["inputs"].verdict == "wrong"
    mine = of_numbers(gn.LayerNorm(), gn.Dense(16, "tanh"), gn.Dense(1))
    mine.learn(x, 3e3 * y, until=gn.Epochs(5), verbose=0)
    assert mine.diagnose(x, 3e3 * y)["targets"].verdict == "wrong"
    scaled = of_numbers(optimizer=gn.Adam(30.0))
    scaled.learn(x, 3e3 * x[:, 0], epochs=200, verbose=0)
    found = scaled.diagnose(x, 3e3 * x[:, 0])["targets"]
    assert found.verdict == "suspect"
    assert found.words.endswith("yet the network has learnt")


def test_it_prints_the_likeliest_cause_first_and_a_picture(rows, of_numbers):
    x, y, _ = rows
    found = of_numbers().diagnose(1e6 * x, y)
    text = str(found)
    assert text.startswith("Diagnosis of 400 rows in ")
    assert found.likely.words in text.splitlines()[0]
    verdicts = [line.split()[0] for line in text.splitlines() if line.strip().startswith(tuple(VERDICTS))]
    assert verdicts == sorted(verdicts, key=("wrong", "suspect", "fine", "not").index)
    assert f"1. inputs: {found['inputs'].remedy}" in text
    assert "dense_1" in text
    assert "####" in text


def test_findings_are_fields_and_json(rows, of_classes):
    x, _, kinds = rows
    found = of_classes().diagnose(x, kinds)
    assert {each.verdict for each in found.findings} <= VERDICTS
    assert all(each.words for each in found.findings)
    document = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert {each["name"] for each in document["findings"]} == {each.name for each in found.findings}
    with pytest.raises(KeyError, match="did you mean 'rate'"):
        found["rates"]


def test_it_is_drawn(rows, of_numbers):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    x, y, _ = rows
    found = of_numbers().diagnose(x, y)
    _, ax = pyplot.subplots()
    assert found.plot(ax=ax) is ax
    assert [label.get_text() for label in ax.get_yticklabels()] == ["dense_1", "dense_2"]
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == [each.size for each in found.layers] + [each.delta for each in found.layers]
    pyplot.close("all")


def test_layers_that_keep_states_and_targets_of_steps_are_asked_what_has_a_meaning():
    sequences = [np.sin(np.arange(8.0 + i % 3)[:, None] + i) for i in range(30)]
    stateful = gn.Network([gn.GRU(4, stateful=True, streams=10), gn.Dense(1)], loss="squared", seed=0)
    found = stateful.diagnose(sequences, [each.mean() for each in sequences], truncate=5)
    assert found["ten rows"].verdict == "not asked"
    steps = gn.Network([gn.GRU(4, sequences=True), gn.Dense(1)], loss="squared", seed=0)
    found = steps.diagnose(sequences, [each.cumsum(axis=0) for each in sequences])
    assert found["labels"].verdict == "not asked"
    assert found["ten rows"].verdict != "not asked"


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_rows_are_looked_at_too(rows, of_numbers, count):
    x, y, _ = rows
    found = of_numbers().diagnose(x[:count], y[:count])
    assert found["labels"].verdict == "not asked"
    assert found.rows == count


def test_a_failed_call_changes_nothing(rows, tmp_path):
    x, y, _ = rows
    mine = noisy()
    mine.learn(x, y, epochs=1, verbose=0)
    before = bits(mine, tmp_path)
    with pytest.raises(DataError):
        mine.diagnose(x[:, :3], y)
    with pytest.raises(DataError):
        mine.diagnose(x, y[:5])
    with pytest.raises(SettingError, match="diagnose has no argument 'epochs'"):
        mine.diagnose(x, y, epochs=3)
    assert bits(mine, tmp_path) == before


def test_it_waits_for_no_run(rows):
    x, y, _ = rows
    mine, refused = noisy(), []

    def ask(_):
        with pytest.raises(BusyError):
            mine.diagnose(x, y)
        refused.append(True)

    mine.learn(x, y, epochs=1, verbose=0, callbacks=[ask])
    assert refused
