"""Members without hidden layers: they start at least squares, and the blend takes them where columns add up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import glassnet as gn

ROWS = 240


def table(seed: int = 0, rows: int = ROWS) -> dict[str, np.ndarray]:
    """y = a + 2 b - c exactly, from columns that are nearly the same."""
    random = np.random.default_rng(seed)
    common = random.normal(size=rows)
    a, b, c = common + 0.05 * random.normal(size=(3, rows))
    return {"a": a, "b": b, "c": c, "y": a + 2 * b - c}


@pytest.fixture(scope="module")
def learnt() -> gn.Network:
    network = gn.Network(seed=0)
    network.learn(table(), target="y")
    return network


def groups(network: gn.Network) -> str:
    return next(each.choice for each in network.plan if each.what == "ensemble")


def test_a_sum_of_columns_is_told_nearly_exactly_and_the_plan_says_by_whom(learnt: gn.Network):
    new = table(1)
    wrong = float(np.sqrt(np.mean((learnt.predict(new) - new["y"]) ** 2)) / new["y"].std())
    assert wrong < 0.003  # members with hidden layers alone came to 0.024
    assert groups(learnt).endswith("(light, middle, strong, linear)")
    assert "start at least squares" in str(learnt.plan)


def test_they_begin_where_least_squares_on_the_rows_that_each_learns_from_is():
    network = gn.Network(seed=0)
    network.learn(table(), target="y", epochs=0)
    learnt, data = network._learnt, table()
    weights = learnt.programs.layout.weights(learnt.state)
    matrix, bias = weights["linear.weights"], weights["linear.bias"]
    assert matrix.shape[0] == 32
    assert len(weights["hidden_1.weights"]) == len(weights["output.weights"]) == 24
    assert not matrix[:24].any()  # as the others begin
    inputs, _ = learnt.contract.inputs(data)
    desired, _ = learnt.contract.targets(data, None)
    off = np.einsum("nf,mfo->nmo", inputs["numbers"], matrix[24:]) + bias[24:] - desired[:, None]
    assert np.sqrt((off**2).mean(axis=(0, 2))).max() < 0.01
    assert len({matrix[member].tobytes() for member in range(24, 32)}) == 8  # each without rows of its own


def test_a_network_is_the_same_again_from_its_file_and_learns_on(learnt: gn.Network, tmp_path: Path):
    again = gn.load(learnt.save(tmp_path / "sum.glass"))
    np.testing.assert_array_equal(again.predict(table(1)), learnt.predict(table(1)))
    before = again._learnt.programs.layout.weights(again._learnt.state)["linear.weights"][24:].copy()
    other = table(2)
    again.learn({**other, "y": other["y"] + other["a"]}, target="y", epochs=5)
    after = again._learnt.programs.layout.weights(again._learnt.state)["linear.weights"][24:]
    assert (after != before).any()  # it goes on from there
    assert np.abs(after - before).max() < 0.2  # and does not begin anew


def test_rows_of_weight_0_are_not_looked_at():
    data, weights = table(), np.ones(ROWS)
    data["y"] = data["y"].copy()
    data["y"][::5], weights[::5] = 1e3, 0
    network = gn.Network(seed=0)
    network.learn(data, target="y", sample_weight=weights, epochs=0)
    weights_of = network._learnt.programs.layout.weights(network._learnt.state)
    inputs, _ = network._learnt.contract.inputs(data)
    desired, _ = network._learnt.contract.targets(data, None)
    off = inputs["numbers"] @ weights_of["linear.weights"][-1] + weights_of["linear.bias"][-1] - desired
    assert np.abs(off[weights > 0]).max() < 0.05


def test_classes_of_few_rows_begin_at_logistic_regressions():
    data = table()
    kinds = gn.Network(seed=0)
    named = {**data, "y": np.where(data["y"] > 0, "up", "down")}
    kinds.learn(named, target="y", epochs=0)
    assert groups(kinds).endswith("(light, middle, strong, linear)")
    assert "start at logistic regression" in str(kinds.plan)
    weights = kinds._learnt.programs.layout.weights(kinds._learnt.state)
    inputs, _ = kinds._learnt.contract.inputs(named)
    told = np.einsum("nf,mfo->nmo", inputs["numbers"], weights["linear.weights"][24:]) + weights["linear.bias"][24:]
    assert ((told[:, :, 0] > 0) == (data["y"] > 0)[:, None]).mean() > 0.98


@pytest.mark.parametrize(("rows", "expected"), [(29, "strong"), (30, "linear"), (1_999, "linear"), (2_000, "middle")])
def test_classes_have_such_members_from_ten_rows_for_a_column_to_2000(rows: int, expected: str):
    network, data = gn.Network(seed=0), table(rows=rows)
    network.learn({**data, "y": np.where(data["y"] > 0, "up", "down")}, target="y", epochs=0)
    assert groups(network).endswith(f"{expected})")


def test_losses_that_are_not_solved_have_no_such_members():
    absolute = gn.Network(loss="absolute", seed=0)
    absolute.learn(table(), target="y", epochs=0)
    assert groups(absolute).endswith("(light, middle, strong)")


def test_lists_of_labels_begin_there_too():
    data = table()
    labels = [[name for name in ("a", "b") if data[name][row] > 0] for row in range(ROWS)]
    network = gn.Network(seed=0)
    network.learn({"a": data["a"], "b": data["b"], "y": labels}, target="y", epochs=0)
    assert groups(network).endswith("(light, middle, strong, linear)")
    told = network.predict({"a": data["a"], "b": data["b"]})
    assert np.mean([sorted(one) == sorted(other) for one, other in zip(told, labels, strict=True)]) > 0.9


def test_weights_that_were_wished_for_stay():
    network = gn.Network(initializer="zeros", seed=0)
    network.learn(table(), target="y", epochs=0)
    assert not network._learnt.programs.layout.weights(network._learnt.state)["linear.weights"].any()


def test_several_numbers_begin_there_too_and_the_same_seed_gives_the_same_bits():
    data = table()
    both = {**data, "z": data["b"] - 3 * data["c"]}
    found = []
    for threads in (1, 2):
        network = gn.Network(seed=0, threads=threads)
        network.learn(both, target=["y", "z"], epochs=1)
        found.append(network.predict(both))
    np.testing.assert_array_equal(*found)
    assert np.abs(found[0][:, 1] - both["z"]).max() < 0.2
