"""Networks that look their inputs up in a table take whole numbers, and never a part of a number."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError, DTypeError

PLACES = np.arange(12).reshape(6, 2) % 3
SUMS = PLACES.sum(axis=1)


def listed() -> list[gn.Layer]:
    return [gn.Embedding(3, 2), gn.Flatten(), gn.Dense(1)]


def drawn() -> gn.Node:
    return gn.Dense(1)(gn.Flatten()(gn.Embedding(3, 2)(gn.Input(2, dtype="int64", name="places"))))


@pytest.mark.parametrize("layers", [listed, drawn])
def test_a_network_that_starts_with_an_embedding_learns_from_numbers_of_levels(layers, tmp_path):
    network = gn.Network(layers(), loss="squared", optimizer=gn.Adam(0.05), seed=0)
    network.learn(PLACES, SUMS, epochs=300)
    np.testing.assert_allclose(network.predict(PLACES), SUMS, atol=0.1)
    np.testing.assert_array_equal(network.predict(PLACES.astype(float)), network.predict(PLACES))
    network.online()(PLACES[0].astype(float), 1.0)
    loaded = gn.load(network.save(tmp_path / "places.glass"))
    np.testing.assert_array_equal(loaded.predict(PLACES), network.predict(PLACES))
    with pytest.raises(DataError, match=r"row 1, column 2 is 0\.5"):
        loaded.predict([[0, 0.5]])


@pytest.mark.parametrize("wrong", [0.5, -1, 3])
@pytest.mark.parametrize("layers", [listed, drawn])
def test_what_is_no_level_is_refused_and_changes_nothing(layers, wrong):
    network = gn.Network(layers(), loss="squared", seed=0)
    network.learn(PLACES, SUMS, epochs=2)
    row = np.array([[0, wrong]])
    before = network.weights["embedding_1.weights"].copy()
    for call in (
        lambda: network.predict(row),
        lambda: network.learn(row, [1.0], epochs=1),
        lambda: network.learn(row[0], 1.0),
        lambda: network.online()(row[0], 1.0),
    ):
        with pytest.raises(DataError, match=rf"{wrong}"):
            call()
    np.testing.assert_array_equal(network.weights["embedding_1.weights"], before)


def test_an_embedding_of_what_a_layer_computes_says_what_it_takes():
    network = gn.Network([gn.Dense(2), *listed()], loss="squared", seed=0)
    with pytest.raises(DTypeError, match=r"embedding_1: Embedding takes whole numbers, not float32; put it first"):
        network.learn(PLACES, SUMS)
