"""Finding W without a derivative, and what that costs."""

from __future__ import annotations

import numpy as np

from glassnet.core.extent import n
from glassnet.core.interpret import Interpreter
from glassnet.core.tape import Tape
from glassnet.optimizers import GradientDescent
from glassnet.optimizers.brute_force import brute_force
from glassnet.optimizers.genetic import genetic
from glassnet.optimizers.hill_climbing import hill_climbing
from glassnet.training.stopping import Epochs, TargetLoss
from glassnet.walkthrough.chapter import Chapter
from glassnet.walkthrough.line import Floats, learnt, totals


class Losses:
    """The loss of many candidates at once, each a row of one program."""

    def __init__(self) -> None:
        tape = Tape()
        self._w = tape.input("w", (n, 1), "float64")
        self._run = Interpreter(tape, [totals(self._w).position]).run

    def __call__(self, candidates: Floats) -> Floats:
        """The losses (rows,) of candidates (rows, 1)."""
        return self._run({self._w.position: candidates}, {"n": len(candidates)})[0]


def searches() -> Chapter:
    """Brute force, greedy and genetic searches beside gradient descent."""
    losses = Losses()
    grid = brute_force(losses, [np.arange(-1_000_000, 1_000_001) / 1000])
    greedy = hill_climbing(losses, np.array([3.0]))
    bred = genetic(losses, np.array([-1000.0]), np.array([1000.0]), seed=0)
    descent = learnt(3.0, GradientDescent(0.01), TargetLoss(1e-12) | Epochs(500))
    steps = descent.course.steps
    found = {
        "brute force": (float(grid.best[0]), grid.evaluations),
        "greedy": (float(greedy.best[0]), greedy.evaluations),
        "genetic": (float(bred.best[0]), bred.evaluations),
        "gradient descent": (descent.weight, steps + len(descent.course.training_losses)),
    }
    lines = [f"{name:<17} W = {weight:<10.6g} {count:>9,} losses" for name, (weight, count) in found.items()]
    lines.append(f"gradient descent needs {steps} derivatives besides; its other losses judge where to stop")
    return Chapter("Searching without a derivative", found, tuple(lines))
