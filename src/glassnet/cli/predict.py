"""`glassnet predict`: a network and rows in, answers out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli import arguments
from glassnet.cli.output import PIPE, check_ending, destination, say, write_csv, write_json

if TYPE_CHECKING:
    from glassnet.data.contract import Array, Contract
    from glassnet.data.several_targets import SeveralTargets
    from glassnet.network.batchwise import Notes
    from glassnet.network.learnt import Learnt


@click.command(short_help="Predict the rows of a table.")
@arguments.model_argument
@arguments.table_argument
@arguments.output_option("Where to write the answers; by default, and for -, to stdout.")
@click.option("--interval", type=float, metavar="SHARE", help="For numbers: add the ends that hold this share, as 0.9.")
@click.option("--decide", metavar="SCORE", help="For classes: choose so that this score is best, as f1.")
@click.option("--memory-limit", type=click.FloatRange(min=250), metavar="MB", help="Predict within about so many MB.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document, a list of records, in place of CSV.")
@arguments.quiet_option
def predict(
    model: str,
    table: str,
    output: str | None,
    interval: float | None,
    decide: str | None,
    memory_limit: float | None,
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
        check_ending(str(output), ".json" if as_json else ".csv")
    from glassnet.network.judging import check_one
    from glassnet.network.loading import learnt_in

    check_one(interval, decide)
    learnt = learnt_in(model)
    notes: list[Notes] = []
    with destination(output) as stream:
        answers = (_answers(learnt, rows, interval, decide, notes) for rows in _batches(learnt, table, memory_limit))
        if as_json:
            write_json(stream, [dict(zip(each, row, strict=True)) for each in answers for row in _rows(each)])
        else:
            write_csv(stream, answers)
    if not quiet:
        from glassnet.network.batchwise import together

        say("\n".join(f"note: {note}" for note in together(notes)))


def _batches(learnt: Learnt, table: str, memory_limit: float | None) -> Iterable[Any]:
    """The rows of a table: all at once, or a batch at a time where it is a large file."""
    from glassnet.network.batchwise import batches_asked
    from glassnet.network.room import Room

    limit = None if memory_limit is None else memory_limit * 1e6
    found = None if table == PIPE else batches_asked(learnt, table, Room.of(limit).large)
    return [arguments.read_rows(table)] if found is None else found


def _answers(
    learnt: Learnt, rows: Any, interval: float | None, decide: str | None, notes: list[Notes]
) -> dict[str, list[Any]]:
    """The answers for rows by column name; what is said of them is added to the notes."""
    from glassnet.network.shown import several_of

    inputs, met = learnt.taken(rows)
    notes.append(met)
    if (several := several_of(learnt.contract)) is not None:
        return _columns_of_each(learnt, several, inputs, interval, decide)
    if interval is None:
        return answer_columns(learnt, rows, learnt.answers(inputs), decide)
    return columns_with_ends(learnt, inputs, interval)


def _rows(columns: Mapping[str, list[Any]]) -> Iterator[tuple[Any, ...]]:
    return zip(*columns.values(), strict=True)


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


def _columns_of_each(
    learnt: Learnt, several: SeveralTargets, inputs: Mapping[str, Array], interval: float | None, decide: str | None
) -> dict[str, list[Any]]:
    """The answers of several targets by column name: numbers with any ends, each class beside its probability."""
    from glassnet.data.contract import both
    from glassnet.network.judging import columns_of_each

    found = columns_of_each(learnt, several, inputs, interval, decide, "_")
    parts = zip(several.parts, several.split(learnt.answers(inputs)), strict=True)
    chances = {part.names[0]: (part.labels, both(own)) for part, own in parts if part.labels}
    columns: dict[str, list[Any]] = {}
    for name, values in found.items():
        columns[name] = values.tolist()
        if name in chances:
            labels, each = chances[name]
            places = [labels.index(label) for label in columns[name]]
            columns[f"{name}_probability"] = each[range(len(each)), places].tolist()
    return columns


def _names_of_sequences(contract: Contract, rows: Any) -> dict[str, list[Any]]:
    """The column that names the sequences of rows, where there is an answer for each of them."""
    from glassnet.data.long_contract import LongContract

    if not isinstance(contract, LongContract) or contract.of_steps:
        return {}
    return {contract.sequence: contract.ids(rows)}
