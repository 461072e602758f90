"""Glassnet: a neural network as a black box with two methods, `learn` and `predict`, that opens like glass.

Names are loaded when they are first used, so that `import glassnet` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from glassnet.version import __version__

if TYPE_CHECKING:
    from glassnet.core import functions
    from glassnet.core.check import check_derivatives
    from glassnet.core.derivative import gradient, record
    from glassnet.core.tape import Tape
    from glassnet.core.tensor import Tensor
    from glassnet.errors import DataWarning, EngineWarning, GlassnetError, GlassnetWarning
    from glassnet.network import Network, load
    from glassnet.nn import (
        Absolute,
        Activation,
        Add,
        ArgMax,
        BatchNorm,
        BinaryLogLoss,
        Concatenate,
        CosineDistance,
        Dense,
        Dropout,
        Embedding,
        Flatten,
        Focal,
        Gamma,
        Hinge,
        Huber,
        KLDivergence,
        LayerNorm,
        LogCosh,
        Loss,
        MultiLabelLogLoss,
        Poisson,
        Quantile,
        SoftmaxLogLoss,
        Squared,
    )
    from glassnet.nn.initializers import Initializer
    from glassnet.nn.layer import Input, Layer, Parameter, Statistic
    from glassnet.optimizers import (
        Adam,
        AdamW,
        Constant,
        Cosine,
        GradientDescent,
        Momentum,
        Optimizer,
        RMSprop,
        Schedule,
        Step,
    )
    from glassnet.training.report import Report
    from glassnet.training.stopping import Epochs, Plateau, Rule, Seconds, Steps, TargetLoss


_HOMES = {
    "glassnet.core": ("functions",),
    "glassnet.core.check": ("check_derivatives",),
    "glassnet.core.derivative": ("gradient", "record"),
    "glassnet.core.tape": ("Tape",),
    "glassnet.core.tensor": ("Tensor",),
    "glassnet.errors": ("DataWarning", "EngineWarning", "GlassnetError", "GlassnetWarning"),
    "glassnet.network": ("Network", "load"),
    "glassnet.nn": (
        "Absolute", "Activation", "Add", "ArgMax", "BatchNorm", "BinaryLogLoss", "Concatenate", "CosineDistance",
        "Dense", "Dropout", "Embedding", "Flatten", "Focal", "Gamma", "Hinge", "Huber", "KLDivergence", "LayerNorm",
        "LogCosh", "Loss", "MultiLabelLogLoss", "Poisson", "Quantile", "SoftmaxLogLoss", "Squared",
    ),
    "glassnet.nn.initializers": ("Initializer",),
    "glassnet.nn.layer": ("Input", "Layer", "Parameter", "Statistic"),
    "glassnet.optimizers": (
        "Adam", "AdamW", "Constant", "Cosine", "GradientDescent", "Momentum", "Optimizer", "RMSprop", "Schedule",
        "Step",
    ),
    "glassnet.training.report": ("Report",),
    "glassnet.training.stopping": ("Epochs", "Plateau", "Rule", "Seconds", "Steps", "TargetLoss"),
}  # fmt: skip
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Absolute",
    "Activation",
    "Adam",
    "AdamW",
    "Add",
    "ArgMax",
    "BatchNorm",
    "BinaryLogLoss",
    "Concatenate",
    "Constant",
    "Cosine",
    "CosineDistance",
    "DataWarning",
    "Dense",
    "Dropout",
    "Embedding",
    "EngineWarning",
    "Epochs",
    "Flatten",
    "Focal",
    "Gamma",
    "GlassnetError",
    "GlassnetWarning",
    "GradientDescent",
    "Hinge",
    "Huber",
    "Initializer",
    "Input",
    "KLDivergence",
    "Layer",
    "LayerNorm",
    "LogCosh",
    "Loss",
    "Momentum",
    "MultiLabelLogLoss",
    "Network",
    "Optimizer",
    "Parameter",
    "Plateau",
    "Poisson",
    "Quantile",
    "RMSprop",
    "Report",
    "Rule",
    "Schedule",
    "Seconds",
    "SoftmaxLogLoss",
    "Squared",
    "Statistic",
    "Step",
    "Steps",
    "Tape",
    "TargetLoss",
    "Tensor",
    "__version__",
    "check_derivatives",
    "functions",
    "gradient",
    "load",
    "record",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'glassnet' has no attribute {name!r}")
    module = import_module(_HOME[name])
    value = import_module(f"{_HOME[name]}.{name}") if name == "functions" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
