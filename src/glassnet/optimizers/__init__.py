"""Update rules, learning rates that change, and searches that know no derivatives.

A rule is a frozen dataclass of its settings, written for one array of weights: formula, then code in the same symbols.
"""

from glassnet.optimizers.adadelta import Adadelta
from glassnet.optimizers.adagrad import Adagrad
from glassnet.optimizers.adam import Adam, AdamW
from glassnet.optimizers.adamax import AdaMax
from glassnet.optimizers.amsgrad import AMSGrad
from glassnet.optimizers.averaging import SWA, Averaged, MovingAverage
from glassnet.optimizers.brute_force import brute_force
from glassnet.optimizers.clipping import Clip, ClipByGlobalNorm, ClipByNorm, ClipByValue
from glassnet.optimizers.genetic import Genetics, genetic
from glassnet.optimizers.gradient_descent import GradientDescent
from glassnet.optimizers.hill_climbing import hill_climbing
from glassnet.optimizers.lamb import LAMB
from glassnet.optimizers.lbfgs import LBFGS
from glassnet.optimizers.lion import Lion
from glassnet.optimizers.lookup import CLIPS, OPTIMIZERS, SCHEDULES, as_optimizer, optimizer_from
from glassnet.optimizers.momentum import Momentum
from glassnet.optimizers.muon import Muon
from glassnet.optimizers.nadam import Nadam
from glassnet.optimizers.optimizer import Optimizer
from glassnet.optimizers.radam import RAdam
from glassnet.optimizers.rmsprop import RMSprop
from glassnet.optimizers.schedule_free import ScheduleFreeAdamW
from glassnet.optimizers.schedules import (
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    Polynomial,
    ReduceOnPlateau,
    Schedule,
    Step,
    Warmup,
)
from glassnet.optimizers.search import SearchResult

__all__ = [
    "CLIPS", "LAMB", "LBFGS", "OPTIMIZERS", "SCHEDULES", "SWA", "AMSGrad", "AdaMax", "Adadelta", "Adagrad", "Adam",
    "AdamW", "Averaged", "Clip", "ClipByGlobalNorm", "ClipByNorm", "ClipByValue", "Constant", "Cosine", "Exponential",
    "Genetics", "GradientDescent", "Lion", "Momentum", "MovingAverage", "Muon", "Nadam", "OneCycle", "Optimizer",
    "Polynomial", "RAdam", "RMSprop", "ReduceOnPlateau", "Schedule", "ScheduleFreeAdamW", "SearchResult", "Step",
    "Warmup", "as_optimizer", "brute_force", "genetic", "hill_climbing", "optimizer_from",
]  # fmt: skip
