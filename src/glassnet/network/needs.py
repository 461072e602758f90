"""What a loss that the caller gave needs of the targets of a table."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.data.several_targets import Need, SeveralTargets
from glassnet.data.targets import TargetEncoding
from glassnet.errors import TargetError
from glassnet.nn import Loss, Ordinal, Several


def needs_of(loss: Loss | None) -> tuple[Need, ...] | None:
    """What each part of a loss of several targets needs; None for any other loss."""
    if not isinstance(loss, Several):
        return None
    return tuple(
        Need(part.classes, part.scalable, width) for part, width in zip(loss.parts, loss.answered, strict=True)
    )


def check_order(loss: Loss | None, target: TargetEncoding | SeveralTargets) -> None:
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
