"""Dense layers of many networks in one: values, starts, derivatives, files, errors."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.check import check_derivatives
from glassnet.core.extent import n
from glassnet.core.tape import Tape
from glassnet.errors import SettingError, ShapeError
from glassnet.nn import Blend, Dense, FirstMembers, Flatten, Input, MoreMembers, Own, PackedDense, PackedDropout
from glassnet.nn.graph import Graph, chain
from glassnet.nn.initializers import HeNormal

ROWS = np.array([[1.0, 10], [2, 20], [6, 60]])
WEIGHTS = np.array([[[1.0], [0.5]], [[0.0], [-1]]])  # of two members
BIAS = np.array([[1.0], [2]])


def test_each_member_is_a_weighted_sum_of_its_own(apply):
    found, _ = apply(PackedDense(1, members=2), ROWS, given={"weights": WEIGHTS, "bias": BIAS})
    assert found[:, :, 0].tolist() == [[1 + 5 + 1, -10 + 2], [2 + 10 + 1, -20 + 2], [6 + 30 + 1, -60 + 2]]
    own = np.stack([ROWS, 100 * ROWS], axis=1)  # rows of each member
    found, _ = apply(PackedDense(1, members=2, bias=False), own, given={"weights": WEIGHTS})
    assert found[:, :, 0].tolist() == [[6, -1000], [12, -2000], [36, -6000]]


@pytest.mark.parametrize("activation", ["silu", "softmax", "glu"])
def test_a_member_is_the_dense_layer_of_its_weights(apply, activation):
    random = np.random.default_rng(0)
    sums = 8 if activation == "glu" else 4
    x, weights, bias = random.normal(size=(5, 3, 2)), random.normal(size=(3, 2, sums)), random.normal(size=(3, sums))
    packed, _ = apply(PackedDense(4, activation, members=3), x, given={"weights": weights, "bias": bias})
    assert packed.shape == (5, 3, 4)
    for member in range(3):
        given = {"weights": weights[member], "bias": bias[member]}
        one, _ = apply(Dense(4, activation), x[:, member], given=given)
        np.testing.assert_allclose(packed[:, member], one, rtol=1e-13)


def test_derivatives_agree_with_central_differences_whether_inputs_are_shared_or_not():
    random = np.random.default_rng(1)
    weights, bias = random.normal(size=(3, 2, 4)), random.normal(size=(3, 4))
    layer = PackedDense(4, "tanh", members=3)
    for x in (random.normal(size=(5, 3, 2)), random.normal(size=(5, 2))):
        check_derivatives(lambda x, w, b: layer.forward(SimpleNamespace(weights=w, bias=b), x), x, weights, bias)


def test_members_of_one_fold_share_its_inputs(apply):
    random = np.random.default_rng(4)
    x, weights, bias = random.normal(size=(5, 3, 2)), random.normal(size=(6, 2, 4)), random.normal(size=(6, 4))
    found, _ = apply(PackedDense(4, "tanh", members=6), x, given={"weights": weights, "bias": bias})
    for member in range(6):  # 2 groups of 3 folds
        expected = np.tanh(x[:, member % 3] @ weights[member] + bias[member])
        np.testing.assert_allclose(found[:, member], expected, rtol=1e-12)
    layer = PackedDense(4, "tanh", members=6)
    check_derivatives(lambda x, w, b: layer.forward(SimpleNamespace(weights=w, bias=b), x), x, weights, bias)


# -- members that others lack ------------------------------------------------------------------------------------------
def test_the_first_members_go_on_and_those_who_lack_a_layer_count_0_in_a_sum(apply):
    x = np.arange(24.0).reshape(2, 4, 3)
    np.testing.assert_array_equal(apply(FirstMembers(2), x)[0], x[:, :2])
    np.testing.assert_array_equal(apply(FirstMembers(2), x[:, 0])[0], x[:, 0])  # shared by all
    np.testing.assert_array_equal(apply(MoreMembers(6), x)[0], np.concatenate([x, np.zeros((2, 2, 3))], axis=1))
    np.testing.assert_array_equal(apply(MoreMembers(4), x)[0], x)


def test_derivatives_of_members_go_to_those_who_are_there():
    x = np.random.default_rng(5).normal(size=(3, 4, 2))
    for layer in (FirstMembers(3), MoreMembers(5)):
        check_derivatives(lambda x, layer=layer: layer.forward(SimpleNamespace(), x), x)


@pytest.mark.parametrize("layer", [FirstMembers(5), MoreMembers(3)])
def test_members_that_are_not_there_are_refused_in_words(layer):
    with pytest.raises(ShapeError, match=r"not \(n, 4, 2\); change members"):
        Graph.of(chain([layer], Input((4, 2)))).declare("float32")


# -- inputs left out ---------------------------------------------------------------------------------------------------
def test_whole_inputs_are_left_out_of_a_member_for_all_rows_of_a_step(apply):
    layer = PackedDense(1, members=4, input_dropout=(0, 0.5, 0.5, 0.75), bias=False)
    x, ones = np.eye(400), np.ones((4, 400, 1))
    found = apply(layer, x, given={"weights": ones}, training=True)[0][:, :, 0].T  # the weights as they are used
    other = apply(layer, x, given={"weights": ones}, training=True, step=1)[0][:, :, 0].T
    assert (found[0] == 1).all()
    for member, rate in ((1, 0.5), (2, 0.5), (3, 0.75)):
        assert set(found[member]) == {0, 1 / (1 - rate)}
        assert abs((found[member] == 0).mean() - rate) < 4 * 0.5 / 20  # four standard deviations of 400 draws
    assert (found[1] != found[2]).any()
    assert (found[1] != other[1]).any()
    np.testing.assert_array_equal(apply(layer, x, given={"weights": ones})[0], np.ones((400, 4, 1)))
    # The draw is one for all rows of a batch, and the delta of the weights goes the same way.
    twice = apply(layer, np.concatenate([x, x]), given={"weights": ones}, training=True)[0]
    np.testing.assert_array_equal(twice[:400], twice[400:])


def test_dropout_has_a_rate_for_each_member(apply):
    x = np.random.default_rng(5).normal(size=(50, 3, 40))
    found, _ = apply(PackedDropout((0.0, 0.5, 0.2)), x, training=True)
    np.testing.assert_array_equal(found[:, 0], x[:, 0])
    for member, rate in ((1, 0.5), (2, 0.2)):
        kept = found[:, member] != 0
        assert abs(1 - kept.mean() - rate) < 4 * 0.5 / np.sqrt(2000)
        np.testing.assert_allclose(found[:, member][kept], x[:, member][kept] / (1 - rate), rtol=1e-6)
    assert ((found[:, 1] == 0) != (found[:, 2] == 0)).any()
    np.testing.assert_array_equal(apply(PackedDropout(0.5), x)[0], x)
    np.testing.assert_array_equal(apply(PackedDropout((0.0, 0, 0)), x, training=True)[0], x)


def test_nothing_is_drawn_where_all_rates_are_0():
    for layer in (PackedDropout((0, 0.0)), PackedDense(3, members=2, input_dropout=0)):
        x = Tape().input("x", (n, 2, 3), "float64")
        own = Own(
            "layer",
            {"weights": x.tape.state("w", (2, 3, 3), "float64"), "bias": x.tape.state("b", (2, 3), "float64")},
            training=True,
            seed=x,
            step=x,
        )
        layer.forward(own, x)
        assert not any(call.operation.name == "random" for call in x.tape)


def test_a_member_neither_sees_nor_learns_from_an_input_whose_gate_is_shut(apply):
    layer = PackedDense(2, members=2, gated=True, bias=False)
    weights, x = np.arange(1.0, 13).reshape(2, 3, 2), np.array([[1.0, 10, 100]])
    given = {"weights": weights, "gates": np.array([[1.0, 0, 1], [0, 1, 0]])}
    found, _ = apply(layer, x, given=given)
    np.testing.assert_allclose(found, [[[501, 602], [90, 100]]])
    opened, _ = apply(layer, x, given={"weights": weights})  # as it starts
    np.testing.assert_allclose(opened, np.einsum("ni,kio->nko", x, weights))


# -- the blend ---------------------------------------------------------------------------------------------------------
def test_a_blend_is_the_tempered_clipped_sum_of_the_means_of_groups(apply):
    x = np.arange(24.0).reshape(3, 4, 2)
    np.testing.assert_allclose(apply(Blend(2), x)[0], x.mean(axis=1), rtol=1e-15)
    given = {"shares": [0.25, 0.75], "temperature": [2.0, 3.0], "offset": [1.0, 0], "low": [-9.0, 16]}
    given["high"] = [20.0, 3e38]
    # Row 0 of output 0: the members 0, 2 | 4, 6, so 2 (0.25 * 1 + 0.75 * 5) + 1 = 9, a row on 16 more; of output 1,
    # whose members are 1 more, 3 * 5 = 15, a row on 24 more.
    expected = [[9, 16], [20, 39], [20, 63]]
    np.testing.assert_allclose(apply(Blend(2), x, given={k: np.asarray(v) for k, v in given.items()})[0], expected)
    x[1, 3, 0] = np.nan
    found, _ = apply(Blend(2), x, given={k: np.asarray(v) for k, v in given.items()})
    assert np.isnan(found).tolist() == [[False, False], [True, False], [False, False]]


# -- how it starts -----------------------------------------------------------------------------------------------------
def declared(layer: PackedDense, features: int = 50):
    return Graph.of(layer(Input(features))).declare("float32")[0]


def test_each_member_starts_as_a_dense_layer_of_its_size_does():
    parts = declared(PackedDense(40, "relu", members=16))
    assert {name: part.shape for name, part in parts.items()} == {
        "packed_dense_1.weights": (16, 50, 40),
        "packed_dense_1.bias": (16, 40),
    }
    start = parts["packed_dense_1.weights"].initializer.values((16, 50, 40), 0, "packed_dense_1.weights")
    deviations = start.std(axis=(1, 2))  # He's rule: 2 / 50, not 2 / (16 * 50)
    np.testing.assert_allclose(deviations, np.sqrt(2 / 50), rtol=4 / np.sqrt(2 * 2000))
    assert len(np.unique(start)) == start.size
    fewer = parts["packed_dense_1.weights"].initializer.values((3, 50, 40), 0, "packed_dense_1.weights")
    np.testing.assert_array_equal(fewer, start[:3])  # a member does not depend on how many there are


def test_decay_and_starts_by_name_are_those_of_a_dense_layer():
    network = gn.Network([PackedDense(4, members=3), Flatten(), Dense(1)], loss="squared", initializer="ones", seed=0)
    network.learn(ROWS, ROWS[:, 0], epochs=0, verbose=0)
    assert (network.weights["packed_dense_1.weights"] == 1).all()
    assert not network.weights["packed_dense_1.bias"].any()  # a bias, though it has two axes
    parts = declared(PackedDense(4, members=3))
    assert [part.decay for part in parts.values()] == [True, False]


# -- in a network ------------------------------------------------------------------------------------------------------
def packed(members: int) -> gn.Network:
    layers = [
        PackedDense(6, "tanh", members=members, initializer=HeNormal()),
        PackedDense(1, members=members),
        Flatten(),
    ]
    return gn.Network(layers, loss="squared", optimizer=gn.Adam(0.01), dtype="float64", seed=3)


def test_members_learn_as_networks_of_their_own_do():
    random = np.random.default_rng(2)
    x = random.normal(size=(40, 2))
    y = np.tile(np.sin(x[:, :1]), 3)
    together = packed(3)
    together.learn(x, y, epochs=0, verbose=0)
    alone = packed(1)
    alone.learn(x, y[:, :1], epochs=0, verbose=0)
    for name, weights in alone.weights.items():
        weights[...] = together.weights[name][1:2]
    together.learn(x, y, epochs=20, mode="full-batch", keep="last", verbose=0)
    alone.learn(x, y[:, :1], epochs=20, mode="full-batch", keep="last", verbose=0)
    # A row's loss is the mean over the members, a third of each; Adam's steps do not depend on that but for epsilon.
    np.testing.assert_allclose(together.predict(x)[:, 1:2], alone.predict(x), atol=1e-5)


def test_it_is_saved_and_loaded_with_the_same_answers(tmp_path):
    network = packed(3)
    network.learn(ROWS, np.tile(ROWS[:, :1], 3), epochs=2, verbose=0)
    loaded = gn.load(network.save(tmp_path / "packed.glass"))
    np.testing.assert_array_equal(loaded.predict(ROWS), network.predict(ROWS))


# -- errors ------------------------------------------------------------------------------------------------------------
def test_errors_name_what_was_given_and_expected():
    with pytest.raises(SettingError, match="PackedDense: members=0, expected a whole number of at least 1"):
        PackedDense(4, members=0)
    with pytest.raises(SettingError, match="PackedDense: outputs=0"):
        PackedDense(0, members=2)
    expected = r"packed_dense_1: PackedDense of 3 members takes inputs of shape \(n, 3, features\), or \(n, features\)"
    for shape in ((2, 5), (6, 5), (0, 5), ("t", 5), (2, 3, 5)):
        with pytest.raises(ShapeError, match=expected):
            Graph.of(chain([PackedDense(4, members=3)], Input(shape))).declare("float32")


@pytest.mark.parametrize("rates", [1.0, -0.1, (0.1, 1), (0.1,), (0.1, 0.2, 0.3), "a", (), None, True, np.zeros((2, 2))])
def test_rates_that_are_none_are_refused(rates):
    with pytest.raises(SettingError, match=r"(?s)PackedDense: input_dropout=.*, expected"):
        PackedDense(4, members=2, input_dropout=rates)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (
            PackedDropout((0.1, 0.2)),
            (3, 4),
            r"takes inputs of shape \(n, 2, features\), not \(n, 3, 4\); give one rate",
        ),
        (PackedDropout(0.1), (4,), r"takes inputs of shape \(n, members, features\), not \(n, 4\)"),
        (Blend(2), (3, 4), r"Blend of 2 groups takes .* where 2 divides the members, not \(n, 3, 4\)"),
        (Blend(2), (4,), r"Blend of 2 groups takes .* not \(n, 4\)"),
    ],
)
def test_inputs_of_another_shape_are_refused(layer, shape, message):
    with pytest.raises(ShapeError, match=message):
        Graph.of(layer(Input(shape))).declare("float32")
    with pytest.raises(SettingError, match="PackedDropout: rates="):
        PackedDropout((0.1, 1.0))
    with pytest.raises(SettingError, match="Blend: groups=0"):
        Blend(0)


def test_rates_are_written_and_read():
    layers = [PackedDense(4, members=2, input_dropout=np.array([0, 0.5])), PackedDropout([0.25, 0]), Blend(2)]
    written = json.loads(json.dumps([layer.settings() for layer in layers]))
    back = [type(layer).from_settings(each, {}) for layer, each in zip(layers, written, strict=True)]
    assert [repr(layer) for layer in back] == [repr(layer) for layer in layers]
    assert (back[0].input_dropout, back[1].rates, back[2].groups) == ((0.0, 0.5), (0.25, 0.0), 2)
