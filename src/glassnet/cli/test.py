"""`glassnet test`: scores of a network on rows whose answers are known."""

from __future__ import annotations

import sys
import warnings

import click

from glassnet.cli import arguments
from glassnet.cli.output import aligned, say, write_json
from glassnet.errors import DataWarning


@click.command(short_help="Score a network on a table with known answers.")
@arguments.model_argument
@arguments.table_argument
@arguments.json_option
def test(model: str, table: str, as_json: bool) -> None:
    """Score the network in FILE on TABLE (- for stdin), which holds the target too: the loss, then the scores.

    \b
    Examples:
      glassnet test price.glass held_out.csv
      glassnet test price.glass held_out.csv --json
    """
    from glassnet.network import load

    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always", DataWarning)
        scores = load(model).test(arguments.rows_in(table))
    say("\n".join(f"note: {note.message}" for note in notes))
    if as_json:
        write_json(sys.stdout, scores)
    else:
        print(aligned([(name, f"{value:.6g}") for name, value in scores.items()]))
