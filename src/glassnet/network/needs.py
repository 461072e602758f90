"""What a loss that the caller gave needs of the targets of a table."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.data.label_lists import LabelLists
from glassnet.data.several_targets import Need, SeveralTargets, Targets
from glassnet.data.targets import TargetEncoding
from glassnet.errors import TargetError
from glassnet.nn import Loss, MultiLabelLogLoss, Ordinal, Several


def needs_of(loss: Loss | None) -> tuple[Need, ...] | None:
    """What each part of a loss of several targets needs; None for any other loss."""
    if not isinstance(loss, Several):
        return None
    return tuple(
        Need(part.classes, part.scalable, width) for part, width in zip(loss.parts, loss.answered, strict=True)
    )


def check_loss(loss: Loss | None, target: Targets) -> None:
    """Raise TargetError where a loss that the caller gave cannot take targets as they are encoded."""
    if not isinstance(target, LabelLists):
        _check_order(loss, target)
    elif not isinstance(loss, MultiLabelLogLoss | None):
        raise TargetError(
            f"the target {target.names[0]!r} holds lists of labels, and the loss is {loss!r}; expected "
            f"loss='multi-label log loss', with an output for each of the {len(target.held)} labels"
        )


def _check_order(loss: Loss | None, target: TargetEncoding | SeveralTargets) -> None:
    """Raise TargetError where an ordinal loss meets words of which no order is known."""
    parts: Sequence[TargetEncoding] = target.parts if isinstance(target, SeveralTargets) else (target,)
    losses = loss.parts if isinstance(loss, Several) else (loss,)
    for own, part in zip(losses, parts, strict=len(losses) > 1):
        words = part.labels and isinstance(part.labels[0], str) and not part.columns[0].ranks
        if isinstance(own, Ordinal) and words:
            levels = " < ".join(map(str, part.labels))
            raise TargetError(
                f"the target {part.names[0]!r} holds words, and the loss is one of classes in order; say it from the "
                f"lowest on, as in columns={{{part.names[0]!r}: 'ordered: {levels}'}}, were this the order"
            )
