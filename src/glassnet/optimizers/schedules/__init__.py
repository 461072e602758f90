"""Schedules: learning rates that change with the number of the step."""

from glassnet.optimizers.schedules.falls import Cosine, Exponential, Polynomial, Step
from glassnet.optimizers.schedules.rises import OneCycle, Warmup
from glassnet.optimizers.schedules.schedule import Constant, Schedule

__all__ = ["Constant", "Cosine", "Exponential", "OneCycle", "Polynomial", "Schedule", "Step", "Warmup"]
