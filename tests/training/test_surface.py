"""The loss around the weights, against what can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import SettingError
from glassnet.nn.initializers import Constant
from glassnet.training.surface import Surface, directions

X = np.array([1.0, 2.0, 3.0])


def line(**more: object) -> gn.Network:
    """y = 3 x, where 2 x is desired: the loss of 3 + move is the mean of (1 + move)^2 x^2."""
    network = gn.Network(
        [gn.Dense(1, initializer=Constant(3.0))], loss="squared", optimizer=gn.GradientDescent(0.01), dtype="float64",
        seed=0, **more,
    )  # fmt: skip
    network.learn(X, 2 * X, epochs=0)
    return network


def test_of_a_line_it_is_the_parabola_of_its_slope():
    found = line().landscape(X, 2 * X, points=5, span=0.5)
    assert found.along.tolist() == [-0.5, -0.25, 0, 0.25, 0.5]
    assert found.here == pytest.approx(14 / 3)
    signs = [np.sign(found.losses[4, 2] - found.losses[0, 2]), np.sign(found.losses[2, 4] - found.losses[2, 0])]
    moved = 3 * (signs[0] * found.along[:, None] + signs[1] * found.along[None, :])  # as long as the filter, which is 3
    np.testing.assert_allclose(found.losses, (1 + moved) ** 2 * 14 / 3)


def test_each_filter_of_a_direction_is_as_long_as_that_of_the_weights():
    network = gn.Network([gn.Dense(4, "tanh"), gn.Dense(2)], loss="squared", dtype="float64", seed=3)
    network.learn(np.ones((4, 3)), np.ones((4, 2)), epochs=2)
    learnt = network._learnt
    layout = learnt.programs.layout
    first, second = (directions(layout, learnt.state, 7, which) for which in ("first", "second"))
    for group in layout.groups:
        assert not np.array_equal(first[group.name], second[group.name]) or not first[group.name].any()
        for place in group.places:
            drawn, weights = place.of(first[group.name]), place.of(learnt.state[group.name])
            if place.name.endswith("bias"):
                assert not drawn.any()
            else:
                np.testing.assert_allclose(np.linalg.norm(drawn, axis=0), np.linalg.norm(weights, axis=0))


def test_members_of_a_packed_layer_have_filters_of_their_own():
    hidden, last = gn.PackedDense(2, members=3), gn.PackedDense(1, members=3)
    network = gn.Network([hidden, last, gn.Blend(1)], loss="squared", seed=0)
    network.learn(np.arange(24.0).reshape(12, 2), np.arange(12.0), epochs=1)
    learnt = network._learnt
    layout = learnt.programs.layout
    drawn = directions(layout, learnt.state, 0, "first")
    place, group = next((p, g) for g in layout.groups for p in g.places if p.name == "packed_dense_1.weights")
    lengths = [np.linalg.norm(place.of(of[group.name]), axis=1) for of in (drawn, learnt.state)]
    np.testing.assert_allclose(lengths[0], lengths[1], rtol=1e-5)


def test_looking_changes_nothing_and_the_seed_fixes_the_directions():
    network = line()
    before = {name: array.copy() for name, array in network._learnt.state.items()}
    one, same, other = (network.landscape(X, 2 * X, points=3, seed=seed).losses for seed in (1, 1, 5))
    assert np.array_equal(one, same)
    assert all(np.array_equal(array, network._learnt.state[name]) for name, array in before.items())
    assert one.shape == other.shape == (3, 3)


def test_the_loss_in_the_middle_is_that_of_test_averages_of_weights_included():
    network = gn.Network(
        [gn.Dense(3, "tanh"), gn.Dense(1)], loss="squared", optimizer=gn.MovingAverage(gn.Adam(0.1), decay=0.9), seed=0
    )
    network.learn(X, 2 * X, epochs=20)
    assert network.landscape(X, 2 * X, points=3).here == network.test(X, 2 * X)["loss"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"points": 4}, "points=4, expected an odd number"),
        ({"points": 1}, "points=1, expected a whole number of at least 3"),
        ({"span": 0}, r"span=0, expected a number in \(0, inf\)"),
        ({"span": float("nan")}, "span=nan"),
        ({"seed": "one"}, "seed"),
    ],
)
def test_settings_out_of_range_are_named(settings, words):
    with pytest.raises(SettingError, match=words):
        line().landscape(X, 2 * X, **settings)


def test_a_network_without_matrices_says_that_there_is_nothing_to_see():
    network = gn.Network([gn.Scale()], loss="squared", seed=0)
    network.learn(X[:, None], 2 * X, epochs=1)
    with pytest.raises(SettingError, match="no layer has weights of two axes"):
        network.landscape(X[:, None], 2 * X)


def test_points_are_symmetric():
    along = Surface(7, 0.7).along
    assert along[3] == 0
    assert (along == -along[::-1]).all()
    assert along[-1] == pytest.approx(0.7)
