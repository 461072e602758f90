"""What networks are made of: layers, losses and initializers."""

from glassnet.nn.activations import Activation, as_layer
from glassnet.nn.dense import Dense, TiedDense
from glassnet.nn.dropout import AlphaDropout, Dropout, GaussianNoise
from glassnet.nn.embedding import Embedding
from glassnet.nn.gates import Maxout
from glassnet.nn.layer import Input, Layer, Node, Own, Parameter, Shared, Statistic
from glassnet.nn.lookup import LAYERS, LOSSES, as_loss
from glassnet.nn.losses.classification import BinaryLogLoss, SoftmaxLogLoss
from glassnet.nn.losses.loss import Loss
from glassnet.nn.losses.regression import Absolute, Huber, Squared
from glassnet.nn.merge import Add, Concatenate, Flatten, Reshape
from glassnet.nn.normalization import BatchNorm, GroupNorm, LayerNorm, RMSNorm, Scale
from glassnet.nn.prelu import PReLU
from glassnet.nn.recurrent import GRU, LSTM, RNN, Bidirectional, MeanOverTime
from glassnet.nn.residual import Residual

__all__ = [
    "GRU",
    "LAYERS",
    "LOSSES",
    "LSTM",
    "RNN",
    "Absolute",
    "Activation",
    "Add",
    "AlphaDropout",
    "BatchNorm",
    "Bidirectional",
    "BinaryLogLoss",
    "Concatenate",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GaussianNoise",
    "GroupNorm",
    "Huber",
    "Input",
    "Layer",
    "LayerNorm",
    "Loss",
    "Maxout",
    "MeanOverTime",
    "Node",
    "Own",
    "PReLU",
    "Parameter",
    "RMSNorm",
    "Reshape",
    "Residual",
    "Scale",
    "Shared",
    "SoftmaxLogLoss",
    "Squared",
    "Statistic",
    "TiedDense",
    "as_layer",
    "as_loss",
]
