"""Schedules: learning rates that change with the number of the step, or where the loss no longer improves."""

from glassnet.optimizers.schedules.falls import Cosine, Exponential, Polynomial, Step
from glassnet.optimizers.schedules.plateau import ReduceOnPlateau
from glassnet.optimizers.schedules.rises import OneCycle, Warmup
from glassnet.optimizers.schedules.schedule import Constant, Schedule

__all__ = [
    "Constant", "Cosine", "Exponential", "OneCycle", "Polynomial", "ReduceOnPlateau", "Schedule", "Step", "Warmup",
]  # fmt: skip
