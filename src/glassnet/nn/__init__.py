"""What networks are made of: layers, losses and initializers."""

from glassnet.nn.activations import Activation, as_layer
from glassnet.nn.blend import Blend
from glassnet.nn.dense import Dense, TiedDense
from glassnet.nn.dropout import AlphaDropout, Dropout, GaussianNoise
from glassnet.nn.embedding import Embedding
from glassnet.nn.gates import Maxout
from glassnet.nn.layer import Input, Layer, Node, Own, Parameter, Shared, Statistic
from glassnet.nn.lookup import LAYERS, LOSSES, as_loss
from glassnet.nn.losses.classification import BinaryLogLoss, KLDivergence, MultiLabelLogLoss, SoftmaxLogLoss
from glassnet.nn.losses.loss import Loss, PerOutput
from glassnet.nn.losses.margins import ArgMax, Focal, Hinge
from glassnet.nn.losses.ordinal import Ordinal
from glassnet.nn.losses.rates import Gamma, Poisson
from glassnet.nn.losses.regression import Absolute, Huber, LogCosh, Quantile, Squared
from glassnet.nn.losses.several import Several
from glassnet.nn.losses.similarity import CosineDistance
from glassnet.nn.merge import Add, Concatenate, Flatten, Reshape
from glassnet.nn.normalization import BatchNorm, GroupNorm, LayerNorm, RMSNorm, Scale
from glassnet.nn.packed import PackedDense
from glassnet.nn.packed_dropout import PackedDropout
from glassnet.nn.packed_members import FirstMembers, MoreMembers
from glassnet.nn.prelu import PReLU
from glassnet.nn.recurrent import GRU, LSTM, RNN, Bidirectional, MeanOverTime
from glassnet.nn.residual import Residual
from glassnet.nn.running import RunningScale

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
    "ArgMax",
    "BatchNorm",
    "Bidirectional",
    "BinaryLogLoss",
    "Blend",
    "Concatenate",
    "CosineDistance",
    "Dense",
    "Dropout",
    "Embedding",
    "FirstMembers",
    "Flatten",
    "Focal",
    "Gamma",
    "GaussianNoise",
    "GroupNorm",
    "Hinge",
    "Huber",
    "Input",
    "KLDivergence",
    "Layer",
    "LayerNorm",
    "LogCosh",
    "Loss",
    "Maxout",
    "MeanOverTime",
    "MoreMembers",
    "MultiLabelLogLoss",
    "Node",
    "Ordinal",
    "Own",
    "PReLU",
    "PackedDense",
    "PackedDropout",
    "Parameter",
    "PerOutput",
    "Poisson",
    "Quantile",
    "RMSNorm",
    "Reshape",
    "Residual",
    "RunningScale",
    "Scale",
    "Several",
    "Shared",
    "SoftmaxLogLoss",
    "Squared",
    "Statistic",
    "TiedDense",
    "as_layer",
    "as_loss",
]
