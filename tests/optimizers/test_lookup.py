from __future__ import annotations

import json
from dataclasses import dataclass, fields

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import (
    CLIPS,
    LAMB,
    OPTIMIZERS,
    SCHEDULES,
    SWA,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    ClipByGlobalNorm,
    ClipByNorm,
    ClipByValue,
    Constant,
    Cosine,
    Exponential,
    GradientDescent,
    Lion,
    Momentum,
    MovingAverage,
    Muon,
    OneCycle,
    Optimizer,
    Polynomial,
    RAdam,
    RMSprop,
    Schedule,
    ScheduleFreeAdamW,
    Step,
    Warmup,
    as_optimizer,
    optimizer_from,
)
from glassnet.settings import Configured


def same(a, b):
    if isinstance(a, Configured):
        return type(a) is type(b) and all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    return a == b


@pytest.mark.parametrize(
    "optimizer",
    [
        GradientDescent(0.1, l2=1e-4),
        Momentum(Step(0.1, every=5), momentum=0.8, nesterov=True),
        RMSprop(np.float32(0.1), decay=np.float64(0.95)),
        Adam(Cosine(1 / 3, steps=10, warmup=2, final=0.01), beta1=0.8, beta2=0.99, epsilon=1e-6),
        AdamW(Constant(0.1), weight_decay=0.2),
        Adagrad(Warmup(Exponential(0.1, every=10), 5), initial=0.1),
        Adadelta(Polynomial(1.0, steps=10, power=2.0), decay=0.9),
        Lion(OneCycle(0.1, steps=10), clip=ClipByNorm(1.0), l1=0.1),
        ScheduleFreeAdamW(0.1, warmup=10),
        LAMB(0.1, rates={"dense_1": 0.5, "dense_2.bias": 0.0}, accumulate=64),
        Muon(Cosine(0.1, steps=10), others=Adam(0.01)),
        MovingAverage(RAdam(0.1, clip=ClipByValue(2.0)), decay=0.9),
        SWA(AMSGrad(0.1, clip=ClipByGlobalNorm(3.0)), start=5, every=2),
    ],
    ids=lambda optimizer: type(optimizer).__name__,
)
def test_settings_go_through_json_and_back(optimizer):
    written = json.loads(json.dumps(optimizer.settings()))
    assert same(optimizer_from(type(optimizer).__name__, written), optimizer)


def test_schedules_are_nested_by_name():
    assert Momentum(Step(0.1, every=5)).settings() == {
        "learning_rate": {"class": "Step", "rate": 0.1, "every": 5, "factor": 0.1},
        "l2": 0.0,
        "l1": 0.0,
        "clip": None,
        "rates": None,
        "decays": None,
        "accumulate": None,
        "momentum": 0.9,
        "nesterov": False,
    }


def test_every_built_in_is_found_by_its_own_name():
    assert all(name == each.__name__ for name, each in (OPTIMIZERS | SCHEDULES | CLIPS).items())
    assert all(type(as_optimizer(name)) is each for name, each in OPTIMIZERS.items())


@pytest.mark.parametrize("name", ["adam", "ADAM", "Adam"])
def test_names_ignore_case(name):
    assert type(as_optimizer(name)) is Adam


@pytest.mark.parametrize("name", ["gradient descent", "gradient_descent", "Gradient-Descent"])
def test_names_ignore_what_stands_between_words(name):
    assert type(as_optimizer(name)) is GradientDescent


def test_an_optimizer_is_taken_as_it_is():
    adam = Adam(0.1)
    assert as_optimizer(adam) is adam


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("rmspop", "no optimizer is called 'rmspop'; did you mean 'RMSprop'"),
        ("sgd", "no optimizer is called 'sgd'; here it is called 'GradientDescent'"),
        (Adam, r"expected an optimizer such as Adam\(learning_rate=0.001\), or its name such as 'adam'"),
        (0.001, "optimizer=0.001: expected an optimizer such as Adam"),
        (None, "optimizer=None: expected"),
    ],
)
def test_anything_else_is_refused(given, message):
    with pytest.raises(SettingError, match=message):
        as_optimizer(given)


@dataclass(frozen=True, eq=False)
class Halving(Schedule):
    rate: float

    def at(self, t):
        return self.rate * 0.5 ** (t - 1)


@dataclass(frozen=True, eq=False)
class Mine(Optimizer):
    share: float = 0.5

    def update(self, w, delta, slots, rate, t):
        return w - rate.cast(w.dtype) * self.share * delta, {}


def test_own_rules_and_schedules_are_written_and_read_alike(steps):
    mine = Mine(Halving(1.0), share=0.25, l2=0.1)
    written = json.loads(json.dumps(mine.settings()))
    back = optimizer_from("Mine", written, classes=[Mine, Halving, dict])
    assert same(back, mine)
    assert steps(back, 0.0).path([4, 4]) == steps(mine, 0.0).path([4, 4])


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("Mine", {}, r"no optimizer is called 'Mine'; give your own with classes=\[Mine\]"),
        ("Step", {"rate": 0.1, "every": 1}, "no optimizer is called 'Step'"),
        ("Adam", {"learning_rate": 0.1, "beta3": 0.1}, "Adam has no setting 'beta3'.*did you mean 'beta"),
        ("Adam", {"learning_rate": -1}, "Adam: learning_rate=-1"),
        ("Adam", {"learning_rate": {"class": "Halving", "rate": 1.0}}, "no class is called 'Halving'"),
        ("Adam", {"learning_rate": {"class": "Cosine", "rate": 1.0}}, "Cosine needs the setting 'steps'"),
        ("Adam", {"learning_rate": {"class": "Adam"}}, r"Adam: learning_rate=Adam\("),
        ("Adam", {"learning_rate": [0.1]}, r"Adam: learning_rate=\(0.1,\)"),
    ],
)
def test_settings_that_do_not_fit_are_refused(name, settings, message):
    with pytest.raises(SettingError, match=message):
        optimizer_from(name, settings)
