"""One of several targets that a loss takes together, as if it were the only one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from glassnet.core.operation import Array
from glassnet.core.tensor import Tensor
from glassnet.nn.losses.loss import Loss, PerOutput
from glassnet.nn.losses.several import Several


@dataclass(frozen=True, eq=False)
class OneOf(Loss):
    """loss(output[:, first : first + width], target), of one target by its own outputs among those of a network.

    Targets are those that `loss` takes, (n,) or (n, 1), and so is the answer that of `loss` alone: a network that has
    learnt several targets is asked for one of them by it, and answers as one that has no other.
    """

    loss: Loss
    first: int
    width: int

    def __post_init__(self) -> None:
        for kept in ("classes", "scalable", "differentiable"):  # which other losses have by their class
            object.__setattr__(self, kept, getattr(self.loss, kept))

    @property
    def finals(self) -> tuple[str, ...]:
        """Those of the loss itself."""
        return self.loss.finals

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row."""
        return self.loss.rows(self._own(output), target)

    def check(self, targets: Array, outputs: int) -> None:
        """Targets are those of the loss for its own outputs, however many `outputs` there are for others."""
        self.loss.check(targets, self.width)

    def answer(self, output: Tensor) -> Tensor:
        """The answer of the loss for its own outputs."""
        return self.loss.answer(self._own(output))

    def _own(self, output: Tensor) -> Tensor:
        return output[..., self.first : self.first + self.width]


def one_of(loss: Loss, place: int) -> OneOf | None:
    """The loss of the target at a place among those that a loss takes together, None where none has one of its own.

    Each part of `Several` has, and each output of a loss that is a mean over them; the cosine distance, say, has not.
    """
    if isinstance(loss, Several):
        outputs = loss.outputs[place]
        return OneOf(loss.parts[place], outputs.start, outputs.stop - outputs.start)
    return OneOf(replace(loss, output_weights=None), place, 1) if isinstance(loss, PerOutput) else None
