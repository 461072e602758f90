"""Lines of least squares with a penalty on their weights, which are solved for at once.

Source: Hoerl and Kennard, "Ridge regression: biased estimation for nonorthogonal problems", 1970.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from glassnet.training.components import Components, Doubles, Lines

STRENGTHS: Final = 10.0 ** (np.arange(6, -13, -1) / 2)  # beside the mean square of a standardised feature, which is 1


def least_squares(x: Doubles, targets: Doubles, weights: Doubles) -> Lines:
    """The least of sum s_i (x_i w + b - t_i)^2 + strength |w|^2, where s_i are the weights divided by their sum.

    Rows x (rows, features) have features with mean squares of about 1, targets are (rows, outputs), and weights (rows,)
    have a sum above 0. The strongest penalty is first.
    """
    shares = weights / weights.sum()
    components, middle = Components.of(x, shares), shares @ targets
    covariance = x.T @ (shares[:, None] * targets) - np.outer(components.mean, middle)
    along = components.vectors.T @ covariance
    lines = along / (components.values + STRENGTHS[:, None])[:, :, None]
    return Lines(components, lines, np.tile(middle, (len(STRENGTHS), 1)))
