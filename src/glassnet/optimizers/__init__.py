"""Update rules, learning rates that change, and searches that know no derivatives.

A rule is a frozen dataclass of its settings, written for one array of weights: formula, then code in the same symbols.
"""

from glassnet.optimizers.adam import Adam, AdamW
from glassnet.optimizers.brute_force import brute_force
from glassnet.optimizers.genetic import Genetics, genetic
from glassnet.optimizers.gradient_descent import GradientDescent
from glassnet.optimizers.hill_climbing import hill_climbing
from glassnet.optimizers.lookup import OPTIMIZERS, SCHEDULES, as_optimizer, optimizer_from
from glassnet.optimizers.momentum import Momentum
from glassnet.optimizers.optimizer import Optimizer
from glassnet.optimizers.rmsprop import RMSprop
from glassnet.optimizers.schedules import Constant, Cosine, Schedule, Step
from glassnet.optimizers.search import SearchResult

__all__ = [
    "OPTIMIZERS",
    "SCHEDULES",
    "Adam",
    "AdamW",
    "Constant",
    "Cosine",
    "Genetics",
    "GradientDescent",
    "Momentum",
    "Optimizer",
    "RMSprop",
    "Schedule",
    "SearchResult",
    "Step",
    "as_optimizer",
    "brute_force",
    "genetic",
    "hill_climbing",
    "optimizer_from",
]
