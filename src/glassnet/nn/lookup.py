"""Layers and losses by name."""

from __future__ import annotations

from collections.abc import Mapping

from glassnet.errors import SettingError
from glassnet.nn.activations import Activation
from glassnet.nn.blend import Blend
from glassnet.nn.dense import Dense, TiedDense
from glassnet.nn.dropout import AlphaDropout, Dropout, GaussianNoise
from glassnet.nn.embedding import Embedding
from glassnet.nn.gates import Maxout
from glassnet.nn.layer import Layer
from glassnet.nn.losses.classification import BinaryLogLoss, KLDivergence, MultiLabelLogLoss, SoftmaxLogLoss
from glassnet.nn.losses.loss import Loss
from glassnet.nn.losses.margins import ArgMax, Focal, Hinge
from glassnet.nn.losses.ordinal import Ordinal
from glassnet.nn.losses.rates import Gamma, Poisson
from glassnet.nn.losses.regression import Absolute, Huber, LogCosh, Quantile, Squared
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
from glassnet.settings import find

LAYERS: Mapping[str, type[Layer]] = {
    each.__name__: each
    for each in (
        Activation, Add, AlphaDropout, BatchNorm, Bidirectional, Blend, Concatenate, Dense, Dropout, Embedding,
        FirstMembers, Flatten, GaussianNoise, GroupNorm, GRU, LayerNorm, LSTM, Maxout, MeanOverTime, MoreMembers,
        PackedDense, PackedDropout, PReLU, Reshape, Residual, RMSNorm, RNN, RunningScale, Scale, TiedDense,
    )
}  # fmt: skip
LOSSES: Mapping[str, type[Loss]] = {
    "squared": Squared,
    "absolute": Absolute,
    "Huber": Huber,
    "log-cosh": LogCosh,
    "quantile": Quantile,
    "Poisson": Poisson,
    "gamma": Gamma,
    "binary log loss": BinaryLogLoss,
    "multi-label log loss": MultiLabelLogLoss,
    "softmax log loss": SoftmaxLogLoss,
    "ordinal": Ordinal,
    "KL": KLDivergence,
    "focal": Focal,
    "hinge": Hinge,
    "cosine": CosineDistance,
    "arg-max": ArgMax,
}
FAMILIAR = {
    "mse": "squared",
    "mean squared error": "squared",
    "mae": "absolute",
    "l1": "absolute",
    "mean absolute error": "absolute",
    "l2": "squared",
    "smooth l1": "Huber",
    "pinball": "quantile",
    "kl divergence": "KL",
    "Kullback-Leibler": "KL",
    "cosine similarity": "cosine",
    "multi-label": "multi-label log loss",
    "zero-one": "arg-max",
    "proportional odds": "ordinal",
    "cumulative link": "ordinal",
    "coral": "ordinal",
    "cross entropy": "softmax log loss",
    "categorical crossentropy": "softmax log loss",
    "sparse categorical crossentropy": "softmax log loss",
    "binary crossentropy": "binary log loss",
    "bce": "binary log loss",
    "log loss": "softmax log loss",
}


def as_loss(given: Loss | str, setting: str = "loss") -> Loss:
    """The loss that a `setting` was given, or the one of that name.

    Raises SettingError for a name that is not known, with the nearest.
    """
    if isinstance(given, Loss):
        return given
    if not isinstance(given, str):
        raise SettingError(f"{setting}={given!r}: expected a loss or a name: {', '.join(LOSSES)}")
    return find("loss", given, LOSSES, FAMILIAR)()
