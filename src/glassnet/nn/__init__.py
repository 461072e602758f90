"""What networks are made of: layers, losses and initializers."""

from glassnet.nn.activations import Activation
from glassnet.nn.dense import Dense
from glassnet.nn.dropout import Dropout
from glassnet.nn.embedding import Embedding
from glassnet.nn.layer import Input, Layer, Node, Own, Parameter, Statistic
from glassnet.nn.lookup import LAYERS, LOSSES, as_layer, as_loss
from glassnet.nn.losses.classification import BinaryLogLoss, SoftmaxLogLoss
from glassnet.nn.losses.loss import Loss
from glassnet.nn.losses.regression import Absolute, Huber, Squared
from glassnet.nn.merge import Add, Concatenate, Flatten
from glassnet.nn.normalization import BatchNorm, LayerNorm
from glassnet.nn.recurrent import GRU, LSTM, RNN, Bidirectional, MeanOverTime

__all__ = [
    "GRU",
    "LAYERS",
    "LOSSES",
    "LSTM",
    "RNN",
    "Absolute",
    "Activation",
    "Add",
    "BatchNorm",
    "Bidirectional",
    "BinaryLogLoss",
    "Concatenate",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "Huber",
    "Input",
    "Layer",
    "LayerNorm",
    "Loss",
    "MeanOverTime",
    "Node",
    "Own",
    "Parameter",
    "SoftmaxLogLoss",
    "Squared",
    "Statistic",
    "as_layer",
    "as_loss",
]
