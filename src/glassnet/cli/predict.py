"""`glassnet predict`: a network and rows in, answers out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from glassnet.cli import arguments
from glassnet.cli.output import PIPE, destination, say, write_csv, write_json

if TYPE_CHECKING:
    from glassnet.data.contract import Array, Contract
    from glassnet.network.learnt import Learnt


@click.command(short_help="Predict the rows of a table.")
@arguments.model_argument
@arguments.table_argument
@arguments.output_option("Where to write the answers; by default, and for -, to stdout.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document, a list of records, in place of CSV.")
@arguments.quiet_option
def predict(model: str, table: str, output: str | None, as_json: bool, quiet: bool) -> None:
    """Predict with the network in FILE for each row of TABLE (- for stdin), in the same order.

    A network of sequences gives one answer for each, beside what names it, in the order in which they first come.

    The answers are CSV: a column called as the target and, for classes, one more with the probability of the answer,
    such as price, or grade and grade_probability.

    \b
    Examples:
      glassnet predict price.glass new.csv > answers.csv
      glassnet predict price.glass new.csv -o answers.csv
      cat new.csv | glassnet predict price.glass - | head
    """
    if output not in (None, PIPE):
        arguments.check_output(str(output), model, table)
    from glassnet.network.loading import learnt_in

    learnt = learnt_in(model)
    rows = arguments.read_rows(table)
    inputs, notes = learnt.contract.inputs(rows)
    if not quiet:
        say("\n".join(f"note: {note}" for note in notes))
    columns = answer_columns(learnt, rows, learnt.answers(inputs))
    with destination(output) as stream:
        if as_json:
            write_json(stream, [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)])
        else:
            write_csv(stream, columns)


def answer_columns(learnt: Learnt, rows: Any, answers: Array) -> dict[str, list[Any]]:
    """The answers by column name: the targets, and for classes the probability of each answer.

    Where there is one for each sequence of rows, what names the sequence comes first.
    """
    values = learnt.contract.answers(rows, answers)
    table, names = values if values.ndim == 2 else values[:, None], learnt.contract.names
    if table.shape[1] != len(names):  # several targets that came as an array, without names
        names = tuple(f"{names[0]} {position + 1}" for position in range(table.shape[1]))
    columns = _names_of_sequences(learnt.contract, rows)
    columns |= {name: table[:, position].tolist() for position, name in enumerate(names)}
    if learnt.contract.labels is not None:
        probabilities = learnt.contract.probabilities(rows, answers)
        columns[f"{names[0]}_probability"] = probabilities.max(axis=1).tolist()
    return columns


def _names_of_sequences(contract: Contract, rows: Any) -> dict[str, list[Any]]:
    """The column that names the sequences of rows, where there is an answer for each of them."""
    from glassnet.data.long_contract import LongContract

    if not isinstance(contract, LongContract) or contract.of_steps:
        return {}
    return {contract.sequence: contract.ids(rows)}
