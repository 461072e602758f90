"""What the parameters of a network start from: for all, for a layer, for a parameter, at first and again."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import NotLearntError, SettingError, ShapeError
from glassnet.nn.initializers import Constant, Initializer, Orthogonal

X = np.random.default_rng(0).normal(size=(40, 4))
Y = X[:, 0] - X[:, 1] * X[:, 2]


def made(**settings) -> gn.Network:
    """A network that is made for the data and has learnt nothing."""
    network = gn.Network(
        [gn.Dense(4, "tanh"), gn.LayerNorm(), gn.Dense(1)], loss="squared", dtype="float64", seed=0, **settings
    )
    network.learn(X, Y, epochs=0)
    return network


def weights(network: gn.Network) -> dict[str, list]:
    return {name: array.tolist() for name, array in network.weights.items()}


def test_an_initializer_for_all_is_that_of_every_matrix_and_of_nothing_else():
    network, usual = made(initializer="orthogonal"), made()
    first = network.weights["dense_1.weights"]
    np.testing.assert_allclose(first.T @ first, np.eye(4), atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(network.weights["dense_2.weights"]), 1, rtol=1e-12)
    for name in ("dense_1.bias", "dense_2.bias", "layer_norm_1.gain", "layer_norm_1.offset"):
        assert np.array_equal(network.weights[name], usual.weights[name])


def test_a_layer_and_a_parameter_by_name_and_the_parameter_goes_first():
    starts = {"dense_1.bias": Constant([1, 2, 3, 4]), "dense_1": "identity", "layer_norm_1.gain": Constant(0.5)}
    network, usual = made(initializer=starts), made()
    assert network.weights["dense_1.weights"].tolist() == np.eye(4).tolist()
    assert network.weights["dense_1.bias"].tolist() == [1, 2, 3, 4]
    assert network.weights["layer_norm_1.gain"].tolist() == [0.5] * 4
    assert np.array_equal(network.weights["dense_2.weights"], usual.weights["dense_2.weights"])


def test_again_at_any_time():
    network = made(initializer={"dense_2": "ones"})
    first = weights(network)
    network.learn(X, Y, epochs=2)
    learnt, steps = weights(network), network.report.steps
    network.initialize({"dense_1.weights": "zeros"})
    assert weights(network) == {**learnt, "dense_1.weights": np.zeros((4, 4)).tolist()}
    network.initialize()
    assert weights(network) == first
    network.initialize(seed=1)
    assert weights(network)["dense_1.weights"] != first["dense_1.weights"]
    assert weights(network)["dense_2.weights"] == first["dense_2.weights"] == np.ones((4, 1)).tolist()
    network.initialize(Constant(0.25))
    assert set(np.ravel(network.weights["dense_2.weights"])) == {0.25}
    assert network.predict(X).shape == (40,)
    assert steps == 4


def test_a_stream_takes_up_the_new_weights():
    network = made()
    step = network.online()
    step(X[0], Y[0])
    network.initialize(Constant(0.0))
    assert step(X[0], Y[0]) == pytest.approx(Y[0] ** 2, rel=1e-12)


def test_what_is_drawn_depends_on_the_seed_alone():
    assert weights(made(initializer="truncated-normal")) == weights(made(initializer="truncated-normal"))


def test_it_is_saved_loaded_and_cloned(tmp_path):
    network = made(initializer={"dense_1": Orthogonal(2.0)})
    first = weights(network)
    network.learn(X, Y, epochs=1)
    again = gn.load(network.save(tmp_path / "model.gn"))
    again.initialize()
    assert weights(again) == first
    clone = network.clone()
    clone.learn(X, Y, epochs=0)
    assert weights(clone) == first


def test_an_initializer_of_ones_own():
    class Ramp(Initializer):
        def values(self, shape, seed, name):
            return np.arange(np.prod(shape), dtype=float).reshape(shape)

    assert made(initializer={"dense_2": Ramp()}).weights["dense_2.weights"].ravel().tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("start", "error", "named"),
    [
        ({"dense_3": "ones"}, SettingError, "no layer .* is called 'dense_3'; did you mean 'dense_"),
        ({"dense_1.wieghts": "ones"}, SettingError, "did you mean 'dense_1.weights'"),
        ({"dense_2": "zeros", "dense_1.weights": Constant([1.0, 2])}, ShapeError, r"dense_1\.weights: .*\(2,\)"),
        ({"dense_2": "zeros", "dense_1.bias": "orthogonal"}, ShapeError, r"dense_1\.bias: an orthogonal matrix"),
        ("xavier-normal", SettingError, "here it is called 'glorot-normal'"),
        ({1: "ones"}, SettingError, "expected names of layers or parameters"),
        (3, SettingError, "initializer 3: expected a name"),
    ],
)
def test_a_start_that_does_not_fit_is_named_and_changes_nothing(start, error, named):
    network = made()
    before = weights(network)
    with pytest.raises(error, match=named):
        network.initialize(start)
    assert weights(network) == before
    with pytest.raises(error, match=named):
        made(initializer=start)


def test_a_seed_out_of_range_changes_nothing():
    network = made()
    with pytest.raises(SettingError, match="seed=-1"):
        network.initialize(seed=-1)


def test_a_network_without_data_has_no_parameters_yet():
    with pytest.raises(NotLearntError, match="initialize: the network has learnt nothing yet"):
        gn.Network(seed=0).initialize("ones")
    with pytest.raises(SettingError, match="here it is initializer="):
        gn.Network(kernel_initializer="ones")
