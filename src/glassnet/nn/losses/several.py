"""Several targets of different kinds in one network: a loss for each, on its own outputs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from glassnet.core import functions as f
from glassnet.core.extent import written
from glassnet.core.operation import Array
from glassnet.core.tape import Tape
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError, TargetError
from glassnet.nn.losses.loss import Loss, PerOutput
from glassnet.settings import lies_in, refusal


@dataclass(frozen=True, eq=False)
class Several(Loss):
    """(c_1 w_1 loss_1 + ... + c_k w_k loss_k) / k, each of k losses on its own outputs and its own target.

    The outputs of the network are those of the parts, side by side, so many as `widths` says, one each unless given.
    Targets are (n, 2 k): a column for each part, a number or the number of a class, and then a column c for each, what
    its target counts in the row: 1, or a weight, and 0 where there is none. A part that counts 0 has the derivative 0,
    and the others learn; what stands in its column is not looked at, but has to be in the domain of its loss.

    `weights` (k,) bring the parts to one scale. A network that designs itself takes those by which each part begins at
    1: for a loss of classes 1 / H, the entropy of their shares being H = -sum(p log p), and for standardised numbers
    1. So each loss is the share of what the plain average or the shares leave, and no target drowns another for its
    unit. The answers are those of the parts, side by side. Some systems learn the weights.

    Source: Caruana, "Multitask learning", 1997; learnt weights: Kendall, Gal and Cipolla, "Multi-task learning using
    uncertainty to weigh losses for scene geometry and semantics", 2018.
    """

    scalable: ClassVar[bool] = False
    parts: tuple[Loss, ...]
    widths: tuple[int, ...] | None = None
    weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        parts = tuple(self.parts) if isinstance(self.parts, list | tuple) else ()
        if not parts or not all(isinstance(part, Loss) and not isinstance(part, Several) for part in parts):
            raise refusal(self, "parts", "a list of losses, one for each target, such as [Squared(), SoftmaxLogLoss()]")
        widths = (1,) * len(parts) if self.widths is None else tuple(self.widths)
        if len(widths) != len(parts) or not all(lies_in(w, "[1, inf)") and w == int(w) for w in widths):
            raise refusal(self, "widths", f"how many outputs each of the {len(parts)} parts has, 1 at least")
        weights = (1.0,) * len(parts) if self.weights is None else tuple(self.weights)
        if len(weights) != len(parts) or not all(lies_in(w, "(0, inf)") for w in weights):
            raise refusal(self, "weights", f"a number above 0 for each of the {len(parts)} parts")
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "widths", tuple(int(width) for width in widths))
        object.__setattr__(self, "weights", tuple(float(weight) for weight in weights))

    @property
    def outputs(self) -> tuple[slice, ...]:
        """The outputs of each part."""
        ends = np.cumsum((0, *(self.widths or ()))).tolist()
        return tuple(slice(start, stop) for start, stop in pairwise(ends))

    @property
    def answered(self) -> tuple[int, ...]:
        """How wide the answer of each part is."""
        tape = Tape()
        shapes = [(1, where.stop - where.start) for where in self.outputs]
        raw = [tape.input(f"outputs {place}", shape, "float32") for place, shape in enumerate(shapes)]
        answers = [part.answer(output).shape for part, output in zip(self.parts, raw, strict=True)]
        return tuple(shape[1] if len(shape) == 2 and isinstance(shape[1], int) else 1 for shape in answers)

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row."""
        self._check_shapes(output, target)
        count = len(self.parts)
        total: Tensor | None = None
        for places in self._runs:
            own, counts = target[:, places], target[:, count + places.start : count + places.stop]
            losses = self._losses(places, output, own)
            scale = np.array((self.weights or ())[places]) / count
            losses = f.where(counts > 0, counts * losses * scale, 0).sum(1)
            total = losses if total is None else total + losses
        assert total is not None  # there is a part at least
        return total

    def _losses(self, places: slice, output: Tensor, target: Tensor) -> Tensor:
        """The losses (n, parts) of a run of parts."""
        part, outputs = self.parts[places.start], self._outputs_of(places)
        if isinstance(part, PerOutput) and _is_single(part, self.outputs[places.start]):
            return part.each(output[:, outputs], target)
        own = target.reshape(target.shape[0])
        losses: Tensor = part.rows(output[:, outputs], own.cast("int64") if part.classes else own)
        return losses.reshape(losses.shape[0], 1)

    @property
    def _runs(self) -> list[slice]:
        """The parts in runs: those one after the other that are alike, of one output each, are computed as one.

        So a hundred labels make no longer a program than two.
        """
        runs: list[slice] = []
        for place, (part, where) in enumerate(zip(self.parts, self.outputs, strict=True)):
            before = self.parts[place - 1] if place else None
            alike = type(part) is type(before) and before is not None and part.settings() == before.settings()
            if alike and _is_single(part, where) and _is_single(part, self.outputs[place - 1]):
                runs[-1] = slice(runs[-1].start, place + 1)
            else:
                runs.append(slice(place, place + 1))
        return runs

    def _outputs_of(self, places: slice) -> slice:
        return slice(self.outputs[places.start].start, self.outputs[places.stop - 1].stop)

    def _check_shapes(self, output: Tensor, target: Tensor) -> None:
        width, columns = self.outputs[-1].stop, 2 * len(self.parts)
        if output.ndim != 2 or output.shape[1] != width or target.ndim != 2 or target.shape[1] != columns:
            raise ShapeError(
                f"several losses: an output of shape {written(output.shape)} against targets of shape "
                f"{written(target.shape)}; expected (n, {width}), the outputs of all {len(self.parts)} parts, against "
                f"(n, {columns}), their targets and what each counts"
            )

    def check(self, targets: Array, outputs: int) -> None:
        """Targets are those of each part, then 0 or what it counts; each that counts is one that its loss takes."""
        if targets.ndim != 2 or targets.shape[1] != 2 * len(self.parts):
            raise ShapeError(
                f"several losses: targets of shape {targets.shape}; expected (rows, {2 * len(self.parts)}), the "
                f"target of each of the {len(self.parts)} parts and what it counts"
            )
        for place, (part, where) in enumerate(zip(self.parts, self.outputs, strict=True)):
            counts = targets[:, len(self.parts) + place]
            if not (counts >= 0).all():
                row = int((~(counts >= 0)).argmax())
                raise TargetError(f"several losses: target {place + 1} counts {counts[row]} in row {row + 1:,}")
            if (counts > 0).any():
                own = targets[:, place]
                own = np.where(counts > 0, own, own[(counts > 0).argmax()])  # so that rows keep their numbers
                part.check(own if part.classes else own[:, None], where.stop - where.start)

    def answer(self, output: Tensor) -> Tensor:
        """The answers of the parts, side by side."""
        answers = [self.parts[run.start].answer(output[:, self._outputs_of(run)]) for run in self._runs]
        return f.concatenate([_two_axes(answer) for answer in answers])


def _is_single(part: Loss, outputs: slice) -> bool:
    """Whether a part has one output and its loss by itself."""
    return isinstance(part, PerOutput) and part.output_weights is None and outputs.stop - outputs.start == 1


def _two_axes(answer: Tensor) -> Tensor:
    return answer.reshape(answer.shape[0], 1) if answer.ndim == 1 else answer
