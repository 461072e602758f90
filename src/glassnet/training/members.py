"""The members of an ensemble: which rows each of them learns from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from glassnet.core.extent import n
from glassnet.core.functions import where
from glassnet.core.tensor import Tensor

NO_FOLD: Final = -1  # the fold of a row that all members learn from


@dataclass(frozen=True)
class Members:
    """`groups` times `folds` networks in one: member g * folds + f is the one of group g that does not see its fold f.

    The rows are divided into folds once for each group, so that members of several groups answer for a row unseen.
    """

    groups: int
    folds: int

    @property
    def count(self) -> int:
        """How many members there are."""
        return self.groups * self.folds

    def of_group(self, group: int) -> slice:
        """The members of a group."""
        return slice(group * self.folds, (group + 1) * self.folds)

    def counted(self, folds: Tensor, weights: Tensor) -> Tensor:
        """What each row counts for each member, (members, n): its weight, and 0 for a member that does not see it.

        `folds` (n, groups) are the folds of the rows, -1 for a row that all members see, `weights` (n,) their weights.
        """
        every = (self.groups, self.folds, n)
        own = folds.tape.iota(every, 1)
        unseen = own.equal(folds.T.reshape(self.groups, 1, n).broadcast(every))
        return where(unseen, 0, weights.broadcast(every)).reshape(self.count, n)
