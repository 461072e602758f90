"""Optimizers and schedules by name, as people write them and as model files keep them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from glassnet.errors import SettingError
from glassnet.optimizers.adadelta import Adadelta
from glassnet.optimizers.adagrad import Adagrad
from glassnet.optimizers.adam import Adam, AdamW
from glassnet.optimizers.adamax import AdaMax
from glassnet.optimizers.amsgrad import AMSGrad
from glassnet.optimizers.averaging import SWA, MovingAverage
from glassnet.optimizers.clipping import Clip, ClipByGlobalNorm, ClipByNorm, ClipByValue
from glassnet.optimizers.gradient_descent import GradientDescent
from glassnet.optimizers.lamb import LAMB
from glassnet.optimizers.lbfgs import LBFGS
from glassnet.optimizers.lion import Lion
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
from glassnet.settings import Configured, construct, find

OPTIMIZERS: Mapping[str, type[Optimizer]] = {
    each.__name__: each
    for each in (
        GradientDescent, Momentum, Adagrad, Adadelta, RMSprop, Adam, AdamW, AdaMax, AMSGrad, Nadam, RAdam, Lion,
        LAMB, Muon, ScheduleFreeAdamW, LBFGS, MovingAverage, SWA,
    )
}  # fmt: skip
SCHEDULES: Mapping[str, type[Schedule]] = {
    each.__name__: each for each in (Constant, Step, Exponential, Polynomial, Cosine, OneCycle, Warmup, ReduceOnPlateau)
}
CLIPS: Mapping[str, type[Clip]] = {each.__name__: each for each in (ClipByValue, ClipByNorm, ClipByGlobalNorm)}
FAMILIAR = {
    "SGD": "GradientDescent",
    "delta rule": "GradientDescent",
    "Nesterov": "Momentum(nesterov=True)",
    "EMA": "MovingAverage",
    "schedule-free": "ScheduleFreeAdamW",
}


def as_optimizer(optimizer: Optimizer | str) -> Optimizer:
    """An optimizer as it is given, or the one of that name with its default settings.

    Case, spaces, hyphens and underscores make no difference in names. Raises SettingError for anything else.

    >>> as_optimizer("gradient descent")
    GradientDescent(learning_rate=0.01)
    """
    if isinstance(optimizer, Optimizer):
        return optimizer
    if isinstance(optimizer, str):
        return construct(find("optimizer", optimizer, OPTIMIZERS, FAMILIAR), {})
    named = isinstance(optimizer, type) and issubclass(optimizer, Optimizer)
    made = f"{optimizer.__name__ if named else 'Adam'}(learning_rate=0.001)"
    raise SettingError(f"optimizer={optimizer!r}: expected an optimizer such as {made}, or its name such as 'adam'")


def optimizer_from(name: str, settings: Mapping[str, Any], classes: Iterable[type] = ()) -> Optimizer:
    """The optimizer that a model file names, from the settings that `Optimizer.settings` gave.

    Arguments: `name`, the name of its class; `classes`, the own ones that may be meant, of optimizers, schedules
    and clips (others are passed over). Raises SettingError for a name that is not among them, and for settings that
    do not fit.

    >>> optimizer_from("Adam", Adam(Cosine(0.01, steps=100)).settings()).learning_rate
    Cosine(rate=0.01, steps=100)
    """
    own = {each.__name__: each for each in classes if issubclass(each, Configured)}
    optimizers = {**OPTIMIZERS, **{key: each for key, each in own.items() if issubclass(each, Optimizer)}}
    if name not in optimizers:
        raise SettingError(f"no optimizer is called {name!r}; give your own with classes=[{name}]")
    return optimizers[name].from_settings(settings, {**OPTIMIZERS, **SCHEDULES, **CLIPS, **own})
