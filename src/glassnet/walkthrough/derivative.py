"""The derivative: a rate of change, first by moving W a little, then exactly, by going back along the calls."""

from __future__ import annotations

import numpy as np

from glassnet.core.derivative import gradient
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.core.tensor import Tensor
from glassnet.walkthrough.chapter import Chapter, shown
from glassnet.walkthrough.line import total

HEIGHT, WIDTH = 9, 41
MOVE, CHANGE = 0.0001, 0.001


def loss_at(weight: float) -> float:
    """The total loss at a weight."""
    tape = Tape()
    w = tape.input("w", (), "float64")
    return float(evaluate([total(w)], {w: weight})[0])


def rate() -> Chapter:
    """The rate of change at W = 3 by differences and exactly, and the curve with the ball on it."""
    above, below = loss_at(3 + MOVE), loss_at(3 - MOVE)
    estimate = (above - below) / (2 * MOVE)
    exact = float(gradient(total)(3.0))
    lines = (
        f"at W = {3 + MOVE} the total is {above:.3f}, at {3 - MOVE} it is {below:.3f}: a rate of {estimate:.4g}",
        f"the derivative, by back-propagation, is {shown(exact)}",
        *curve(3.0),
    )
    return Chapter(
        "The derivative at W = 3", {"above": above, "below": below, "estimate": estimate, "exact": exact}, lines
    )


def curve(ball: float) -> list[str]:
    """The loss over W from -2 to 6 drawn in text, the ball at a weight."""
    weights = np.linspace(-2, 6, WIDTH)
    heights = [loss_at(float(w)) for w in weights]
    top = max(heights)
    grid = [[" "] * WIDTH for _ in range(HEIGHT)]
    at = int(np.argmin(np.abs(weights - ball)))
    for i, height in enumerate(heights):
        grid[HEIGHT - 1 - round(height / top * (HEIGHT - 1))][i] = "o" if i == at else "."
    return [*["".join(row).rstrip() for row in grid], "W = -2" + " " * (WIDTH - 11) + "W = 6"]


def chains() -> Chapter:
    """Functions one after the other, and a value that two others use."""

    def square_of_three(x: Tensor) -> Tensor:
        z = 3 * x
        return z * z

    def doubled(x: Tensor) -> Tensor:
        return 2 * (3 * x)

    def both(x: Tensor) -> Tensor:
        return 3 * x + 2 * x

    tape = Tape()
    x = tape.input("x", (), "float64")
    first = 3 * x
    second = 2 * first
    moved, still = (evaluate([first, second], {x: at}) for at in (1 + CHANGE, 1.0))
    forward = [float(a - b) for a, b in zip(moved, still, strict=True)]
    to_first = float(gradient(lambda z: 2 * z)(1.0))
    to_x = float(gradient(doubled)(1.0))
    composed, slope = float(evaluate([square_of_three(x)], {x: 2.0})[0]), float(gradient(square_of_three)(1.0))
    back, shared = [forward[1] / to_first, forward[1] / to_x], float(gradient(both)(1.0))
    numbers = {"composed": composed, "slope": slope, "forward": forward, "back": back, "shared": shared}
    lines = (
        f"3x and then z^2 is 9x^2: at x = 2 it is {shown(composed)}, its derivative at 1 is {shown(slope)}",
        f"through 3x and then 2x a change of {CHANGE} becomes {forward[0]:.3f} and {forward[1]:.3f};",
        f"an error of {forward[1]:.3f} goes back as {back[0]:.3f} and {back[1]:.3f}",
        f"a value that 3x and 2x both use gets the sum of their deltas: {shown(shared)}",
    )
    return Chapter("The chain rule", numbers, lines)
