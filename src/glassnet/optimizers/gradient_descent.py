"""The delta rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.tensor import Tensor
from glassnet.optimizers.optimizer import Optimizer, Updated
from glassnet.optimizers.schedules import Schedule


@dataclass(frozen=True, eq=False)
class GradientDescent(Optimizer):
    """The delta rule: new weight = old weight - learning rate x delta.

    w = w - rate d

    Arguments: see `Optimizer`.

    Source: Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées", 1847; on batches drawn
    at random, Robbins and Monro, "A stochastic approximation method", 1951.
    """

    learning_rate: float | Schedule = 0.01

    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The weights after one step; there are no slots."""
        return w + (-rate).cast(w.dtype) * delta, {}
