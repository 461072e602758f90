"""How large the ensemble for a table is: by its rows, and by what `learn` was asked for."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from glassnet.data.encode import MemberEncoding
from glassnet.data.encode.budget import MOST_FEATURES
from glassnet.data.encode.match import used
from glassnet.data.encode.ridge_inputs import ROWS_OF_A_COLUMN
from glassnet.data.table_contract import TableContract
from glassnet.errors import DataError
from glassnet.network.known_table import KnownTable
from glassnet.network.options import batch_of
from glassnet.network.terms import Asked
from glassnet.network.wishes import Wishes
from glassnet.nn import Loss
from glassnet.plan import CHOSEN, FEW, Choice, Effort, Size, judged_every, loss_for, within
from glassnet.training.linear_members import rows_solved_for, searched, solver

OF_A_COLUMN: Final = 30  # features, about, before the columns are encoded
FEWEST_STEPS: Final = 2  # of a rate that rises and falls


@dataclass(frozen=True, eq=False)
class Sized:
    """An ensemble's size, the contract made for its folds, what more the plan says, and when it is judged at most.

    `every` is the number of steps from one time to the next, 1 where there is time enough.
    """

    size: Size
    contract: TableContract
    choices: tuple[Choice, ...] = ()
    every: int = 1

    @classmethod
    def of(cls, known: KnownTable, wishes: Wishes, asked: Asked) -> Sized:
        """The ensemble that learns what was asked for, in the time that is left of a limit."""
        loss, start, _ = loss_for(known.target, known.shares, wishes.loss)
        size = Size.of(len(known.training), known.classes, linear=_has_linear(known, loss))
        size = replace(size, folds=_folds(known, size.folds))
        whole = _asked(size, wishes, asked)
        if asked.time_limit is None or asked.epochs is not None:
            contract = known.folded(wishes.dtype, whole.folds, wishes.seed)
            return cls(_choosing(_solved(whole, contract, searched(loss, len(start))), contract), contract)
        effort_of = partial(Effort, outputs=len(start), pace=wishes.engine.pace, searched=searched(loss, len(start)))
        guess = effort_of(min(OF_A_COLUMN * len(used(known.schema)), MOST_FEATURES))
        folds = within(whole, _left(asked), guess).folds
        contract = known.folded(wishes.dtype, folds, wishes.seed)
        effort, left = effort_of(contract.encoding.inputs[0].shape[0]), _left(asked)
        whole = _choosing(_solved(whole, contract, effort.searched), contract)
        size = within(replace(whole, folds=folds), left, effort, fewest=folds)  # by which the columns are encoded
        said = () if size == whole else (_choice(whole, size, asked.time_limit),)
        return cls(size, contract, said, judged_every(size, left, effort))


def _folds(known: KnownTable, most: int) -> int:
    """The folds of the rows that are learnt from; raises DataError where there is one alone, which no member sees."""
    folds = known.division.parts(known.training, most)
    if folds < 2:
        parts = "row" if known.division.groups is None else "group"
        raise DataError(
            f"one {parts} is left to learn from, and an ensemble holds one out from each of its members "
            f"({known.division.words}); hold a smaller share out, or give more rows"
        )
    return folds


def _has_linear(known: KnownTable, loss: Loss) -> bool:
    """Whether there are members without hidden layers, which start at their least loss.

    That of numbers is always found; that of classes where rows are neither so many that it takes long nor so few, below
    ten for a column, that a logistic regression is far too sure. Source: Peduzzi, Concato, Kemper, Holford and
    Feinstein, "A simulation study of the number of events per variable in logistic regression analysis", 1996.
    """
    if solver(loss) is None:
        return False
    rows, columns = len(known.training), len(used(known.schema))
    return not searched(loss, outputs=1) or ROWS_OF_A_COLUMN * columns <= rows < FEW


def _solved(size: Size, contract: TableContract, searched: int) -> Size:
    """The size without linear members where these would not be solved for, as it would take too long."""
    features = contract.encoding.inputs[0].shape[0]
    if rows_solved_for(size.rows, features, searched):
        return size
    return replace(size, groups=tuple(group for group in size.groups if group.hidden))


def _choosing(size: Size, contract: TableContract) -> Size:
    """The size with one more group, the last to be left out, where few of many columns tell beyond chance."""
    encoding = contract.encoding
    some = isinstance(encoding, MemberEncoding) and encoding.gates is not None and encoding.gates.chosen is not None
    return replace(size, groups=(CHOSEN, *size.groups)) if some else size


def _asked(size: Size, wishes: Wishes, asked: Asked) -> Size:
    """The size with the batches and epochs that were given in place of its own."""
    batch = batch_of(asked.mode, asked.batch_size, size.rows, size.batch_size)[0]
    if wishes.optimizer is not None and wishes.optimizer.joint:
        batch = size.rows
    if asked.epochs is None:
        return replace(size, batch_size=batch)
    steps = int(asked.epochs) * -(-size.rows // batch)
    return replace(size, batch_size=batch, steps=max(FEWEST_STEPS, steps))


def _left(asked: Asked) -> float:
    """The seconds that are left of the limit."""
    assert asked.time_limit is not None  # asked by those alone who have one
    return asked.time_limit - (time.perf_counter() - asked.began)


def _choice(whole: Size, size: Size, limit: float) -> Choice:
    """What the limit changed."""
    return Choice(
        "time limit",
        f"{limit:g} s, for {size.steps:,} steps of {size.members} members",
        f"by an estimate of what a step takes; without it {whole.steps:,} steps of {whole.members} members",
    )
