"""The running scale: moments that are learnt with the rows, gaps, far numbers, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.errors import SettingError, ShapeError
from glassnet.nn import RunningScale

RANDOM = np.random.default_rng(3)


def stepped(rows: np.ndarray, numbers: int, sizes: list[int], **settings) -> dict[str, np.ndarray]:
    """The statistics after the rows were learnt in batches of these sizes."""
    layers = [RunningScale(numbers, name="scale", **settings), gn.Dense(1)]
    network = gn.Network(layers, loss="squared", engine="reference", dtype="float64", seed=0)
    begin = 0
    for size in sizes:
        network.learn(rows[begin : begin + size], np.zeros(size), mode="full-batch", epochs=1)
        begin += size
    state = network._learnt.state
    return {name: state[f"running/scale.{name}"] for name in ("count", "mean", "variance")}


@given(st.lists(st.integers(1, 6), min_size=1, max_size=4))
def test_the_moments_are_those_of_all_rows_however_they_came(sizes):
    x = np.random.default_rng(len(sizes)).normal(5, 2, size=(sum(sizes), 2))
    found = stepped(np.concatenate([x, np.ones_like(x)], axis=1), 2, sizes)
    assert found["count"].tolist() == [len(x)] * 2
    np.testing.assert_allclose(found["mean"], x.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found["variance"], x.var(axis=0), rtol=1e-9, atol=1e-12)


def test_what_is_not_known_moves_nothing_and_is_0():
    rows = np.array([[1.0, 9, 1, 0, 7], [3.0, 9, 1, 0, 7]])
    found = stepped(rows, 2, [2])
    assert found["count"].tolist() == [2, 0]
    assert found["mean"].tolist() == [2, 0]
    assert found["variance"].tolist() == [1, 0]


def test_old_rows_are_forgotten_at_the_rate_of_the_memory():
    rows = np.array([[0.0, 1]] * 4 + [[8.0, 1]])
    assert stepped(rows, 1, [1] * 5, memory=4.0)["mean"].tolist() == [2.0]  # a share of 1/4, where 1/5 was due


def test_one_far_number_does_not_blind_a_column():
    x = np.concatenate([RANDOM.normal(size=64), [1e9]])
    rows = np.stack([x, np.ones_like(x)], axis=1)
    found = stepped(rows, 1, [64, 1])
    deviation = x[:64].std()
    # As if it had been 10 deviations away: of 65 rows one, so that the variance is about (64 + 100) / 65 of what it was
    assert found["variance"][0] == pytest.approx(deviation**2 * 64 / 65 * (1 + 100 / 65), rel=1e-9)


def test_the_output_is_squashed_and_what_is_beyond_passes_by():
    rows = np.array([[0.0, 1, 5], [2.0, 1, 6]])
    network = gn.Network([RunningScale(1, limit=2.0)], loss="squared", dtype="float64", engine="reference")
    network.learn(rows, np.zeros((2, 2)), epochs=1, mode="full-batch")
    s = np.array([-1.0, 1.0])
    np.testing.assert_allclose(network.predict(rows), np.stack([s / np.sqrt(1 + s**2 / 4), [5, 6]], axis=1))
    assert network.predict(np.array([[1e300, 1, 0]]))[0, 0] == pytest.approx(2)


def test_a_column_that_never_changed_is_0_whatever_rounding_does():
    found = gn.Network([RunningScale(1)], loss="squared")
    rows = np.array([[1e6 + 0.1, 1]] * 40)
    found.learn(rows, np.zeros((40, 1)), epochs=3, batch_size=7)
    assert found.predict(rows).tolist() == [[0]] * 40 or abs(found.predict(rows)).max() == 0


def test_a_wrong_width_and_settings_out_of_range_are_named():
    for settings in ({"numbers": 0}, {"numbers": 1, "limit": 0.0}, {"numbers": 1, "memory": 0.5}):
        with pytest.raises(SettingError, match="RunningScale"):
            RunningScale(**settings)
    with pytest.raises(ShapeError, match="4 or more"):
        gn.Network([RunningScale(2), gn.Dense(1)], loss="squared").learn([[1.0, 2, 3]], [1.0])
