"""`glassnet estimate`: how long learning a table takes, and how much memory."""

from __future__ import annotations

import click

from glassnet.cli import arguments
from glassnet.cli.output import notes_said, show_found


@click.command(short_help="Say how long learning a table takes, and how much memory.")
@arguments.table_argument
@click.option("--target", "targets", metavar="NAME", multiple=True, required=True, help="Column to learn; repeatable.")
@click.option("--epochs", type=click.IntRange(min=1), help="Learn by so many passes over the rows.")
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Learn by then.")
@click.option("--memory-limit", type=click.FloatRange(min=250), metavar="MB", help="Learn within about so many MB.")
@arguments.json_option
def estimate(
    table: str,
    targets: tuple[str, ...],
    epochs: int | None,
    time_limit: float | None,
    memory_limit: float | None,
    as_json: bool,
) -> None:
    """Measure a few steps of what `glassnet learn` would do with TABLE; nothing is learnt or written.

    \b
    Examples:
      glassnet estimate diamonds.csv --target price
      glassnet estimate log.csv --target failed --memory-limit 400 --json
    """
    from glassnet.network import Network

    with notes_said():
        found = Network().estimate(
            arguments.rows_in(table),
            target=targets[0] if len(targets) == 1 else targets,
            epochs=epochs,
            time_limit=time_limit,
            memory_limit=None if memory_limit is None else memory_limit * 1e6,
        )
    show_found(found, as_json=as_json)
