"""The decisions of a plan, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from glassnet.data.contract import Contract
from glassnet.data.several_targets import SeveralTargets
from glassnet.data.table_contract import TableContract
from glassnet.display.html import as_html
from glassnet.display.parts import as_table
from glassnet.nn import Loss
from glassnet.nn.layer import Node
from glassnet.optimizers.optimizer import Optimizer
from glassnet.plan.schedule import Planned


class Choice(NamedTuple):
    """One decision of a plan and its reason."""

    what: str
    choice: str
    reason: str


class Choices(tuple[Choice, ...]):
    """The decisions of a plan in order: prints as lines of what, the choice, and the reason."""

    __slots__ = ()

    def __str__(self) -> str:
        what = max((len(choice.what) for choice in self), default=0)
        return "\n".join(f"{c.what:<{what}}  {c.choice}{f' ({c.reason})' if c.reason else ''}" for c in self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The decisions as a notebook shows them."""
        return as_html([as_table("Plan", Choice._fields, self, len(self))])


@dataclass(frozen=True, eq=False)
class Plan:
    """What is taken for what, what is built, and how it is learnt."""

    choices: Choices
    output: Node
    loss: Loss
    optimizer: Optimizer
    planned: Planned


def column_choices(contract: Contract) -> list[Choice]:
    """What each column is taken for."""
    if not isinstance(contract, TableContract):
        return [Choice("inputs", "numbers as they are", "explicit layers take arrays unscaled")]
    columns = [Choice(column.name, str(column.kind), column.reason) for column in contract.schema.columns]
    target = contract.target
    aims = target.parts if isinstance(target, SeveralTargets) else (target,)
    return [*columns, *(Choice(f"target {' and '.join(aim.names)}", aim.task, aim.reason) for aim in aims)]
