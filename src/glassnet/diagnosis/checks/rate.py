"""Whether the learning rate is far too high or far too low."""

from __future__ import annotations

from typing import Final

import numpy as np

from glassnet.diagnosis.finding import Finding, Verdict, not_asked
from glassnet.diagnosis.subject import Subject
from glassnet.diagnosis.trials import tried

NAME: Final = "rate"
STEPS: Final = 100
SECONDS: Final = 0.6
SLOW, TOO_SLOW = 0.1, 0.02  # of the fall that the suggested rate brings in as many steps
MOVED: Final = 0.05  # of the loss at the start: below that no rate brings anything in so few steps
NEAR: Final = 3.0  # times the suggestion: rates within that are as good as it


def rate(subject: Subject) -> Finding:
    """The fall of the loss in 100 steps at the network's own rate, beside that at the rate a short sweep suggests.

    share = (L(0) - L(own)) / (L(0) - L(suggested))

    L is the mean over the last 10 batches of a trial, L(0) that of the same batches with the weights of the start:
    batches differ by more than a rate that is too low brings. Above the suggestion, a share below 0.1 is wrong: more
    than the loss gains is lost again. Below it, 0.02 is: what takes 20 epochs would take 1,000. Source of the sweep:
    Smith, 2017, see `find_rate`; the bounds are this project's.
    """
    if subject.unready:
        return not_asked(NAME, subject.unready)
    own, suggested = subject.rate, subject.suggestion
    if suggested is None:
        return not_asked(NAME, "the loss falls at none of the rates of a sweep: it is not the rate that keeps it")
    schedule = subject.programs.model.optimizer.schedule
    rates = (0.0, own, suggested)  # at 0 nothing is moved: what the same batches cost at the start
    trials = [tried(subject.brief, subject.start, schedule, each, STEPS, SECONDS) for each in rates]
    steps = min(len(each.losses) for each in trials if each.finite)
    before, mine, best = (each.mean_before(steps) for each in trials)
    fall, bound = before - mine, before - best
    numbers = {"rate": own, "suggested": suggested, "start": before, "own": mine, "best": best}
    if bound < MOVED * abs(before):
        return not_asked(NAME, f"neither {own:.3g} nor {suggested:.3g}, the best of a sweep, moves the loss by 5 %")
    share = fall / bound
    at = (
        f"in {steps} steps the loss goes from {before:.4g} to {mine:.4g} at the rate {own:.3g}, and to "
        f"{best:.4g} at {suggested:.3g}"
    )
    verdict, high = _verdict(share, own, suggested), own > suggested
    if verdict == "fine":
        return Finding(NAME, "fine", at, "", numbers)
    if not np.isfinite(mine):
        after = len(trials[1].losses)
        at = f"at the rate {own:.3g} the loss is not finite after {after} steps; at {suggested:.3g} it falls"
    remedy = f"give the optimizer a rate of about {suggested:.1g}; network.find_rate shows the sweep"
    return Finding(NAME, verdict, f"the rate is too {'high' if high else 'low'}: {at}", remedy, numbers)


def _verdict(share: float, own: float, suggested: float) -> Verdict:
    """The verdict on a share of the fall that could be had."""
    if share >= SLOW or (share >= 0 and suggested / NEAR <= own <= suggested * NEAR):
        return "fine"
    if own > suggested:
        return "wrong"
    return "wrong" if share < TOO_SLOW else "suspect"
