"""What networks are made of: layers, losses and initializers."""

from glassnet.nn.activations import Activation
from glassnet.nn.dense import Dense
from glassnet.nn.dropout import Dropout
from glassnet.nn.embedding import Embedding
from glassnet.nn.layer import Input, Layer, Node, Own, Parameter, Statistic
from glassnet.nn.lookup import LAYERS, LOSSES, as_layer, as_loss
from glassnet.nn.losses.classification import BinaryLogLoss, KLDivergence, MultiLabelLogLoss, SoftmaxLogLoss
from glassnet.nn.losses.loss import Loss, PerOutput
from glassnet.nn.losses.margins import ArgMax, Focal, Hinge
from glassnet.nn.losses.rates import Gamma, Poisson
from glassnet.nn.losses.regression import Absolute, Huber, LogCosh, Quantile, Squared
from glassnet.nn.losses.similarity import CosineDistance
from glassnet.nn.merge import Add, Concatenate, Flatten
from glassnet.nn.normalization import BatchNorm, LayerNorm

__all__ = [
    "LAYERS",
    "LOSSES",
    "Absolute",
    "Activation",
    "Add",
    "ArgMax",
    "BatchNorm",
    "BinaryLogLoss",
    "Concatenate",
    "CosineDistance",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "Focal",
    "Gamma",
    "Hinge",
    "Huber",
    "Input",
    "KLDivergence",
    "Layer",
    "LayerNorm",
    "LogCosh",
    "Loss",
    "MultiLabelLogLoss",
    "Node",
    "Own",
    "Parameter",
    "PerOutput",
    "Poisson",
    "Quantile",
    "SoftmaxLogLoss",
    "Squared",
    "Statistic",
    "as_layer",
    "as_loss",
]
