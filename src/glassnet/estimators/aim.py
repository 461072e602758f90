"""What the network of an estimator is to answer."""

from __future__ import annotations

from typing import NamedTuple

from glassnet.nn import Loss


class Aim(NamedTuple):
    """What a network is to answer.

    That is the outputs of layers given, and the loss that they are learnt by; the loss of a network that designs
    itself, None where it knows it; and what the columns of targets are taken for.
    """

    outputs: int
    loss: Loss | str
    planned: str | None
    kind: str
