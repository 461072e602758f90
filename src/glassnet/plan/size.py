"""How large an ensemble for a table is, and how long it learns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

FOLDS: Final = 8
FEW: Final = 2_000  # rows below which a third group, held strongest, earns its time
MANY: Final = 50_000  # rows from which on members learn longer
LARGEST_BATCH, SMALLEST_BATCH = 256, 32
WIDTH: Final = 64
LONGEST: Final = 1600  # steps
MOST_LEARNT: Final = LONGEST * LARGEST_BATCH  # rows that a run goes through, at most
SPAN: Final = 100.0  # steps that the moving average of the weights goes back, about, in a run that is not
SHORT: Final = 800  # shorter than so many; of a shorter run it goes back
QUARTER, TWENTIETH = 0.25, 0.05  # these parts, for classes and for numbers, which are hurt more by the high rate before
OF_MANY_CLASSES: Final = 10  # classes from which on members are wider and learn longer, where there are rows enough


@dataclass(frozen=True)
class Strength:
    """How strongly the members of one group are held from learning rows by heart.

    `decay` and `rate` are factors on the weight decay and the learning rate of the hidden matrices. Members that are
    not `hidden` have no hidden layers, but a linear path alone.
    """

    name: str
    decay: float
    dropout: float
    input_dropout: float
    rate: float = 1.0
    hidden: bool = True


LIGHT: Final = Strength("light", 1.0, 0.0, 0.0)
MIDDLE: Final = Strength("middle", 4.0, 0.1, 0.1)
MIDDLE_OF_NUMBERS: Final = Strength("middle", 4.0, 0.0, 0.0)  # dropout varies the size of sums, which numbers go by
STRONG: Final = Strength("strong", 6.0, 0.2, 0.2, 0.5)
STRAIGHT: Final = Strength("linear", 1.0, 0.0, 0.0, hidden=False)
CHOSEN: Final = Strength("chosen", 4.0, 0.0, 0.0)  # of members that see the columns alone that tell beyond chance


@dataclass(frozen=True)
class Size:
    """For so many training rows: the folds, the groups of members, the units of a layer, the steps, a batch's rows.

    `classes` are those of the target, 0 for numbers. Groups without hidden layers come last.
    """

    rows: int
    classes: int
    folds: int
    groups: tuple[Strength, ...]
    width: int
    steps: int
    batch_size: int

    @classmethod
    def of(cls, rows: int, classes: int, *, linear: bool = True) -> Size:
        """The size for so many training rows and classes, 0 of these for numbers.

        Few rows have time for one more group, held strongest. The `linear` group, if there is to be one, tells what is
        nearly linear in the columns far more exactly.
        """
        wide = classes >= OF_MANY_CLASSES and rows >= FEW
        groups = [LIGHT, MIDDLE if classes else MIDDLE_OF_NUMBERS, *([STRONG] if rows < FEW else [])]
        return cls(
            rows=rows,
            classes=classes,
            folds=min(FOLDS, max(rows, 1)),
            groups=(*groups, STRAIGHT) if linear else tuple(groups),
            width=2 * WIDTH if wide else WIDTH,
            steps=400 if rows < FEW else LONGEST if wide or rows >= MANY else 800,
            batch_size=batch_size(rows),
        )

    @property
    def members(self) -> int:
        """How many networks there are."""
        return self.folds * len(self.groups)

    @property
    def hidden_members(self) -> int:
        """How many of them, the first ones, have hidden layers."""
        return self.folds * sum(group.hidden for group in self.groups)

    @property
    def memory(self) -> float:
        """The memory of the moving average of the weights."""
        short = min(SPAN, (QUARTER if self.classes else TWENTIETH) * self.steps)
        span = SPAN if self.steps >= SHORT else short
        return 1 - 1 / max(1.0, span)

    def each(self, of: dict[str, float]) -> tuple[float, ...]:
        """A number for each member with hidden layers from those of the groups by name."""
        return tuple(of[group.name] for group in self.groups if group.hidden for _ in range(self.folds))


def batch_size(rows: int) -> int:
    """About a thirty-second of the rows, a power of 2 within bounds."""
    size: int = 2 ** max(0, math.ceil(math.log2(max(rows, 1) / SMALLEST_BATCH)))
    return max(SMALLEST_BATCH, min(LARGEST_BATCH, size))
