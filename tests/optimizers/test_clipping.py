from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import SettingError
from glassnet.nn.initializers import Constant
from glassnet.optimizers import SWA, Adam, Clip, ClipByGlobalNorm, ClipByNorm, ClipByValue, GradientDescent


def clipped(clip, *deltas, dtype="float64"):
    tape = Tape()
    arrays = [np.asarray(delta, dtype) for delta in deltas]
    tensors = [tape.input(f"d{i}", array.shape, dtype) for i, array in enumerate(arrays)]
    return evaluate(clip.clipped(tensors), dict(zip(tensors, arrays, strict=True)))


def test_by_value():
    (found,) = clipped(ClipByValue(2.0), [-5.0, -2.0, 0.5, 2.0, 7.0])
    assert found.tolist() == [-2.0, -2.0, 0.5, 2.0, 2.0]


def test_by_norm_a_parameter_at_a_time():
    a, b, c = clipped(ClipByNorm(1.0), [3.0, 4.0], [[0.3, 0.4]], [0.0, 0.0])
    np.testing.assert_allclose(a, [0.6, 0.8], rtol=1e-15)
    assert b.tolist() == [[0.3, 0.4]]
    assert c.tolist() == [0.0, 0.0]


def test_by_global_norm_all_by_one_factor():
    # The norm of (2, 4, 4) and (8) is 10.
    a, b = clipped(ClipByGlobalNorm(5.0), [2.0, 4.0, 4.0], [[8.0]])
    np.testing.assert_allclose(a, [1.0, 2.0, 2.0], rtol=1e-15)
    np.testing.assert_allclose(b, [[4.0]], rtol=1e-15)
    same = clipped(ClipByGlobalNorm(10.0), [2.0, 4.0, 4.0], [[8.0]])
    assert [each.tolist() for each in same] == [[2.0, 4.0, 4.0], [[8.0]]]


def test_norms_of_large_deltas_do_not_overflow_in_float32():
    (found,) = clipped(ClipByNorm(1.0), [3e30, 4e30], dtype="float32")
    np.testing.assert_allclose(found, [0.6, 0.8], rtol=1e-6)


@pytest.mark.parametrize("clip", [ClipByValue(1.0), ClipByNorm(1.0), ClipByGlobalNorm(1.0)])
def test_a_delta_that_is_no_number_is_seen(clip):
    (found,) = clipped(clip, [np.nan, 1.0])
    assert np.isnan(found[0])


@settings(deadline=None, max_examples=100, derandomize=True, database=None)
@given(
    deltas=st.lists(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5), min_size=1, max_size=4),
    limit=st.floats(1e-3, 1e6),
)
def test_what_is_clipped_keeps_within_the_limit_and_its_direction(deltas, limit):
    whole = np.concatenate(deltas)
    found = np.concatenate(clipped(ClipByGlobalNorm(limit), *deltas))
    assert np.linalg.norm(found) <= limit * (1 + 1e-12)
    np.testing.assert_allclose(found, whole * min(1, limit / max(np.linalg.norm(whole), 1e-300)), rtol=1e-12, atol=0)
    for each, delta in zip(clipped(ClipByNorm(limit), *deltas), deltas, strict=True):
        (alone,) = clipped(ClipByGlobalNorm(limit), delta)
        np.testing.assert_array_equal(each, alone)
    assert max(np.abs(each).max() for each in clipped(ClipByValue(limit), *deltas)) <= limit


def moved(engine, optimizer, reduction="mean"):
    """How far one step on two rows, both with delta (-6, -18) and -6, moves two weights and a bias that start at 0."""
    layer = gn.Dense(1, initializer=Constant(0.0))
    network = gn.Network([layer], loss="squared", optimizer=optimizer, engine=engine, reduction=reduction, seed=0)
    network.learn(np.array([[1.0, 3.0]] * 2), np.array([3.0, 3.0]), mode="full-batch", epochs=1)
    return np.concatenate([network.weights[name].ravel() for name in ("dense_1.weights", "dense_1.bias")])


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize(
    ("clip", "expected"),
    [
        (None, [6, 18, 6]),
        (ClipByValue(10.0), [6, 10, 6]),
        (ClipByNorm(10.0), [10 / 10**0.5, 30 / 10**0.5, 6]),
        (ClipByGlobalNorm(1.0), [1 / 11**0.5, 3 / 11**0.5, 1 / 11**0.5]),
    ],
)
def test_a_network_learns_within_the_bound(engine, clip, expected):
    found = moved(engine, GradientDescent(1.0, clip=clip))
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_under_a_sum_the_total_is_clipped():
    found = moved("reference", GradientDescent(1.0, clip=ClipByValue(10.0)), reduction="sum")
    assert found.tolist() == [10, 10, 10]


def test_penalties_are_added_after_clipping():
    network = gn.Network(
        [gn.Dense(1, bias=False, initializer=Constant(1.0))], loss="squared", seed=0, engine="reference",
        optimizer=GradientDescent(1.0, l2=0.25, clip=ClipByNorm(0.5)),
    )  # fmt: skip
    network.learn(np.array([[1.0]]), np.array([9.0]), mode="full-batch", epochs=1)
    assert network.weights["dense_1.weights"].tolist() == [[1 + 0.5 - 0.25]]


def test_an_average_is_clipped_as_its_rule_is():
    found = moved("reference", SWA(GradientDescent(1.0, clip=ClipByValue(1.0))))
    assert found.tolist() == [1, 1, 1]


@dataclass(frozen=True, eq=False)
class Normalised(Clip):
    """An own clip: every delta to norm 1."""

    def clipped(self, deltas):
        return [d / (d * d).sum().sqrt() for d in deltas]


def test_an_own_clip_learns_and_is_saved_and_loaded(tmp_path):
    np.testing.assert_allclose(
        moved("native", GradientDescent(1.0, clip=Normalised())), [0.1**0.5, 0.9**0.5, 1], rtol=1e-6
    )
    for clip in (Normalised(), ClipByGlobalNorm(2.0)):
        network = gn.Network([gn.Dense(1)], loss="squared", optimizer=Adam(clip=clip), seed=0)
        network.learn(np.ones((2, 1)), np.ones(2), epochs=1)
        loaded = gn.load(network.save(tmp_path / "clipped.glass"), classes=[Normalised])
        assert loaded.predict(np.ones((1, 1))) == network.predict(np.ones((1, 1)))


@pytest.mark.parametrize("clip", [ClipByValue, ClipByNorm, ClipByGlobalNorm])
@pytest.mark.parametrize("limit", [0, -1.0, float("inf"), float("nan"), None])
def test_limits_out_of_range_are_refused(clip, limit):
    with pytest.raises(SettingError, match=rf"{clip.__name__}: limit=.*, expected a .*number in \(0, inf\)"):
        clip(limit)


def test_a_clip_that_is_none_is_refused():
    with pytest.raises(SettingError, match=r"Adam: clip=1.0, expected None or a Clip such as ClipByGlobalNorm\(1.0\)"):
        Adam(clip=1.0)
    with pytest.raises(SettingError, match="Adam has no setting 'clipnorm'; here it is called 'clip'"):
        Adam(clipnorm=1.0)
