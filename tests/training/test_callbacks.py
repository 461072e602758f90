"""Callbacks: their hooks, what they may change, and what happens where they raise."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import BusyError, SettingError
from glassnet.nn.initializers import Constant

X = np.arange(5.0)[:, None]


def network(**settings) -> gn.Network:
    constant = gn.Dense(1, bias=False, initializer=Constant(3.0))
    return gn.Network(
        [constant], loss="squared", optimizer=gn.GradientDescent(0.05), dtype="float64", seed=0, **settings
    )


def learn(network: gn.Network, *callbacks, **settings) -> gn.Report:
    return network.learn(X, 2 * X, mode="full-batch", callbacks=callbacks, **{"epochs": 3, **settings})


def weight(network: gn.Network) -> float:
    return float(network.weights["dense_1.weights"][0, 0])


class Noted(gn.Callback):
    def __init__(self) -> None:
        self.seen: list[tuple[str, int, int]] = []

    def on_begin(self, moment):
        self.seen.append(("begin", moment.epochs, moment.steps))

    def on_slice_end(self, moment):
        self.seen.append(("slice", moment.epochs, moment.steps))

    def on_epoch_end(self, moment):
        self.seen.append(("epoch", moment.epochs, moment.steps))

    def on_end(self, moment):
        self.seen.append(("end", moment.epochs, moment.steps))


def test_each_hook_is_called_at_its_place():
    noted = Noted()
    learn(network(), noted)
    assert noted.seen == [("begin", 0, 0), ("epoch", 1, 1), ("epoch", 2, 2), ("epoch", 3, 3), ("end", 3, 3)]


def test_between_the_slices_of_an_epoch_a_hook_and_a_function_are_called(tmp_path):
    noted, moments = Noted(), []
    network().learn(
        X, 2 * X, batch_size=1, epochs=1, callbacks=[noted, moments.append],
        checkpoint=gn.Checkpoint(tmp_path / "run.glass", steps=2),
    )  # fmt: skip
    slices = [("slice", 0, 2), ("slice", 0, 4)]
    assert [each for each in noted.seen if each in slices] == slices  # a checkpoint ends a slice; the clock ends others
    assert noted.seen[-2:] == [("epoch", 1, 5), ("end", 1, 5)]
    assert len(moments) == len(noted.seen) - 2


def test_a_misspelt_hook_is_an_error_that_suggests_the_right_one():
    class Misspelt(gn.Callback):
        def on_epoch_ended(self, moment):
            raise AssertionError

    class Familiar(gn.Callback):
        def on_train_begin(self, logs):
            raise AssertionError

    mine = network()
    with pytest.raises(
        SettingError, match=r"Misspelt\.on_epoch_ended is no hook; did you mean 'on_epoch_end'\? Hooks: "
    ):
        learn(mine, Misspelt())
    with pytest.raises(
        SettingError, match=r"on_train_begin is no hook.*Hooks: on_begin, on_slice_end, on_epoch_end, on_end"
    ):
        learn(mine, Familiar())
    assert mine.report is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (print, "expected a list, as in callbacks"),
        (Noted(), "expected a list, as in callbacks"),
        ("on_epoch_end", "expected a list, as in callbacks"),
        ([Noted], r"Noted is a class; give an object of it, as in Noted\(\)"),
        ([3], "3 is neither a function of the moment nor an object of gn.Callback"),
        ([type("Own", (), {"on_end": lambda self, moment: None})()], "its class is to derive from gn.Callback"),
    ],
)
def test_what_is_no_callback_is_refused(given, words):
    with pytest.raises(SettingError, match=words):
        network().learn(X, 2 * X, epochs=1, callbacks=given)


def test_a_callback_that_raises_leaves_the_network_as_after_the_last_whole_step_and_its_report_says_so():
    def fail(moment):
        if moment.steps == 2:
            raise ValueError("enough")

    mine = network()
    with pytest.raises(ValueError, match="enough"):
        learn(mine, fail)
    # W = 3: the derivative of the mean of (W x - 2 x)^2 is 2 (W - 2) 6, so W - 2 is 1, then 0.4, then 0.16.
    assert weight(mine) == pytest.approx(2.16)
    report = mine.report
    assert report is not None
    assert report.reason == "broken off by ValueError(enough); the network is as after step 2, a whole one"
    assert (report.steps, report.epochs, report.converged, report.score) == (2, 2, False, {})
    assert learn(mine, epochs=1).continued_from == 2
    assert weight(mine) == pytest.approx(2.064)


def test_a_callback_that_raises_before_the_first_step_leaves_the_network_as_it_was():
    class Failing(gn.Callback):
        def on_begin(self, moment):
            raise ValueError("no")

    mine = network()
    with pytest.raises(ValueError, match="no"):
        learn(mine, Failing(), metric="mean_absolute_error")
    assert "learnt nothing yet" in repr(mine)
    learn(mine)
    before = mine.report
    with pytest.raises(ValueError, match="no"):
        learn(mine, Failing(), metric="mean_absolute_error")
    assert mine.report is before
    assert "r2" in mine.test(X, 2 * X)


def test_the_rate_may_be_changed_between_two_steps():
    def halve(moment):
        moment.run.rate_scale /= 2

    mine = network()
    learn(mine, halve)
    # The rate is 0.05, 0.025, 0.0125: W - 2 shrinks by 1 - 12 rate.
    assert weight(mine) == pytest.approx(2 + 0.4 * 0.7 * 0.85)


def test_the_batch_may_be_changed_within_an_epoch(tmp_path):
    """Of 20 rows 4 are learnt one at a time, then 16 in batches of 5, the last one of a single row."""

    class Changing(gn.Callback):
        def on_slice_end(self, moment):
            if moment.steps == 4:
                moment.run.batch_size = 5

    x = np.linspace(-1, 1, 20)[:, None]
    kept = gn.Checkpoint(tmp_path / "run.glass", steps=4)
    report = network().learn(x, 2 * x, batch_size=1, epochs=2, callbacks=[Changing()], checkpoint=kept)
    assert report.steps == (4 + 4) + 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda run: setattr(run, "rate_scale", -1), r"rate_scale=-1, expected a number in \[0, inf\)"),
        (lambda run: setattr(run, "rate_scale", float("nan")), "rate_scale=nan"),
        (lambda run: setattr(run, "batch_size", 0), "batch_size=0, expected a whole number of at least 1"),
        (lambda run: setattr(run, "batch_size", 2.5), r"batch_size=2\.5"),
        (lambda run: setattr(run, "batchsize", 2), "batchsize"),
    ],
)
def test_a_change_out_of_range_is_an_error(change, words):
    with pytest.raises((SettingError, AttributeError), match=words):
        learn(network(), lambda moment: change(moment.run))


def test_a_callback_cannot_have_its_own_network_learn():
    mine = network()
    with pytest.raises(BusyError, match=r"learn: this network is learning already.*clone"):
        learn(mine, lambda moment: learn(mine))
    with pytest.raises(BusyError, match="reset: this network is learning already"):
        learn(mine, lambda moment: mine.reset())
    with pytest.raises(BusyError):
        learn(mine, lambda moment: mine.learn(X[0], 2.0))
    learn(mine)
    assert weight(mine) == pytest.approx(2, abs=0.01)
