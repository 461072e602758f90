"""`glassnet diagnose`: why a network does not learn a table."""

from __future__ import annotations

import click

from glassnet.cli import arguments
from glassnet.cli.output import notes_said, show_found


@click.command(short_help="Say why a network does not learn a table.")
@arguments.table_argument
@click.option("--target", "targets", metavar="NAME", multiple=True, help="Column to learn; repeatable.")
@click.option("--model", metavar="FILE", help="The network to look at; by default one that is planned for TABLE.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Whole number that fixes everything random.")
@arguments.json_option
def diagnose(table: str, targets: tuple[str, ...], model: str | None, seed: int | None, as_json: bool) -> None:
    """Make the checks that an expert makes on TABLE (- for stdin), and on the network in FILE.

    What is wrong stands first, with what to do; the exit code is 0 whatever is found. Nothing is learnt or written.

    \b
    Examples:
      glassnet diagnose diamonds.csv --target price
      glassnet diagnose held_out.csv --model price.glass --json
    """
    if model is None and not targets:
        raise click.UsageError("Missing option '--target': the column to learn; or give a network with --model.")
    for option, given in (("--target", targets), ("--seed", seed is not None)):
        if model is not None and given:
            raise click.UsageError(f"{option} with --model: the network in {model} has its own; leave {option} out")
    from glassnet.network import Network, load

    network = Network(seed=seed) if model is None else load(model)
    with notes_said():
        rows = arguments.read_rows(table)
        found = network.diagnose(rows, target=targets[0] if len(targets) == 1 else targets or None)
    show_found(found, as_json=as_json)
