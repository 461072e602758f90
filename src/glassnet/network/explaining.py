"""A network and the rows of a table handed to what explains them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from glassnet.data.contract import Array
from glassnet.data.encode.match import matched, used
from glassnet.data.frames import as_table
from glassnet.data.schema import Kind
from glassnet.data.table import Table
from glassnet.data.table_contract import TableContract
from glassnet.data.text.dates import TIME
from glassnet.errors import DataError, SettingError
from glassnet.explain import Explanation
from glassnet.explain.subject import Subject
from glassnet.network.learnt import Learnt
from glassnet.network.scoring import TOGETHER, as_metrics, scored
from glassnet.network.shown import aims_of
from glassnet.training.recovery import copied
from glassnet.training.turnstile import Turnstile

LEAST_ROWS: Final = 2  # of which an average says anything
AS_TABLE: Final = "learn from a table, such as a dictionary of columns with target="


def explained(learnt: Learnt, data: Any, targets: Any, turns: Turnstile) -> tuple[Explanation, tuple[str, ...]]:
    """The explanation of a network as it stands now, and notes on what was met in the rows.

    Raises SettingError for a network that did not learn a table of single rows, DataError or SchemaError for rows that
    do not fit.
    """
    contract = learnt.contract
    if contract.over_time:
        raise SettingError(f"explain: this network learnt sequences, which are not explained yet; {AS_TABLE}")
    if not isinstance(contract, TableContract):
        raise SettingError(
            f"explain: this network learnt arrays or a stream, which have no columns to speak of; {AS_TABLE}"
        )
    if learnt.kind in TOGETHER:
        raise SettingError(
            f"explain: this network learnt {aims_of(contract)} together, which are not explained "
            f"yet; learn one of them by itself to see why"
        )
    given = as_table(data)
    if len(given) < LEAST_ROWS:
        raise DataError(
            f"explain: {given.source} has {'one row' if len(given) else 'no rows'}; rows are explained beside their "
            f"average: give {LEAST_ROWS} at least"
        )
    known = _known(contract, given, targets)
    columns, said = matched(contract.schema, given)
    table = Table({each.name: columns[each.name] for each in used(contract.schema)}, given.source, file=given.file)
    notes = (*said, *contract.inputs(table)[1])
    with turns.gate, turns.room, turns.held:
        standing = replace(learnt, state=copied(learnt.state))

    def metric_of(metric: str | None) -> str:
        usual = "root_mean_squared_error" if learnt.kind == "number" else "brier"
        return as_metrics(metric or usual, learnt.kind)[0]

    def score(metric: str, targets: Array, answers: Array) -> float:
        return scored((metric,), targets, answers, np.ones(len(targets)))[metric]

    dates = tuple(each.name for each in contract.schema.targets if each.kind is Kind.DATE and each.order != TIME)
    subject = Subject(
        table, tuple(used(contract.schema)), lambda rows: contract.inputs(rows)[0], contract.summed, standing.answers,
        contract.numbers, contract.labels, contract.names, dates, known, metric_of, score, standing.programs.predict,
        standing.state, standing.engine,
    )  # fmt: skip
    return Explanation(subject), notes


def _known(contract: TableContract, table: Table, targets: Any) -> Array | None:
    """The targets of the rows on the user's scale, or None where they are not there."""
    if targets is None and not set(contract.names) <= set(table.names):
        return None
    known = contract.known(table, targets)
    if len(known) != len(table):
        raise DataError(f"explain: {len(table):,} rows and {len(known):,} targets; expected one target for each row")
    return known
