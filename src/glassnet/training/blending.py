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
from glassnet.training.rows import Rows
from glassnet.training.stopping import Epochs, Plateau

MOST_ROWS: Final = 4096  # rows that a handful of numbers is learnt from; of more a sample
STRENGTH: Final = 4.0  # of the penalty that holds equal shares, in rows
UNTIL: Final = Epochs(60) | Plateau(patience=5, least=1e-7)
OUTPUTS: Final = "outputs of the groups"


class Blended(NamedTuple):
    """What the outputs of the groups are blended by: the share of each (groups,), and the temperatures (outputs,)."""

    shares: npt.NDArray[np.float64]
    temperature: npt.NDArray[np.float64]

    def of(self, outputs: Array) -> npt.NDArray[np.float64]:
        """The blend of raw outputs (groups, rows, outputs)."""
        blend: npt.NDArray[np.float64] = self.temperature * np.tensordot(self.shares, outputs.astype(np.float64), 1)
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

    def temperature(self, heat: Array | None, outputs: int) -> npt.NDArray[np.float64]:
        """The temperature of each output, (outputs,), where `heat` is what was learnt, if any is: 1 here."""
        return np.ones(outputs)


@dataclass(frozen=True, eq=False)
class _Tempered(_Mixture):
    """z = exp(b / 2) sum_g softmax(a)_g x_g, with one learnt b for all outputs, those of one target."""

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter]:
        """`shares` (groups,), and `heat` ()."""
        return {**super().parameters(*inputs), "heat": Parameter((), Zeros())}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The blend."""
        return (own.heat / 2).exp() * super().forward(own, *inputs)

    def temperature(self, heat: Array | None, outputs: int) -> npt.NDArray[np.float64]:
        """exp(b / 2) in each output."""
        assert heat is not None  # which it has learnt
        return np.full(outputs, float(np.exp(heat / 2)))


@dataclass(frozen=True, eq=False)
class _TemperedApart(_Mixture):
    """z = exp(b S / 2) sum_g softmax(a)_g x_g, with a learnt b (targets,) for those targets that have a temperature.

    S is `reach` (targets, outputs): 0 but in the outputs of each of these targets.
    """

    reach: npt.NDArray[np.float64]

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter]:
        """`shares` (groups,), and `heat` (targets,)."""
        return {**super().parameters(*inputs), "heat": Parameter((len(self.reach),), Zeros())}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The blend."""
        heat = (own.heat.reshape(len(self.reach), 1) * self.reach).sum(0)
        return (heat / 2).exp() * super().forward(own, *inputs)

    def temperature(self, heat: Array | None, outputs: int) -> npt.NDArray[np.float64]:
        """exp(b S / 2)."""
        assert heat is not None  # which it has learnt
        return np.asarray(np.exp(heat @ self.reach / 2))


def _mixture(loss: Loss, groups: int) -> _Mixture:
    """What is learnt of the blend of so many groups: a temperature for each target whose answers say how sure they are.

    One of several targets counts by its weight in the loss, w of k targets by w / k. Its b is given the reach
    sqrt(k / w), so that the penalty holds it as it would hold that of the target alone.
    """
    if not isinstance(loss, Several):
        return _Tempered(groups) if _has_chances(loss) else _Mixture(groups)
    assert loss.widths is not None  # filled in when the loss was made
    assert loss.weights is not None
    reach = np.zeros((len(loss.parts), sum(loss.widths)))
    for place, where in enumerate(loss.outputs):
        reach[place, where] = np.sqrt(len(loss.parts) / loss.weights[place])
    tempered = [_has_chances(part) for part in loss.parts]
    return _TemperedApart(groups, reach[tempered]) if any(tempered) else _Mixture(groups)


def _has_chances(loss: Loss) -> bool:
    """Whether answers are probabilities of classes, or of labels."""
    return loss.classes or isinstance(loss, MultiLabelLogLoss)


def blended(loss: Loss, outputs: Array, rows: Rows) -> Blended:
    """The shares of the groups, and for classes the temperatures, of least loss on rows that no member learnt from.

    `outputs` (groups, rows, outputs) are the raw outputs for the targets and weights of `rows`, of which the inputs are
    not looked at. The shares are softmax(a), held near equal by (2 / rows) |a|^2. A temperature t, which multiplies
    log-odds, mends answers that are too sure or not sure enough; it is held near 1 by (8 / rows) log(t)^2, since a few
    rows that are all right would have it grow without end. Of several targets each that has classes has its own, as one
    may be noisy where another is clean. Source: Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural
    networks", 2017, where they are divided by it.
    """
    layer = _mixture(loss, len(outputs))
    if len(outputs) == 1 and type(layer) is _Mixture:
        return Blended(np.ones(1), np.ones(outputs.shape[2]))
    taken = permutation(0, "blend", len(rows))[:MOST_ROWS]
    shape = len(outputs), outputs.shape[2]
    output = layer(Input(shape, name=OUTPUTS))
    optimizer = LBFGS(l2=STRENGTH / len(taken))
    dtype = "int64" if rows.targets.dtype.kind in "iu" else "float64"
    programs = Programs.of(Model(Graph.of(output), loss, optimizer, rows.targets.shape[1:], dtype, "float64"))
    inputs = {OUTPUTS: outputs[:, taken].astype(np.float64).swapaxes(0, 1)}
    state = programs.layout.initial(0)
    _settle(programs, state, Rows(inputs, rows.targets[taken], rows.weights[taken]))
    found = programs.layout.weights(state)
    exponentials = np.exp(next(found[name] for name in found if name.endswith("shares")))
    heat = next((found[name] for name in found if name.endswith("heat")), None)
    return Blended(exponentials / exponentials.sum(), layer.temperature(heat, outputs.shape[2]))


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
