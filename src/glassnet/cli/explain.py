"""`glassnet explain`: why a network answers as it does for the rows of a table."""

from __future__ import annotations

import click

from glassnet.cli import arguments
from glassnet.cli.output import notes_said


@click.command(short_help="Say why a network answers as it does.")
@arguments.model_argument
@arguments.table_argument
@click.option("--target", metavar="NAME", help="The one of several targets whose answers are explained.")
@click.option("--row", "rows", metavar="N", type=click.IntRange(1), multiple=True, help="A row, from 1; repeatable.")
@click.option("--column", "columns", metavar="NAME", multiple=True, help="A column; repeatable.")
def explain(model: str, table: str, target: str | None, rows: tuple[int, ...], columns: tuple[str, ...]) -> None:
    """Say which columns the answers of the network in FILE depend on, for the rows of TABLE (- for stdin).

    Where TABLE holds the target it is how much worse the answers get without each column, else how much each adds to
    them. --row says what moved the answer for a row, --column how the answers move with a column; rows that lie outside
    what was learnt are named. Nothing is learnt or written.

    \b
    Examples:
      glassnet explain price.glass held_out.csv
      glassnet explain price.glass new.csv --row 1 --row 2
      glassnet explain price.glass new.csv --column carat
    """
    from glassnet.data.table import counted
    from glassnet.network import load

    network = load(model)
    with notes_said():
        given = arguments.read_rows(table)
        if rows and max(rows) > len(given):
            raise click.UsageError(f"--row {max(rows)}: {given.source} has {counted(len(given), 'row')}")
        found = network.explain(given, target=target)
        parts = [found.reasons(row - 1) for row in rows]
        parts += [str(found.dependence(column)) for column in columns]
        if not parts:
            targets = [given.columns.get(name) for name in found.subject.names]
            known = all(target is not None and not target.missing.all() for target in targets)
            parts = [str(found.importance() if known else found.attributions())]
        parts.append(str(found.outside()))
    print("\n\n".join(parts))
