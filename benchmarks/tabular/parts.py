"""The default for tables without one of its parts, or with another in its place: what an ablation compares.

A part is taken away by putting another value where the library finds it, for the time of a fit: the library needs no
switch that nobody else uses, and what is measured is the library itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias
from unittest.mock import patch

import numpy as np

from glassnet.core.tensor import Tensor
from glassnet.data.encode import binned, category, member_encoding, robust
from glassnet.network import blend, terms
from glassnet.nn import Loss, PackedDense
from glassnet.nn.initializers import Constant, Zeros
from glassnet.nn.layer import Node, Own
from glassnet.optimizers.adam import AdamW
from glassnet.optimizers.averaging import MovingAverage
from glassnet.optimizers.optimizer import Optimizer
from glassnet.optimizers.schedules import Cosine
from glassnet.plan import size, tables
from glassnet.plan.size import Size, Strength
from glassnet.training.blending import Blended
from glassnet.training.rows import Rows

Change: TypeAlias = Callable[[], AbstractContextManager[None]]


def put(*places: tuple[Any, str, Any]) -> Change:
    """Have other values at these places: a module or class, a name in it, and the value."""

    @contextmanager
    def changed() -> Iterator[None]:
        with ExitStack() as all_of_them:
            for owner, name, value in places:
                all_of_them.enter_context(patch.object(owner, name, value))
            yield

    return changed


def resized(change: Callable[[Size], Size]) -> Change:
    """Have ensembles of another size."""
    return put((Size, "of", _size_of(change)))


def _size_of(change: Callable[[Size], Size]) -> Callable[..., Size]:
    own = Size.of
    return lambda rows, classes, *, linear=True: change(own(rows, classes, linear=linear))


def reblended(change: Callable[[Blended], Blended]) -> Change:
    """Have groups blended in another way."""
    own = blend.blended

    def other(loss: Loss, outputs: Any, rows: Rows) -> Blended:
        return change(own(loss, outputs, rows))

    return put((blend, "blended", other))


def _adam(size: Size, *, straight: bool) -> Optimizer:
    """AdamW for all parameters, at the rate of those that Muon leaves to it."""
    rise = max(1, round(tables.RISE * size.steps))
    rate = Cosine(tables.OTHER_RATE, size.steps, rise, tables.OTHER_RATE * tables.FINAL_SHARE)
    rates = {f"{tables.STRAIGHT}.weights": tables.STRAIGHT_RATE} if straight else None
    return MovingAverage(AdamW(rate, beta2=0.99, weight_decay=tables.OTHER_DECAY, rates=rates), size.memory)


def _with_relu(units: int, activation: str | None = None, **others: Any) -> PackedDense:
    return PackedDense(units, "relu" if activation == "silu" else activation, **others)


@dataclass(frozen=True, eq=False)
class _Biases(PackedDense):
    """A layer of biases alone, which its inputs do not change."""

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The biases, for each row."""
        return super().forward(own, *inputs) * 0 + own.bias


def _without_the_linear_path() -> Change:
    """The linear path says nothing, and there are no members that have nothing else."""
    own = tables._path

    def path(outputs: int, size: Size, x: Node, name: str, *, gated: bool = False, start: Any = None) -> Node:
        if name == tables.STRAIGHT:
            return own(outputs, size, x, name)
        begin = Constant(start)
        return _Biases(
            outputs, initializer=Zeros(), bias_initializer=begin, members=size.members, gated=gated, name=name
        )(x)

    return put((tables, "_path", path), (Size, "of", _size_of(_with_hidden_layers)))


def _with_hidden_layers(own: Size) -> Size:
    return replace(own, groups=tuple(group for group in own.groups if group.hidden))


def _plain(group: Strength) -> Strength:
    return replace(group, dropout=0.0, input_dropout=0.0)


PARTS: Final[Mapping[str, Change]] = {
    "the whole": put(),
    "bins of numbers: none": put((binned, "bins_for", lambda rows: (1, 2))),
    "numbers clipped: not": put((robust, "CLIP", 1e6)),
    "statistics of wide categories: none": put((category, "FEW_LEVELS", 10**9)),
    "the ridge: none": put((member_encoding, "needs_ridge", lambda *_, **__: False)),
    "the linear path: none": _without_the_linear_path(),
    "SiLU: ReLU": put((tables, "PackedDense", _with_relu)),
    "Muon: AdamW for all": put((tables, "_optimizer", _adam)),
    "the moving average of weights: none": put((tables, "MovingAverage", lambda rule, memory: rule)),
    "the best weights: the last": put((terms, "KEEP", terms.KEEP[::-1])),
    "groups: the lightest alone": resized(lambda own: replace(own, groups=own.groups[:1])),
    "members without hidden layers: none": resized(_with_hidden_layers),
    "dropout: none": resized(lambda own: replace(own, groups=tuple(map(_plain, own.groups)))),
    "8 folds: 4": put((size, "FOLDS", 4)),
    "fitted shares: equal ones": reblended(
        lambda own: own._replace(shares=np.full_like(own.shares, 1 / len(own.shares)))
    ),
    "the temperature: 1": reblended(lambda own: own._replace(temperature=1.0)),
    "offsets of classes: none": reblended(lambda own: own._replace(offset=0.0)),
}
