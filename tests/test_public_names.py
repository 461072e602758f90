"""The public face: a name leaves or joins it on purpose, together with this list and the change log."""

from __future__ import annotations

import glassnet

PUBLIC_NAMES = [
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
    "Averaged",
    "BatchNorm",
    "Bidirectional",
    "BinaryLogLoss",
    "Clip",
    "ClipByGlobalNorm",
    "ClipByNorm",
    "ClipByValue",
    "Concatenate",
    "Constant",
    "Cosine",
    "DataWarning",
    "Dense",
    "Dropout",
    "Embedding",
    "EngineWarning",
    "Epochs",
    "Exponential",
    "Flatten",
    "GRU",
    "GaussianNoise",
    "GlassnetError",
    "GlassnetWarning",
    "GradientDescent",
    "GroupNorm",
    "Huber",
    "Initializer",
    "Input",
    "LSTM",
    "Layer",
    "LayerNorm",
    "Lion",
    "Loss",
    "Maxout",
    "MeanOverTime",
    "Momentum",
    "MovingAverage",
    "Nadam",
    "Network",
    "OneCycle",
    "Optimizer",
    "PReLU",
    "Parameter",
    "Plateau",
    "Polynomial",
    "RAdam",
    "RMSNorm",
    "RMSprop",
    "RNN",
    "Report",
    "Reshape",
    "Residual",
    "Rule",
    "SWA",
    "Scale",
    "Schedule",
    "ScheduleFreeAdamW",
    "Seconds",
    "Sequences",
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
    "functions",
    "gradient",
    "load",
    "record",
]


def test_the_public_names_are_pinned() -> None:
    assert sorted(glassnet.__all__) == PUBLIC_NAMES


def test_every_public_name_can_be_had() -> None:
    for name in PUBLIC_NAMES:
        assert getattr(glassnet, name) is not None


def test_the_package_says_what_it_is() -> None:
    assert glassnet.__doc__
    assert "black box" in glassnet.__doc__
