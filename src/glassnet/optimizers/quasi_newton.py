"""A delta times an estimate of the inverse of the curvature, from the last steps and what they changed in the delta."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from glassnet.core.functions import where
from glassnet.core.tensor import Tensor
from glassnet.optimizers.norms import dot, squares


class Pair(NamedTuple):
    """A step, the change of the delta over it, and the inner product of the two."""

    step: Tensor
    change: Tensor
    product: Tensor


def estimated(delta: Tensor, pairs: Sequence[Pair], counted: Tensor) -> Tensor:
    """H d by the two-loop recursion over `pairs`, the newest first, of which the first `counted` hold anything.

    H is gamma I, gamma = s.y / y.y of the newest pair or 1 without any, updated by each pair from the oldest on as
    BFGS does: H = (I - s y' / s.y) H (I - y s' / s.y) + s s' / s.y. Source: Nocedal, "Updating quasi-Newton matrices
    with limited storage", 1980.
    """
    holds = [counted > k for k in range(len(pairs))]
    shares = []
    for (s, y, product), held in zip(pairs, holds, strict=True):
        share = where(held, dot(s, delta) / product, 0.0)
        delta = delta - share.cast(delta.dtype) * y
        shares.append(share)
    newest = pairs[0]
    delta = where(holds[0], newest.product / squares(newest.change), 1.0).cast(delta.dtype) * delta
    for (s, y, product), held, share in reversed(list(zip(pairs, holds, shares, strict=True))):
        rest = where(held, share - dot(y, delta) / product, 0.0)
        delta = delta + rest.cast(delta.dtype) * s
    return delta
