"""Recurrent layers that keep every k-th carry: the same answers and derivatives on both engines, in less memory."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.engines.native.build import built
from glassnet.engines.native.jit import host
from glassnet.engines.native.memory import placed

RANDOM = np.random.default_rng(3)
RAGGED = [RANDOM.normal(size=(steps, 2)) for steps in RANDOM.integers(1, 24, 40)]
SUMS = np.array([x.sum() / 4 for x in RAGGED])
LAYERS = {
    "RNN": lambda keep: [gn.RNN(8, keep=keep)],
    "LSTM": lambda keep: [gn.LSTM(8, keep=keep)],
    "GRU before": lambda keep: [gn.GRU(8, reset="before", keep=keep)],
    "both ways": lambda keep: [gn.Bidirectional(gn.GRU(8, keep=keep))],
    "stacked": lambda keep: [gn.LSTM(8, sequences=True, keep=keep), gn.GRU(8, keep=keep)],
}
every_stack = pytest.mark.parametrize("kind", LAYERS)


def learnt(kind, keep, engine="native", epochs=2, **more):
    """A network after some epochs of gradient descent in float64."""
    settings = {"optimizer": gn.GradientDescent(0.1), "seed": 1, "dtype": "float64", **more}
    made = gn.Network([*LAYERS[kind](keep), gn.Dense(1)], loss="squared", engine=engine, **settings)
    made.learn(RAGGED, SUMS, epochs=epochs, batch_size=20)
    return made


@pytest.mark.parametrize("engine", ["native", "reference"])
@every_stack
def test_a_network_in_pieces_learns_what_the_one_learns_that_keeps_all(kind, engine):
    plain = learnt(kind, None, engine)
    for keep in (1, 7, 100):
        pieces = learnt(kind, keep, engine)
        for name, array in plain.weights.items():
            np.testing.assert_allclose(pieces.weights[name], array, rtol=1e-12, atol=1e-14, err_msg=name)
        np.testing.assert_allclose(pieces.predict(RAGGED), plain.predict(RAGGED), rtol=1e-11)


@every_stack
def test_pieces_of_any_size_give_the_same_bits_in_the_reference_engine(kind):
    one, *others = (learnt(kind, keep, "reference").weights for keep in (1, 5, 100))
    for other in others:
        for name, array in one.items():
            np.testing.assert_array_equal(other[name], array, err_msg=name)


def memory(made, steps, rows=32):
    """The memory inside of a step of learning on the native engine, in states of a layer of 8 units."""
    manifest, _ = built(made._learnt.programs.train, host().manners, checked=False)
    return placed(manifest, {"t": steps, "n": rows})[1] / (4 * 8 * rows)


@pytest.mark.parametrize(
    ("kind", "carries", "values", "runs"), [("RNN", 1, 3, 1), ("LSTM", 2, 9, 1), ("both ways", 2, 18, 2)]
)
def test_memory_is_that_of_every_kth_carry_and_of_k_steps(kind, carries, values, runs):
    whole, pieces = (learnt(kind, keep, epochs=0, dtype="float32") for keep in (None, 20))
    assert memory(whole, 1600) > values * 1600
    masks = 2 * runs / 32  # which steps are there, a byte each, in the two orders of their axes
    assert memory(pieces, 1600) < (carries / 20 + masks) * 1600 + 1.2 * values * 20
    assert memory(pieces, 1600) - memory(pieces, 400) == pytest.approx((carries / 20 + masks) * 1200, rel=0.02)


def test_keep_is_saved_and_printed(tmp_path):
    made = learnt("both ways", 5, epochs=1)
    loaded = gn.load(made.save(tmp_path / "pieces.glass"))
    assert loaded.layers["bidirectional_1"].layer.keep == 5
    assert "keep=5" in str(loaded.plan)
    np.testing.assert_array_equal(loaded.predict(RAGGED), made.predict(RAGGED))


def test_a_layer_that_keeps_its_state_may_run_in_pieces():
    totals = [np.cumsum(x.sum(axis=1)) / 4 for x in RAGGED]
    found = []
    for keep in (None, 3):
        layers = [gn.GRU(8, sequences=True, stateful=True, streams=10, keep=keep), gn.Dense(1)]
        made = gn.Network(layers, loss="squared", optimizer=gn.GradientDescent(0.1), dtype="float64", seed=1)
        made.learn(RAGGED, totals, epochs=2, truncate=7)
        found.append(np.concatenate(made.predict(RAGGED[:10])))
    np.testing.assert_allclose(*found, rtol=1e-11)
