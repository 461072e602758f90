"""The public face: a name leaves or joins it on purpose, together with this list and the change log."""

from __future__ import annotations

import glassnet

PUBLIC_NAMES = [
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


def test_the_public_names_are_pinned() -> None:
    assert sorted(glassnet.__all__) == PUBLIC_NAMES


def test_every_public_name_can_be_had() -> None:
    for name in PUBLIC_NAMES:
        assert getattr(glassnet, name) is not None


def test_the_package_says_what_it_is() -> None:
    assert glassnet.__doc__
    assert "black box" in glassnet.__doc__
