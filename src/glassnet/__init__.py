"""Glassnet: a neural network as a black box with two methods, `learn` and `predict`, that opens like glass.

Names are loaded when they are first used, so that `import glassnet` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from glassnet.errors import nearest
from glassnet.version import __version__

if TYPE_CHECKING:
    from glassnet.core import functions
    from glassnet.core.check import check_derivatives
    from glassnet.core.derivative import gradient, record
    from glassnet.core.tape import Tape
    from glassnet.core.tensor import Tensor
    from glassnet.data.division import ByGroup, ByTime
    from glassnet.data.sequences import Sequences
    from glassnet.errors import DataWarning, EngineWarning, GlassnetError, GlassnetWarning
    from glassnet.estimators import NetworkClassifier as NetworkClassifier
    from glassnet.estimators import NetworkRegressor as NetworkRegressor
    from glassnet.network import Checkpoint, CrossValidation, Network, cross_validate, load
    from glassnet.nn import (
        GRU,
        LSTM,
        RNN,
        Absolute,
        Activation,
        Add,
        AlphaDropout,
        ArgMax,
        BatchNorm,
        Bidirectional,
        BinaryLogLoss,
        Blend,
        Concatenate,
        CosineDistance,
        Dense,
        Dropout,
        Embedding,
        FirstMembers,
        Flatten,
        Focal,
        Gamma,
        GaussianNoise,
        GroupNorm,
        Hinge,
        Huber,
        KLDivergence,
        LayerNorm,
        LogCosh,
        Loss,
        Maxout,
        MeanOverTime,
        MoreMembers,
        MultiLabelLogLoss,
        Ordinal,
        PackedDense,
        PackedDropout,
        Poisson,
        PReLU,
        Quantile,
        Reshape,
        Residual,
        RMSNorm,
        RunningScale,
        Scale,
        Several,
        SoftmaxLogLoss,
        Squared,
        TiedDense,
    )
    from glassnet.nn.initializers import Initializer
    from glassnet.nn.layer import Input, Layer, Parameter, Statistic
    from glassnet.optimizers import (
        LAMB,
        LBFGS,
        SWA,
        Adadelta,
        Adagrad,
        Adam,
        AdaMax,
        AdamW,
        AMSGrad,
        Averaged,
        Clip,
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
        Nadam,
        OneCycle,
        Optimizer,
        Polynomial,
        RAdam,
        ReduceOnPlateau,
        RMSprop,
        Schedule,
        ScheduleFreeAdamW,
        Step,
        Warmup,
    )
    from glassnet.training.callbacks import Callback
    from glassnet.training.report import Report
    from glassnet.training.stopping import Epochs, Plateau, Rule, Seconds, Steps, TargetLoss


_HOMES = {
    "glassnet.core": ("functions",),
    "glassnet.core.check": ("check_derivatives",),
    "glassnet.core.derivative": ("gradient", "record"),
    "glassnet.core.tape": ("Tape",),
    "glassnet.core.tensor": ("Tensor",),
    "glassnet.data.division": ("ByGroup", "ByTime"),
    "glassnet.data.sequences": ("Sequences",),
    "glassnet.errors": ("DataWarning", "EngineWarning", "GlassnetError", "GlassnetWarning"),
    "glassnet.estimators": ("NetworkClassifier", "NetworkRegressor"),
    "glassnet.network": ("Checkpoint", "CrossValidation", "Network", "cross_validate", "load"),
    "glassnet.nn": (
        "GRU", "LSTM", "RNN", "Absolute", "Activation", "Add", "AlphaDropout", "ArgMax", "BatchNorm", "Bidirectional",
        "BinaryLogLoss", "Blend", "Concatenate", "CosineDistance", "Dense", "Dropout", "Embedding", "FirstMembers",
        "Flatten", "Focal", "Gamma", "GaussianNoise", "GroupNorm", "Hinge", "Huber", "KLDivergence", "LayerNorm",
        "LogCosh", "Loss", "Maxout", "MeanOverTime", "MoreMembers", "MultiLabelLogLoss", "Ordinal", "PReLU",
        "PackedDense", "PackedDropout", "Poisson", "Quantile", "RMSNorm", "Reshape", "Residual", "RunningScale",
        "Scale", "Several", "SoftmaxLogLoss", "Squared", "TiedDense",
    ),
    "glassnet.nn.initializers": ("Initializer",),
    "glassnet.nn.layer": ("Input", "Layer", "Parameter", "Statistic"),
    "glassnet.optimizers": (
        "AMSGrad", "AdaMax", "Adadelta", "Adagrad", "Adam", "AdamW", "Averaged", "Clip", "ClipByGlobalNorm",
        "ClipByNorm", "ClipByValue", "Constant", "Cosine", "Exponential", "GradientDescent", "LAMB", "LBFGS", "Lion",
        "Momentum", "MovingAverage", "Muon", "Nadam", "OneCycle", "Optimizer", "Polynomial", "RAdam", "RMSprop",
        "ReduceOnPlateau", "SWA", "Schedule", "ScheduleFreeAdamW", "Step", "Warmup",
    ),
    "glassnet.training.callbacks": ("Callback",),
    "glassnet.training.report": ("Report",),
    "glassnet.training.stopping": ("Epochs", "Plateau", "Rule", "Seconds", "Steps", "TargetLoss"),
}  # fmt: skip
_EXTRAS = _HOMES["glassnet.estimators"]  # which a star import leaves out: they need scikit-learn
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "GRU",
    "LAMB",
    "LBFGS",
    "LSTM",
    "RNN",
    "SWA",
    "AMSGrad",
    "Absolute",
    "Activation",
    "AdaMax",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Add",
    "AlphaDropout",
    "ArgMax",
    "Averaged",
    "BatchNorm",
    "Bidirectional",
    "BinaryLogLoss",
    "Blend",
    "ByGroup",
    "ByTime",
    "Callback",
    "Checkpoint",
    "Clip",
    "ClipByGlobalNorm",
    "ClipByNorm",
    "ClipByValue",
    "Concatenate",
    "Constant",
    "Cosine",
    "CosineDistance",
    "CrossValidation",
    "DataWarning",
    "Dense",
    "Dropout",
    "Embedding",
    "EngineWarning",
    "Epochs",
    "Exponential",
    "FirstMembers",
    "Flatten",
    "Focal",
    "Gamma",
    "GaussianNoise",
    "GlassnetError",
    "GlassnetWarning",
    "GradientDescent",
    "GroupNorm",
    "Hinge",
    "Huber",
    "Initializer",
    "Input",
    "KLDivergence",
    "Layer",
    "LayerNorm",
    "Lion",
    "LogCosh",
    "Loss",
    "Maxout",
    "MeanOverTime",
    "Momentum",
    "MoreMembers",
    "MovingAverage",
    "MultiLabelLogLoss",
    "Muon",
    "Nadam",
    "Network",
    "OneCycle",
    "Optimizer",
    "Ordinal",
    "PReLU",
    "PackedDense",
    "PackedDropout",
    "Parameter",
    "Plateau",
    "Poisson",
    "Polynomial",
    "Quantile",
    "RAdam",
    "RMSNorm",
    "RMSprop",
    "ReduceOnPlateau",
    "Report",
    "Reshape",
    "Residual",
    "Rule",
    "RunningScale",
    "Scale",
    "Schedule",
    "ScheduleFreeAdamW",
    "Seconds",
    "Sequences",
    "Several",
    "SoftmaxLogLoss",
    "Squared",
    "Statistic",
    "Step",
    "Steps",
    "Tape",
    "TargetLoss",
    "Tensor",
    "TiedDense",
    "Warmup",
    "__version__",
    "check_derivatives",
    "cross_validate",
    "functions",
    "gradient",
    "load",
    "record",
]


_FAMILIAR = {  # what other libraries call it: what it is called here
    "Sequential": "Network",
    "Model": "Network",
    "Module": "Layer",
    "MLPClassifier": "NetworkClassifier",
    "MLPRegressor": "NetworkRegressor",
    "Linear": "Dense",
    "BatchNormalization": "BatchNorm",
    "BatchNorm1d": "BatchNorm",
    "LayerNormalization": "LayerNorm",
    "GroupNormalization": "GroupNorm",
    "SimpleRNN": "RNN",
    "SGD": "GradientDescent, or Momentum",
    "EarlyStopping": "Plateau",
    "MSELoss": "Squared",
    "L1Loss": "Absolute",
    "HuberLoss": "Huber",
    "CrossEntropyLoss": "SoftmaxLogLoss",
    "BCELoss": "BinaryLogLoss",
    "BCEWithLogitsLoss": "BinaryLogLoss",
    "ReLU": "'relu', as in Dense(64, 'relu')",
    "Sigmoid": "'sigmoid', as in Dense(1, 'sigmoid')",
    "Tanh": "'tanh', as in Dense(64, 'tanh')",
    "Softmax": "'softmax', as in Dense(3, 'softmax')",
    "grad": "gradient",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        hint = f"; here it is {_FAMILIAR[name]}" if name in _FAMILIAR else ""
        hint = hint or ("" if name.startswith("_") else nearest(name, _HOME))
        raise AttributeError(f"module 'glassnet' has no attribute {name!r}{hint}")
    module = import_module(_HOME[name])
    value = import_module(f"{_HOME[name]}.{name}") if name == "functions" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted((*__all__, *_EXTRAS))
