"""Which parameters lie together, and which rule they go by."""

from __future__ import annotations

import pytest

from glassnet.errors import SettingError
from glassnet.nn import (
    LSTM,
    Activation,
    Add,
    Blend,
    Concatenate,
    Dense,
    Embedding,
    Input,
    LayerNorm,
    PackedDense,
    Residual,
    TiedDense,
)
from glassnet.nn.graph import Graph, chain
from glassnet.optimizers import Adam, AdamW, GradientDescent, MovingAverage, Muon
from glassnet.training.groups import grouped


def groups(output, optimizer):
    declared, tensor = Graph.of(output).declare("float32")
    return grouped(declared, tensor, optimizer)


def hidden(output):
    """The parameters that Muon takes."""
    return [p.name for group in groups(output, Muon()) if isinstance(group.rule, Muon) for p in group.places]


def test_one_rule_has_a_group_for_what_decays_and_one_for_the_rest():
    found = groups(chain([Dense(4, "tanh"), LayerNorm(), Dense(2)], Input(3)), Adam())
    assert [(group.name, group.decayed, group.size) for group in found] == [
        ("weights/decayed", True, 12 + 8),
        ("weights/spared", False, 4 + 4 + 4 + 2),
    ]
    assert [(place.name, place.start) for place in found[0].places] == [("dense_1.weights", 0), ("dense_2.weights", 12)]


def test_muon_takes_the_matrices_before_the_last_layer():
    found = groups(chain([Dense(4, "tanh"), Dense(5), Dense(2), Activation("tanh")], Input(3)), Muon(others=AdamW(0.1)))
    assert [(group.name, type(group.rule), [place.name for place in group.places]) for group in found] == [
        ("weights/decayed hidden", Muon, ["dense_1.weights", "dense_2.weights"]),
        ("weights/decayed", AdamW, ["dense_3.weights"]),
        ("weights/spared", AdamW, ["dense_1.bias", "dense_2.bias", "dense_3.bias"]),
    ]
    assert [list(group.slots) for group in found] == [["momentum"], ["mean", "square"], ["mean", "square"]]


def test_the_last_matrices_are_all_from_which_the_output_is_reached_past_no_other():
    x, level = Input(3, name="x"), Input((), name="level", dtype="int64")
    joint = Concatenate()(x, Embedding(5, 2)(level))
    output = Add()(Dense(2)(Dense(4, "swiglu")(joint)), Dense(2, name="linear")(joint))
    assert hidden(output) == ["dense_1.weights"]


def test_the_weights_of_packed_layers_are_hidden_but_for_the_last():
    layers = [PackedDense(4, "silu", members=3), PackedDense(4, members=3, input_dropout=0.1)]
    last = [PackedDense(2, members=3), Blend(3)]
    assert hidden(chain([*layers, *last], Input(3))) == ["packed_dense_1.weights", "packed_dense_2.weights"]


def test_a_network_of_one_layer_has_no_hidden_matrix():
    assert hidden(chain([Dense(2)], Input(3))) == []


def test_recurrent_weights_are_none_and_what_feeds_them_is_hidden():
    layers = [Dense(4), LSTM(3), Dense(2), Dense(1)]
    assert hidden(chain(layers, Input(("t", 2)))) == ["dense_1.weights", "dense_2.weights"]
    assert hidden(chain(layers[:2], Input(("t", 2)))) == ["dense_1.weights"]


def test_a_matrix_that_is_tied_to_the_last_layer_is_none():
    layers = [Dense(4, name="encoder"), Dense(4), TiedDense(3, to="encoder", transposed=True)]
    assert hidden(chain(layers, Input(3))) == ["dense_1.weights"]
    words = [Embedding(9, 4, name="words"), Dense(4), TiedDense(9, to="words", transposed=True)]
    assert hidden(chain(words, Input((), dtype="int64"))) == ["dense_1.weights"]


def test_a_residual_block_that_ends_a_network_is_all_of_its_end():
    output = chain([Dense(4), Dense(4), Residual([Dense(4), Dense(4)])], Input(3))
    assert hidden(output) == ["dense_1.weights", "dense_3.weights"]


def test_an_average_keeps_its_mean_in_every_group():
    found = groups(chain([Dense(4), Dense(2)], Input(3)), MovingAverage(Muon()))
    assert [list(group.slots) for group in found] == [["momentum", "offset"], *[["mean", "square", "offset"]] * 2]


def test_rates_are_those_of_the_parameter_before_those_of_its_layer():
    rule = GradientDescent(rates={"dense_1": 0.5, "dense_1.bias": 2, "dense_2": 0}, accumulate=8)
    found = groups(chain([Dense(4), Dense(2), Dense(1)], Input(3)), rule)
    assert {place.name: (group.rate, group.rule) for group in found for place in group.places} == {
        "dense_1.weights": (0.5, rule), "dense_1.bias": (2.0, rule), "dense_2.weights": (0.0, None),
        "dense_2.bias": (0.0, None), "dense_3.weights": (1.0, rule), "dense_3.bias": (1.0, rule),
    }  # fmt: skip
    assert all(list(group.slots) == (["delta sum"] if group.rule else []) for group in found)
    assert len({group.name for group in found}) == len(found)


@pytest.mark.parametrize("name", ["dense_3", "dense_1.weight", ""])
def test_a_rate_for_nothing_is_refused(name):
    with pytest.raises(
        SettingError, match=f"Adam: rates: no layer with parameters and no parameter is called '{name}'"
    ):
        groups(chain([Dense(4), Dense(2)], Input(3)), Adam(rates={name: 0.1}))


@pytest.mark.parametrize("rates", [0.1, {"dense_1": -1}, {"dense_1": float("inf")}, {1: 0.1}, {"dense_1": True}, ["a"]])
def test_rates_that_are_none_are_refused(rates):
    with pytest.raises(SettingError, match=r"Adam: rates=.*, expected factors of at least 0 by layer or parameter"):
        Adam(rates=rates)


def test_factors_of_members_make_groups_of_their_own():
    rule = Muon(rates={"packed_dense_1": (1, 0.5, 0)}, decays={"packed_dense_1": (1, 4, 4), "packed_dense_2": 2})
    layers = [PackedDense(4, "silu", members=3), PackedDense(4, members=3), PackedDense(2, members=3)]
    found = groups(chain(layers, Input(3)), MovingAverage(rule))
    assert {place.name: (group.rate, group.decay) for group in found for place in group.places} == {
        "packed_dense_1.weights": ((1.0, 0.5, 0.0), (1.0, 4.0, 4.0)), "packed_dense_1.bias": ((1.0, 0.5, 0.0), 1.0),
        "packed_dense_2.weights": (1.0, 2.0), "packed_dense_2.bias": (1.0, 1.0),
        "packed_dense_3.weights": (1.0, 1.0), "packed_dense_3.bias": (1.0, 1.0),
    }  # fmt: skip
    assert len({group.name for group in found}) == len(found)


@pytest.mark.parametrize("setting", ["rates", "decays"])
def test_factors_of_other_members_are_refused(setting):
    layers = [PackedDense(4, members=3), PackedDense(2, members=3), Dense(1)]
    message = rf"Muon: {setting}\['packed_dense_1'\] has 2 factors, but packed_dense_1.weights has 3 members; give one"
    with pytest.raises(SettingError, match=message):
        groups(chain(layers, Input(3)), Muon(**{setting: {"packed_dense_1": (1, 2)}}))
    with pytest.raises(SettingError, match=r"2 factors, but dense_1.weights is of no packed layer, and has no members"):
        groups(chain(layers, Input(3)), Muon(**{setting: {"dense_1": (1, 2)}}))
    with pytest.raises(SettingError, match=f"Muon: {setting}: no .* is called 'packed_dense_4'; did you mean"):
        groups(chain(layers, Input(3)), Muon(**{setting: {"packed_dense_4": (1, 2, 3)}}))


@pytest.mark.parametrize("factors", [(), (1, -1), (1, float("inf")), (True, 1), ("a",), ((1, 2),)])
@pytest.mark.parametrize("setting", ["rates", "decays"])
def test_factors_that_are_none_are_refused(setting, factors):
    with pytest.raises(SettingError, match=f"Adam: {setting}=.*, expected factors of at least 0"):
        Adam(**{setting: {"dense_1": factors}})
