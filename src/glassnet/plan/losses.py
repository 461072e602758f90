"""The loss for the targets of a table, and the raw outputs that a network of it starts from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.label_lists import LabelLists
from glassnet.data.several_targets import SeveralTargets, Targets
from glassnet.data.table import counted
from glassnet.data.targets import TargetEncoding
from glassnet.nn import BinaryLogLoss, Loss, MultiLabelLogLoss, Ordinal, Several, SoftmaxLogLoss, Squared
from glassnet.nn.losses.ordinal import ordinal_start

Doubles: TypeAlias = npt.NDArray[np.float64]
Shares: TypeAlias = Doubles | Sequence[Doubles | None] | None

RAREST: Final = 1e-4  # the share of a label that its odds start from at least, so that what no row has can be learnt


def loss_for(target: Targets, shares: Shares, given: Loss | None) -> tuple[Loss, Doubles, str]:
    """The loss, the raw outputs to start from, and why; one that is `given` takes the place of the usual one.

    `shares` are those of the classes, or labels of lists, in the training rows, None for numbers, and of each target
    where these are several.
    """
    if isinstance(target, SeveralTargets):
        return _of_several(target, list(shares or ()), given)
    own = None if shares is None else np.asarray(shares, np.float64)
    if isinstance(target, LabelLists):
        assert own is not None  # each label has one
        why = f"{counted(len(target.held), 'label')}, each by itself"
        return given or MultiLabelLogLoss(), _log_odds(np.clip(own, RAREST, 1 - RAREST)), why
    usual, why = _usual(target)
    loss = given or usual
    return loss, _start(loss, _outputs(loss, target), own), why


def _of_several(
    target: SeveralTargets, shares: Sequence[Doubles | None], given: Loss | None
) -> tuple[Loss, Doubles, str]:
    """A loss for each of several targets, brought to one scale."""
    if isinstance(given, Several):
        widths: Sequence[int] = given.widths or ()
        starts = [_start(*each) for each in zip(given.parts, widths, shares, strict=True)]
        return given, np.concatenate(starts), "given"
    losses = tuple(_usual(part)[0] for part in target.parts)
    starts = [
        _start(loss, _outputs(loss, part), own) for loss, part, own in zip(losses, target.parts, shares, strict=True)
    ]
    loss = Several(losses, tuple(map(len, starts)), tuple(map(_weight, shares)))
    why = f"{counted(len(losses), 'target')}, each in shares of what the plain average leaves"
    return loss, np.concatenate(starts), why


def _weight(shares: Doubles | None) -> float:
    """By what a loss begins at 1: that of standardised numbers does, that of classes at the entropy of their shares."""
    if shares is None:
        return 1.0
    some = shares[shares > 0]
    entropy = -float((some * np.log(some)).sum())
    return 1 / entropy if entropy > 0 else 1.0


def _usual(target: TargetEncoding) -> tuple[Loss, str]:
    """The loss for a kind of target."""
    classes = len(target.labels)
    match target.task:
        case "regression":
            return Squared(), "the target is a number"
        case "binary":
            return BinaryLogLoss(), "two classes"
        case "ordinal":
            return Ordinal(), f"{classes} classes in order"
        case _:
            return SoftmaxLogLoss(), f"{classes} classes"


def _outputs(loss: Loss, target: TargetEncoding) -> int:
    """How many outputs a loss needs for a target."""
    if isinstance(loss, Ordinal):
        return max(len(target.labels) - 1, 1)
    usual = {"regression": len(target.names), "binary": 1}.get(target.task, len(target.labels))
    return max(usual, 2) if isinstance(loss, SoftmaxLogLoss) else usual


def _start(loss: Loss, outputs: int, shares: Doubles | None) -> Doubles:
    """The raw outputs to start from: the logarithms of the shares of classes, or their odds; the mean of numbers, 0."""
    start = np.zeros(outputs)
    if shares is None or not loss.classes or shares.min() == 0:
        return start
    if isinstance(loss, SoftmaxLogLoss) and len(shares) == outputs:
        return np.log(shares)
    if isinstance(loss, Ordinal) and len(shares) == outputs + 1:
        return ordinal_start(shares)
    if isinstance(loss, BinaryLogLoss) and outputs == 1:
        start[0] = math.log(shares[1] / shares[0])
    return start


def _log_odds(shares: Doubles) -> Doubles:
    return np.asarray(np.log(shares / (1 - shares)))
