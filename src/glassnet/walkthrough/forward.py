"""Data, forward propagation, and how wrong the answers are."""

from __future__ import annotations

import numpy as np

from glassnet.engines.reference import Reference
from glassnet.optimizers import GradientDescent
from glassnet.random import uniform
from glassnet.training.programs import ANSWER
from glassnet.training.stopping import Epochs, TargetLoss
from glassnet.walkthrough.chapter import Chapter, shown
from glassnet.walkthrough.line import X, Y, learnt, programs

STARTS = (3.0, 5.0, 0.5)
TOO_LITTLE, FAR_OFF = 1.0, -1000.0
RANDOM_STARTS = 100


def beginnings() -> Chapter:
    """The data, the model, and where learning ends from many starts."""
    until = TargetLoss(1e-20) | Epochs(500)
    found = {start: learnt(start, GradientDescent(0.01), until).weight for start in STARTS}
    drawn = 20 * uniform(0, "walkthrough/starts", (RANDOM_STARTS,)) - 10
    ends = [learnt(float(start), GradientDescent(0.01), until).weight for start in drawn]
    furthest = max(abs(end - 2) for end in ends)
    pairs = " ".join(f"({shown(x)},{shown(y)})" for x, y in zip(X, Y, strict=True))
    lines = [
        f"data {pairs}; model y = W x",
        *[f"starting at W = {shown(start)}, learning ends at W = {end:.6f}" for start, end in found.items()],
        f"{RANDOM_STARTS} random starts end at W = 2, none further off than {furthest:.1e}",
    ]
    return Chapter("A line to learn", {"ends": found, "random": ends}, tuple(lines))


def forward() -> Chapter:
    """The answers at W = 3, and three ways to say how wrong they are."""
    made = programs(3.0, GradientDescent(0.01))
    state = made.layout.initial(0)
    output = Reference().compile(made.predict).map(state, {"inputs": X[:, None]}, len(X))[ANSWER].ravel()
    error = output - Y
    absolute, squared, plain = np.abs(error).sum(), (error**2).sum(), error.sum()
    low, far, right = (float((weight * X - Y).sum()) for weight in (TOO_LITTLE, FAR_OFF, 2.0))
    numbers = {
        "output": output.tolist(),
        "plain": plain,
        "absolute": absolute,
        "squared": squared,
        "plain elsewhere": [low, far],
    }
    lines = (
        f"forward at W = 3: {' '.join(map(shown, output))}",
        f"desired:          {' '.join(map(shown, Y))}",
        f"total of the plain differences {shown(plain)}; at W = {shown(TOO_LITTLE)} it is {shown(low)}: the sign says "
        "too much or too little,",
        f"but is no measure: at W = {shown(FAR_OFF)} the total is {shown(far)}, less than the {shown(right)} at W = 2",
        f"total of the absolute errors {shown(absolute)}",
        f"total of the squared errors {shown(squared)}",
    )
    return Chapter("Forward propagation and loss at W = 3", numbers, lines)
