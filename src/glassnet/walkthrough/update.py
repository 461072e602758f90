"""The weight update: the delta rule, rates too high, modes, and optimizers side by side."""

from __future__ import annotations

from glassnet.core.derivative import gradient
from glassnet.optimizers import Adam, AdamW, GradientDescent, Momentum, Optimizer, RMSprop
from glassnet.training.stopping import Epochs, TargetLoss
from glassnet.walkthrough.chapter import Chapter, shown
from glassnet.walkthrough.line import X, learnt, total

UNTIL = TargetLoss(1e-10) | Epochs(5000)
RATE, TOO_HIGH = 0.01, 0.5
MODES = {"online": 1, "mini-batch": 2, "full batch": len(X)}
OPTIMIZERS: dict[str, Optimizer] = {
    "gradient descent": GradientDescent(RATE),
    "momentum": Momentum(0.005, momentum=0.5),
    "RMSprop": RMSprop(0.01),
    "Adam": Adam(0.1),
    "AdamW": AdamW(0.1, weight_decay=0.0),
}


def delta_rule() -> Chapter:
    """One step by hand and by the program, and a rate that is too high."""
    slope = float(gradient(total)(3.0))
    by_hand = 3.0 - slope * RATE
    step = learnt(3.0, GradientDescent(RATE), Epochs(1)).weight
    wild = learnt(3.0, GradientDescent(TOO_HIGH), TargetLoss(1e-10) | Epochs(500))
    numbers = {"by hand": by_hand, "step": step, "retries": wild.course.retries, "wild": wild.weight}
    lines = (
        "new weight = old weight - derivative x learning rate",
        f"3 - {shown(slope)} x {RATE} = {shown(by_hand)}; the training program gives {shown(step)}",
        f"at a rate of {TOO_HIGH} the loss grows: seen, undone and the rate halved {wild.course.retries} times;",
        f"it then ends at W = {wild.weight:.6f}",
    )
    return Chapter("The delta rule", numbers, lines)


def modes() -> Chapter:
    """How many steps each mode needs."""
    runs = {name: learnt(3.0, GradientDescent(RATE), UNTIL, size) for name, size in MODES.items()}
    lines = [
        f"{name:<11} {r.course.epochs:>4} epochs, {r.course.steps:>4} steps, W = {r.weight:.6f}"
        for name, r in runs.items()
    ]
    return Chapter("Online, mini-batch, full batch", {name: r.weight for name, r in runs.items()}, tuple(lines))


def optimizers() -> Chapter:
    """How many iterations each optimizer needs."""
    runs = {name: learnt(3.0, optimizer, UNTIL) for name, optimizer in OPTIMIZERS.items()}
    lines = [f"{name:<17} {r.course.steps:>5,} iterations, W = {r.weight:.6f}" for name, r in runs.items()]
    numbers = {name: (r.weight, r.course.steps) for name, r in runs.items()}
    return Chapter("Optimizers side by side", numbers, tuple(lines))
