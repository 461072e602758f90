"""How much each group of an ensemble counts in its answer, and how sure that answer is: learnt from rows held out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from glassnet.core.functions import softmax
from glassnet.core.operation import Array, Shaped
from glassnet.core.tensor import Tensor
from glassnet.engines.reference import Reference
from glassnet.nn.graph import Graph
from glassnet.nn.initializers import Zeros
from glassnet.nn.layer import Input, Layer, Own, Parameter
from glassnet.nn.losses.classification import MultiLabelLogLoss
from glassnet.nn.losses.loss import Loss
from glassnet.nn.losses.several import Several
from glassnet.optimizers.lbfgs import LBFGS
from glassnet.random import permutation
from glassnet.training.loop import Run, learn
from glassnet.training.programs import Model, Programs
from glassnet.training.raw_outputs import lost
from glassnet.training.rows import Rows
from glassnet.training.stopping import Epochs, Plateau

MOST_ROWS: Final = 4096  # rows that a handful of numbers is learnt from; of more a sample
STRENGTH: Final = 1.0  # of the penalty that holds equal shares, in rows
WIDE: Final = 4.0  # times as strongly are a temperature and offsets held, the logarithm of the first
UNTIL: Final = Epochs(60) | Plateau(patience=5, least=1e-7)
TINY: Final = 1e-12  # which a loss counts as at least
OUTPUTS: Final = "outputs of the groups"


class Blended(NamedTuple):
    """What outputs are blended by: shares (groups,), and the temperature and the offset of each output (outputs,)."""

    shares: npt.NDArray[np.float64]
    temperature: npt.NDArray[np.float64]
    offset: npt.NDArray[np.float64]

    def of(self, outputs: Array) -> npt.NDArray[np.float64]:
        """The blend of raw outputs (groups, rows, outputs)."""
        mean = np.tensordot(self.shares, outputs.astype(np.float64), 1)
        blend: npt.NDArray[np.float64] = self.temperature * mean + self.offset
        return blend


@dataclass(frozen=True, eq=False)
class _Mixture(Layer):
    """z = sum_g softmax(a)_g x_g, with learnt a (groups,): (n, groups, outputs) -> (n, outputs)."""

    groups: int

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter]:
        """`shares` (groups,)."""
        return {"shares": Parameter((self.groups,), Zeros())}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The blend."""
        return (softmax(own.shares).reshape(self.groups, 1) * inputs[0]).sum(1)

    def found(self, weights: Mapping[str, Array], outputs: int) -> Blended:
        """What was learnt, for so many outputs, by the names of the parameters."""
        exponentials = np.exp(weights["shares"])
        return Blended(exponentials / exponentials.sum(), np.ones(outputs), np.zeros(outputs))


@dataclass(frozen=True, eq=False)
class _Calibrated(_Mixture):
    """z = exp(b S / 4) sum_g softmax(a)_g x_g + (c s) / 4, with learnt a, b (targets,) and c (outputs,).

    S is `reach` (targets, outputs), 0 but in the outputs of each of those targets whose answers say how sure they are,
    and s the sum over its targets: outputs of no such target are blended alone.
    """

    reach: npt.NDArray[np.float64]

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter]:
        """`shares` (groups,), `heat` (targets,), which is b, and `shift` (outputs,), which is c."""
        targets, outputs = self.reach.shape
        more = {"heat": Parameter((targets,), Zeros()), "shift": Parameter((outputs,), Zeros())}
        return {**super().parameters(*inputs), **more}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The blend."""
        heat: Tensor = (own.heat.reshape(len(self.reach), 1) * self.reach).sum(0)
        shift: Tensor = own.shift * self.reach.sum(axis=0)
        return (heat / WIDE).exp() * super().forward(own, *inputs) + shift / WIDE

    def found(self, weights: Mapping[str, Array], outputs: int) -> Blended:
        """What was learnt, for so many outputs, by the names of the parameters."""
        return Blended(
            super().found(weights, outputs).shares,
            np.exp(weights["heat"] @ self.reach / WIDE),
            weights["shift"] * self.reach.sum(axis=0) / WIDE,
        )


def _mixture(loss: Loss, groups: int, outputs: int) -> _Mixture:
    """What is learnt of the blend of so many groups: how sure answers are of each target that has probabilities.

    One of several targets counts by its weight in the loss, w of k targets by w / k. Its b and c are given the reach
    sqrt(k / w), so that the penalty holds them as it would hold those of the target alone.
    """
    if not isinstance(loss, Several):
        return _Calibrated(groups, np.ones((1, outputs))) if _has_chances(loss) else _Mixture(groups)
    assert loss.weights is not None  # filled in when the loss was made
    reach = np.zeros((len(loss.parts), outputs))
    for place, where in enumerate(loss.outputs):
        reach[place, where] = np.sqrt(len(loss.parts) / loss.weights[place])
    sure = [_has_chances(part) for part in loss.parts]
    return _Calibrated(groups, reach[sure]) if any(sure) else _Mixture(groups)


def _has_chances(loss: Loss) -> bool:
    """Whether answers are probabilities of classes, or of labels."""
    return loss.classes or isinstance(loss, MultiLabelLogLoss)


def blended(loss: Loss, outputs: Array, rows: Rows) -> Blended:
    """The shares of the groups, and for classes temperatures and offsets, of least loss on rows that no member learnt.

    `outputs` (groups, rows, outputs) are the raw outputs for the targets and weights of `rows`, of which the inputs are
    not looked at. The shares are softmax(a), held near equal by (1 / 2 rows) |a|^2 beside a loss that is the logarithm
    of a likelihood; beside errors of numbers by 2 e times as much, where e is the error of the best group, as if they
    were normal. A temperature t, which multiplies log-odds, mends answers that are too sure or not sure enough, and
    offsets d, which are added to them, answers that favour a class; they are held near 1 and 0 by (8 / rows) (log(t)^2
    + |d|^2), since a few rows that are all right would have them grow without end. Of several targets each that has
    classes has its own, as one may be noisy where another is clean. Sources: Guo, Pleiss, Sun and Weinberger, "On
    calibration of modern neural networks", 2017, where the temperature divides; Alexandari, Kundaje and Shrikumar,
    "Maximum likelihood with bias-corrected calibration is hard-to-beat at label shift adaptation", 2020.
    """
    layer = _mixture(loss, len(outputs), outputs.shape[2])
    if len(outputs) == 1 and type(layer) is _Mixture:
        return layer.found({"shares": np.zeros(1)}, outputs.shape[2])
    taken = permutation(0, "blend", len(rows))[:MOST_ROWS]
    shape = len(outputs), outputs.shape[2]
    output = layer(Input(shape, name=OUTPUTS))
    told = Rows({}, rows.targets[taken], rows.weights[taken])
    optimizer = LBFGS(l2=STRENGTH * _unit(loss, outputs[:, taken], told) / len(taken))
    dtype = "int64" if rows.targets.dtype.kind in "iu" else "float64"
    programs = Programs.of(Model(Graph.of(output), loss, optimizer, rows.targets.shape[1:], dtype, "float64"))
    inputs = {OUTPUTS: outputs[:, taken].astype(np.float64).swapaxes(0, 1)}
    state = programs.layout.initial(0)
    _settle(programs, state, Rows(inputs, rows.targets[taken], rows.weights[taken]))
    weights = {name.rpartition(".")[2]: array for name, array in programs.layout.weights(state).items()}
    return layer.found(weights, outputs.shape[2])


def _unit(loss: Loss, outputs: Array, rows: Rows) -> float:
    """What the logarithm of a likelihood is multiplied by to be this loss; errors of numbers are taken as normal."""
    if loss.classes or type(loss).answer is not Loss.answer:
        return 1.0
    best = min(float(np.average(lost(loss, z, rows.targets), weights=rows.weights)) for z in outputs)
    return max(2 * best, TINY)


def _settle(programs: Programs, state: dict[str, Array], rows: Rows) -> None:
    """Learn from all rows in each step until the loss no longer falls."""
    train, evaluate = map(Reference().compile, (programs.train, programs.evaluate))
    run = Run(
        train=train,
        evaluate=evaluate,
        training=rows,
        sample=rows,
        validation=None,
        batch_size=len(rows),
        shuffle=False,
        until=UNTIL,
        seed=0,
        keep_best=False,
        mean_weight=float(rows.weights.mean()),
    )
    learn(run, state)
    programs.layout.settle(state)
