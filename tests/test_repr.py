"""Layers, losses, optimizers and all else that has settings print as the call that makes them."""

from __future__ import annotations

import pytest

import glassnet as gn
from glassnet.network.serial import built_in
from glassnet.nn.initializers import GlorotNormal, Normal
from glassnet.settings import as_json
from glassnet.training.stopping import All, First

CHANGED = [
    gn.Dense(3, "relu", bias=False, initializer=Normal(0.5), name="first"),
    gn.Residual([gn.Dense(2), gn.Dropout(0.25)]),
    gn.TiedDense(2, to="first", transposed=True),
    gn.Bidirectional(gn.LSTM(3, sequences=True, recurrent_initializer=GlorotNormal())),
    gn.Quantile(0.9, output_weights=(1, 2)),
    gn.MovingAverage(gn.Momentum(gn.Warmup(gn.Cosine(0.1, 50), 5), nesterov=True, clip=gn.ClipByValue(1.0))),
    gn.Plateau(5) | gn.Seconds(60) & gn.Epochs(3),
]
NAMES = {
    "All": All,
    "First": First,
    **built_in(),
    **{each: getattr(gn, each) for each in gn.__all__ if each[0].isupper()},
}


@pytest.mark.parametrize("made", CHANGED, ids=repr)
def test_what_is_printed_makes_the_same_again(made):
    again = eval(repr(made), {}, NAMES)
    assert as_json(again, "again") == as_json(made, "made")
    assert repr(again) == repr(made)


@pytest.mark.parametrize(
    ("made", "printed"),
    [
        (gn.Adam(), "Adam(learning_rate=0.001)"),
        (gn.AdamW(0.01, l1=0.1), "AdamW(learning_rate=0.01, l1=0.1)"),
        (gn.Dense(64), "Dense(outputs=64)"),
        (gn.Dense(64, name="last"), "Dense(outputs=64, name='last')"),
        (gn.Flatten(), "Flatten()"),
        (gn.LSTM(8), "LSTM(units=8)"),
        (gn.Squared(), "Squared()"),
        (gn.MovingAverage(), "MovingAverage(rule=Adam(learning_rate=0.001))"),
    ],
)
def test_what_is_as_by_default_is_left_out_but_the_first_setting(made, printed):
    assert repr(made) == printed
