"""The words of a report."""

from __future__ import annotations

import pytest

from glassnet.training.report import Report, advise


def advice(*losses: float) -> str:
    return advise(converged=False, diverged=False, losses=losses)


def geometric(limit: float, share: float = 0.5, epochs: int = 9) -> list[float]:
    """Losses whose distance from a limit becomes this share of itself in each epoch."""
    return [limit + share**epoch for epoch in range(epochs + 1)]


@pytest.mark.parametrize("limit", [2.0, 0.0, -3.0])
def test_a_curve_that_falls_geometrically_is_said_to_come_near_its_limit(limit):
    # The hundredth part of what is left is left after log(0.01) / log(0.5) = 6.64 epochs.
    assert advice(*geometric(limit)) == f"About 7 more epochs would bring the loss near {limit:.4g}."


def test_one_epoch_more_is_told_in_the_singular():
    assert advice(*geometric(1.0, share=0.001, epochs=6)).startswith("About 1 more epoch would")


def test_a_loss_above_0_is_not_said_to_fall_below_it():
    """It loses 0.95 of what it lost before, and the limit of that would be -2.4: no square is ever there."""
    falls = [0.2 * 0.95**epoch for epoch in range(10)]
    losses = [2.0 - sum(falls[:epoch]) for epoch in range(10)]
    assert losses[-1] > 0
    assert advice(*losses) == "The loss still falls fast: learn on, for about 90 more epochs."
    assert advice(*[loss - 4 for loss in losses]) == "About 90 more epochs would bring the loss near -6."


def test_what_the_curve_does_not_say_is_not_said():
    assert advice(3.0, 2.0, 1.0).startswith("Too few epochs")
    assert advice(*[1.0] * 9).startswith("The loss no longer falls")
    assert advice(*[-float(epoch) for epoch in range(10)]) == "The loss still falls as fast as before: learn on."
    assert advise(converged=True, diverged=False, losses=(1.0,)) == ""


def test_one_of_a_thing_is_told_in_the_singular_in_a_report():
    one = Report(converged=False, reason="1 epoch is done", advice="", steps=1, epochs=1, seconds=0.0)
    assert str(one).splitlines()[1] == "1 step, 1 epoch, 0.0 s"
    many = Report(converged=False, reason="2 epochs are done", advice="", steps=2_000, epochs=2, seconds=0.0)
    assert str(many).splitlines()[1] == "2,000 steps, 2 epochs, 0.0 s"


def test_a_limit_above_what_was_reached_is_not_named():
    losses = tuple(1 + 0.5**k for k in range(10))
    assert "near 1" in advise(converged=False, diverged=False, losses=losses, reached=1.01)
    assert "near" not in advise(converged=False, diverged=False, losses=losses, reached=0.9)
