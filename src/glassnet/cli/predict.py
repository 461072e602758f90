"""`glassnet predict`: a network and rows in, answers out."""

from __future__ import annotations

from collections.abc import Mapping
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
@click.option("--interval", type=float, metavar="SHARE", help="For numbers: add the ends that hold this share, as 0.9.")
@click.option("--decide", metavar="SCORE", help="For classes: choose so that this score is best, as f1.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document, a list of records, in place of CSV.")
@arguments.quiet_option
def predict(
    model: str,
    table: str,
    output: str | None,
    interval: float | None,
    decide: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Predict with the network in FILE for each row of TABLE (- for stdin), in the same order.

    A network of sequences gives one answer for each, beside what names it, in the order in which they first come.

    The answers are CSV: a column called as the target and, for classes, one more with the probability of the answer,
    such as price, or grade and grade_probability; with --interval also price_low and price_high.

    \b
    Examples:
      glassnet predict price.glass new.csv > answers.csv
      glassnet predict price.glass new.csv -o answers.csv --interval 0.9
      cat new.csv | glassnet predict price.glass - | head
    """
    if output not in (None, PIPE):
        arguments.check_output(str(output), model, table)
    from glassnet.network.judging import check_known, check_one
    from glassnet.network.loading import learnt_in

    check_one(interval, decide)
    learnt = learnt_in(model)
    check_known(learnt, interval, decide)
    rows = arguments.read_rows(table)
    inputs, notes = learnt.contract.inputs(rows)
    if not quiet:
        say("\n".join(f"note: {note}" for note in notes))
    if interval is None:
        columns = answer_columns(learnt, rows, learnt.answers(inputs), decide)
    else:
        columns = columns_with_ends(learnt, inputs, interval)
    with destination(output) as stream:
        if as_json:
            write_json(stream, [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)])
        else:
            write_csv(stream, columns)


def columns_with_ends(learnt: Learnt, inputs: Mapping[str, Array], level: float) -> dict[str, list[Any]]:
    """The answers by column name, each beside the ends of its interval."""
    from glassnet.network.judging import ENDS, with_ends

    numbers = with_ends(learnt, inputs, level)
    columns = {}
    for target, name in enumerate(learnt.contract.names):
        for place, end in enumerate(("", *(f"_{end}" for end in ENDS))):
            columns[name + end] = numbers[:, target, place].tolist()
    return columns


def answer_columns(learnt: Learnt, rows: Any, answers: Array, decide: str | None = None) -> dict[str, list[Any]]:
    """The answers by column name: the targets, and for classes the probability of each answer.

    Where there is one for each sequence of rows, what names the sequence comes first. `decide` is a score that classes
    are chosen for.
    """
    if learnt.kind == "several":
        return _columns_of_each(learnt.contract, rows, answers)
    chosen = answers
    if decide is not None:
        from glassnet.network.judging import chosen as chosen_for

        chosen = chosen_for(learnt, answers, decide)
    values = learnt.contract.answers(rows, chosen)
    table, names = values if values.ndim == 2 else values[:, None], learnt.contract.names
    if table.shape[1] != len(names):  # several targets that came as an array, without names
        names = tuple(f"{names[0]} {position + 1}" for position in range(table.shape[1]))
    columns = _names_of_sequences(learnt.contract, rows)
    columns |= {name: table[:, position].tolist() for position, name in enumerate(names)}
    if learnt.contract.labels is not None:
        probabilities = learnt.contract.probabilities(rows, answers)
        likeliest = probabilities if decide is None else probabilities * chosen
        columns[f"{names[0]}_probability"] = likeliest.max(axis=1).tolist()
    return columns


def _columns_of_each(contract: Contract, rows: Any, answers: Array) -> dict[str, list[Any]]:
    """The answers of several targets by column name, each class beside its probability."""
    values, chances = contract.answers(rows, answers), contract.probabilities(rows, answers)
    if not isinstance(values, dict):
        return {name: values[:, place].tolist() for place, name in enumerate(contract.names)}
    columns = {}
    for name, column in values.items():
        columns[name] = column.tolist()
        if name in chances:
            columns[f"{name}_probability"] = chances[name].max(axis=1).tolist()
    return columns


def _names_of_sequences(contract: Contract, rows: Any) -> dict[str, list[Any]]:
    """The column that names the sequences of rows, where there is an answer for each of them."""
    from glassnet.data.long_contract import LongContract

    if not isinstance(contract, LongContract) or contract.of_steps:
        return {}
    return {contract.sequence: contract.ids(rows)}
