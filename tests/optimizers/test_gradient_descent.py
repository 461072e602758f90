from __future__ import annotations

import numpy as np

from glassnet.optimizers import GradientDescent


def test_the_delta_rule_takes_rate_times_delta_from_the_weight(steps):
    # The line at W = 3: the derivative of the total of 30 is 60, and 60 x 0.01 = 0.6.
    assert steps(GradientDescent(0.01), 3.0).path([60.0]) == [3 - 0.6]


def test_the_line_converges_to_two(steps):
    descent = steps(GradientDescent(0.01), [3.0])
    for _ in range(60):
        descent.step(60 * (descent.w - 2))  # W - 2 shrinks to 0.4 of itself
    np.testing.assert_allclose(descent.w, [2], rtol=0, atol=1e-15)


def test_two_whole_array_operations_are_recorded(steps):
    assert steps(GradientDescent(0.01), [1.0, 2.0]).whole_array_operations() == 2
