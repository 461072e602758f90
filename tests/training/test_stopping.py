"""Rules for when to stop, and how they combine."""

from __future__ import annotations

import json
import math

import pytest

from glassnet.errors import SettingError
from glassnet.settings import as_json
from glassnet.training.controls import Controls
from glassnet.training.stopping import Epochs, Moment, Plateau, Rule, Seconds, Steps, Stop, TargetLoss


def moment(epochs=0, steps=0, seconds=0.0, training=1.0, validation=None, ended=True) -> Moment:
    return Moment(epochs, steps, seconds, training, validation, ended, Controls(1))


def judged(rule: Rule, losses: list[float]) -> tuple[int, Stop] | None:
    """The epoch after which a rule stops a run with these losses; its state passes through JSON each time."""
    state: dict = {}
    for epoch, loss in enumerate(losses):
        state, stop = rule.judge(json.loads(json.dumps(state)), moment(epochs=epoch, training=loss))
        if stop is not None:
            return epoch, stop
    return None


def test_epochs_steps_and_seconds_stop_without_convergence():
    for rule, reached, not_yet in (
        (Epochs(3), moment(epochs=3), moment(epochs=2)),
        (Steps(30), moment(steps=30), moment(steps=29)),
        (Seconds(1.5), moment(seconds=1.5), moment(seconds=1.4)),
    ):
        assert rule.judge({}, not_yet)[1] is None
        stop = rule.judge({}, reached)[1]
        assert stop is not None
        assert not stop.converged


def test_rules_that_are_all_to_speak_end_a_slice_where_the_next_of_them_does():
    rule = Steps(7) & (Steps(20) | Plateau(2)) & Epochs(1)
    assert rule.steps_left(moment(steps=3)) == 4
    assert rule.steps_left(moment(steps=7)) == 13  # the first has spoken
    assert (Steps(7) & Epochs(1)).steps_left(moment(steps=9)) is None


def test_epochs_are_judged_where_an_epoch_ends():
    assert Epochs(3).judge({}, moment(epochs=3, ended=False))[1] is None


def test_target_loss_is_judged_where_an_epoch_ends_and_on_the_validation_rows():
    rule = TargetLoss(0.5)
    assert rule.judge({}, moment(training=0.4, ended=False))[1] is None
    assert rule.judge({}, moment(training=0.4, validation=0.6))[1] is None
    stop = rule.judge({}, moment(training=0.9, validation=0.5))[1]
    assert stop is not None
    assert stop.converged


def test_plateau_counts_epochs_without_improvement():
    losses = [1.0, 0.9, 0.91, 0.92, 0.8, 0.81, 0.82, 0.83]
    found = judged(Plateau(patience=3), losses)
    assert found is not None
    assert found[0] == 7  # 0.8 at epoch 4, then three worse ones
    assert found[1].converged


def test_nan_is_never_an_improvement_on_a_plateau():
    found = judged(Plateau(patience=2), [1.0, math.nan, math.nan])
    assert found is not None
    assert found[0] == 2


def test_an_improvement_too_small_does_not_count():
    assert judged(Plateau(patience=2, least=0.01), [1.0, 0.995, 0.991]) is not None
    assert judged(Plateau(patience=2, least=0.001), [1.0, 0.995, 0.991]) is None


def test_or_stops_at_the_first_and_and_at_the_last():
    losses = [1.0, 0.4, 0.4, 0.4, 0.4, 0.4]
    either = judged(Epochs(4) | TargetLoss(0.5), losses)
    both = judged(Epochs(4) & TargetLoss(0.5), losses)
    assert either is not None
    assert both is not None
    assert (either[0], both[0]) == (1, 4)
    assert "4 epochs" in both[1].reason
    assert "0.4" in both[1].reason


def test_and_remembers_what_was_said_earlier():
    found = judged(Epochs(3) & TargetLoss(0.5), [1.0, 0.4, 0.9, 0.9])
    assert found is not None
    assert found[0] == 3


def test_shares_and_steps_left_are_those_of_the_rule_that_ends_first():
    rule = Epochs(10) | Steps(50)
    assert rule.share(moment(epochs=2, steps=40)) == 0.8
    assert rule.steps_left(moment(steps=40)) == 10
    assert Plateau(3).share(moment()) is None


def test_settings_out_of_range_are_refused():
    for wrong in (
        lambda: Epochs(-1),
        lambda: Steps(1.5),
        lambda: Seconds(-1),
        lambda: Plateau(0),
        lambda: TargetLoss(math.nan),
    ):
        with pytest.raises(SettingError, match="expected"):
            wrong()


def test_rules_are_described_by_their_settings():
    assert as_json(Epochs(3) | Seconds(60), "until") == {
        "class": "First",
        "rules": [{"class": "Epochs", "count": 3}, {"class": "Seconds", "limit": 60}],
    }


@pytest.mark.parametrize("other", [5, "Epochs", None, Seconds])
def test_rules_combine_with_rules_only(other):
    for sign, join in (("|", lambda rule: rule | other), ("&", lambda rule: rule & other)):
        with pytest.raises(SettingError) as caught:
            join(Plateau(7))
        assert f"Plateau(patience=7) {sign} {other!r}: rules combine with rules" in str(caught.value)


def test_one_of_a_thing_is_told_in_the_singular():
    for rule, words in ((Epochs(1), "1 epoch is done"), (Steps(1), "1 step is done")):
        stop = rule.judge({}, moment(epochs=1, steps=1))[1]
        assert stop is not None
        assert stop.reason == words
    found = judged(Plateau(patience=1), [1.0, 1.0])
    assert found is not None
    assert found[1].reason == "the loss has not improved for 1 epoch"
