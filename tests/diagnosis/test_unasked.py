"""What a report says of layers that do not learn, without being asked."""

from __future__ import annotations

import numpy as np

import glassnet as gn
from glassnet.nn.initializers import Constant

MORE = "; network.diagnose(inputs, targets) says more"


def said(report: gn.Report) -> list[str]:
    return [note for note in report.notes if note.endswith(MORE)]


def test_dead_units_are_said(rows, of_classes):
    x, _, kinds = rows
    dead = of_classes(gn.Dense(16, "relu", bias_initializer=Constant(-50.0)), gn.Dense(3))
    report = dead.learn(x, kinds, epochs=5, verbose=0)
    assert said(report) == [f"16 of the 16 units of dense_1 are 0 in all rows: no delta passes them{MORE}"]
    assert "16 of the 16 units of dense_1" in str(report)


def test_vanishing_deltas_are_said(rows, of_classes):
    x, _, kinds = rows
    report = of_classes(*[gn.Dense(16, "sigmoid") for _ in range(11)], gn.Dense(3)).learn(x, kinds, epochs=5, verbose=0)
    (note,) = said(report)
    assert note.startswith("deltas vanish: that of dense_1 is ")


def test_layers_that_nothing_moves_are_said(rows, of_numbers):
    x, y, _ = rows
    still = of_numbers(
        gn.Dense(16, "tanh"), gn.Dense(1, initializer="zeros"), optimizer=gn.Adam(0.01, rates={"dense_2": 0.0})
    )
    report = still.learn(x, y, epochs=5, verbose=0)
    assert said(report) == [f"nothing moves the weights of dense_1: the loss depends on them in no row{MORE}"]


def test_nothing_is_said_of_networks_that_are_sound_or_do_well(rows, of_numbers, of_classes):
    x, y, kinds = rows
    assert said(of_numbers().learn(x, y, epochs=5, verbose=0)) == []
    assert said(of_classes().learn(x, kinds, epochs=5, verbose=0)) == []
    recurrent = of_numbers(gn.GRU(4), gn.Dense(1))
    assert said(recurrent.learn([each[:, None] for each in x], y, epochs=5, verbose=0)) == []


def test_frozen_layers_are_as_they_were_asked_to_be(rows, of_numbers):
    x, y, _ = rows
    frozen = of_numbers(optimizer=gn.Adam(0.01, rates={"dense_1": 0.0}))
    assert said(frozen.learn(x, y, epochs=5, verbose=0)) == []


def test_a_look_changes_no_state(rows, of_classes):
    x, _, kinds = rows
    dead = of_classes(gn.Dense(16, "relu", bias_initializer=Constant(-50.0)), gn.BatchNorm(), gn.Dense(3))
    dead.learn(x, kinds, epochs=5, verbose=0)
    again = of_classes(gn.Dense(16, "relu", bias_initializer=Constant(-50.0)), gn.BatchNorm(), gn.Dense(3))
    again.learn(x, kinds, epochs=5, verbose=0, validation=(x, kinds), keep="last")
    np.testing.assert_array_equal(dead.predict_probabilities(x), again.predict_probabilities(x))


def test_a_run_of_a_few_steps_is_not_slowed_by_a_look(rows, of_classes):
    x, _, kinds = rows
    dead = of_classes(gn.Dense(16, "relu", bias_initializer=Constant(-50.0)), gn.Dense(3))
    assert said(dead.learn(x, kinds, epochs=1, verbose=0)) == []
