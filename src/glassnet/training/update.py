"""The update of a step: what the optimizer makes of the deltas, recorded on the tape of training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from glassnet.core import functions
from glassnet.core.extent import count, n
from glassnet.core.tensor import Tensor
from glassnet.nn.graph import STEP
from glassnet.optimizers.optimizer import Factor, Optimizer, Updated
from glassnet.training.groups import SUM, Group, Place
from glassnet.training.layout import UPDATES, WAITING, Layout

# What the host may set between steps; the last one, whether deltas that wait are taken in this step, however few.
RATE_SCALE: Final = "rate scale"
MEAN_WEIGHT: Final = "mean weight"
REMAINDER: Final = "remainder"


def updates(
    layout: Layout, optimizer: Optimizer, state: Mapping[str, Tensor], deltas: Mapping[str, Tensor], *, mean: bool
) -> dict[str, Tensor]:
    """The next weights, slots and counters, from the derivatives of the total loss.

    With `mean` the delta is divided by the rows and the mean weight of the training rows; else the total stands.
    """
    tape = state[STEP].tape
    trained = [group for group in layout.groups if group.rule is not None]
    advance = _Advance(optimizer, trained, state, mean)
    parts = {place.name: deltas[place.name] for group in trained for place in group.places}
    if optimizer.accumulate is None:
        return advance(parts, joined(parts, trained), tape.extent(n), state[STEP] + 1)
    rows, t = state[WAITING] + tape.extent(n, "int64"), state[UPDATES] + 1
    whole = joined(parts, trained)
    sums = {group.name: state[group.slot(SUM)] + whole[group.name] for group in trained}
    parts = {place.name: place.within(sums[group.name]) for group in trained for place in group.places}
    taken = {**advance(parts, sums, rows.cast("float64"), t), WAITING: rows.filled(0), UPDATES: t}
    left = {**state, WAITING: rows}
    for group in trained:
        taken[group.slot(SUM)], left[group.slot(SUM)] = sums[group.name].filled(0), sums[group.name]
    due = (rows >= optimizer.accumulate) | (tape.setting(REMAINDER) > 0)
    return {name: functions.where(due, tensor, left[name]) for name, tensor in taken.items()}


@dataclass(frozen=True, eq=False)
class _Advance:
    """One step of an optimizer for groups of parameters in a state."""

    optimizer: Optimizer
    groups: list[Group]
    state: Mapping[str, Tensor]
    mean: bool

    def __call__(
        self, parts: Mapping[str, Tensor], whole: Mapping[str, Tensor], rows: Tensor, t: Tensor
    ) -> dict[str, Tensor]:
        """The weights and slots after update `t`, from the derivatives of the total loss of so many rows.

        They are given twice: the `parts`, parameter by parameter, and the `whole` of each group as one flat array, so
        that neither is made of the other where it is there already.
        """
        if not parts:
            return {}
        scale = t.tape.setting(RATE_SCALE)
        share = share_of(rows, mean=self.mean)
        clip = self.optimizer.clip
        if clip is not None:  # a parameter at a time: a norm is that of the mean loss, and of one parameter or of all
            means = [times(each, share) for each in parts.values()]
            parts = dict(zip(parts, clip.clipped(means), strict=True))
            whole, share = joined(parts, self.groups), None
        updated: dict[str, Tensor] = {}
        for group in self.groups:
            weights, slots = self._of(group, parts, whole[group.name], share, t, scale)
            updated[group.name] = weights
            updated.update({group.slot(slot): tensor for slot, tensor in slots.items()})
        return updated

    def _of(
        self, group: Group, parts: Mapping[str, Tensor], whole: Tensor, share: Tensor | None, t: Tensor, scale: Tensor
    ) -> Updated:
        """The weights and slots of one group."""
        rule = group.rule
        assert rule is not None  # only groups that are trained come here
        w, slots = self.state[group.name], group.own(self.state, rule)
        if not (rule.whole or group.by_member):
            rate, decay = (factor_of(each, 0, scale) for each in (group.rate, group.decay))
            of_group = scale if rate is None else scale.cast("float64") * rate
            return rule.advance(w, times(whole, share), slots, t, scale=of_group, decayed=group.decayed, decay=decay)
        found = [self._placed(group, place, rule, times(parts[place.name], share), t, scale) for place in group.places]
        return flat([weights for weights, _ in found]), {
            slot: flat([kept[slot] for _, kept in found]) for slot in slots
        }

    def _placed(self, group: Group, place: Place, rule: Optimizer, delta: Tensor, t: Tensor, scale: Tensor) -> Updated:
        """The weights and slots of one parameter of a group, in its own shape."""
        w, slots = self.state[group.name], group.own(self.state, rule)
        rate, decay = (factor_of(each, len(place.shape), scale) for each in (group.rate, group.decay))
        return rule.advance(
            place.within(w), delta, {slot: place.within(tensor) for slot, tensor in slots.items()}, t,
            scale=scale if rate is None else scale.cast("float64") * rate, decayed=group.decayed, decay=decay,
            batch=place.batch,
        )  # fmt: skip


def factor_of(factor: Factor, rank: int, like: Tensor) -> Tensor | None:
    """A factor in float64 on the tape of another tensor, that of members on the first of `rank` axes; None for 1."""
    if factor == 1:
        return None
    shape = (len(factor), *[1] * (rank - 1)) if isinstance(factor, tuple) else ()
    return like.tape.constant(np.reshape(factor, shape), "float64")


def share_of(rows: Tensor, *, mean: bool) -> Tensor | None:
    """What a total over so many rows is multiplied by, if it is."""
    return 1 / (rows * rows.tape.setting(MEAN_WEIGHT)) if mean else None


def joined(parts: Mapping[str, Tensor], groups: list[Group]) -> dict[str, Tensor]:
    """The parameters of each group as one flat array."""
    return {group.name: flat([parts[place.name] for place in group.places]) for group in groups}


def flat(parts: list[Tensor]) -> Tensor:
    """Arrays one after another on one axis."""
    parts = [part.reshape(count(part.shape)) for part in parts]
    return functions.concatenate(parts, axis=0) if len(parts) > 1 else parts[0]


def times(tensor: Tensor, share: Tensor | None) -> Tensor:
    """A tensor times a number, if there is one."""
    return tensor if share is None else tensor * share.cast(tensor.dtype)
