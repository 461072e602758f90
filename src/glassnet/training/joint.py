"""The update of a step by a rule that takes all parameters together and looks at the loss."""

from __future__ import annotations

from collections.abc import Mapping

from glassnet.core.extent import n
from glassnet.core.functions import where
from glassnet.core.tensor import Tensor
from glassnet.nn.graph import STEP
from glassnet.optimizers.optimizer import LOSS, finite
from glassnet.training.groups import Group
from glassnet.training.layout import Layout
from glassnet.training.update import RATE_SCALE, flat, share_of, times


def jointly(
    layout: Layout, state: Mapping[str, Tensor], total: Tensor, deltas: Mapping[str, Tensor], *, mean: bool
) -> tuple[Tensor, dict[str, Tensor]]:
    """The total loss by which the step counts, and the next weights, slots and numbers.

    That loss is one from which the rule goes on, where it copes with a total that is not finite. With `mean` the total
    and its derivatives are divided by the rows and the mean weight of the training rows.
    """
    trained = [group for group in layout.groups if group.rule is not None]
    if not trained:
        return total, {}
    (group,) = trained
    share = share_of(total.tape.extent(n), mean=mean)
    assert group.rule is not None
    standing = group.rule.standing(group.own(state, group.rule))
    counts = total
    if standing is not None:
        counts = where_finite(total, (standing if share is None else standing / share).cast(total.dtype))
    return counts, _advanced(group, state, total, deltas, share)


def where_finite(x: Tensor, otherwise: Tensor) -> Tensor:
    """The numbers that are neither infinite nor NaN, and others in place of those that are."""
    return where(finite(x), x, otherwise)


def _advanced(
    group: Group, state: Mapping[str, Tensor], total: Tensor, deltas: Mapping[str, Tensor], share: Tensor | None
) -> dict[str, Tensor]:
    """The weights, slots and numbers of the group after the step, by the mean loss with the penalty."""
    rule, w = group.rule, state[group.name]
    assert rule is not None  # only a group that is trained comes here
    loss, parts = times(total.cast("float64"), share), []
    for place in group.places:
        part, delta = place.within(w), times(deltas[place.name], share)
        if place.decays:
            delta, loss = rule.penalised(delta, part), loss + rule.penalty(part)
        parts.append(delta)
    t, scale = state[STEP] + 1, total.tape.setting(RATE_SCALE)
    given = {**group.own(state, rule), LOSS: loss}
    weights, kept = rule.advance(w, flat(parts), given, t, scale=scale, decayed=False)
    return {group.name: weights, **{group.slot(name): tensor for name, tensor in kept.items()}}
