"""`glassnet learn`: a table in, a network in a file out."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glassnet.cli import arguments
from glassnet.cli.exits import ExitCode
from glassnet.cli.output import PIPE, say, write_json
from glassnet.places import verbosity

if TYPE_CHECKING:
    from glassnet.network import Network
    from glassnet.training.report import Report

ENDING = ".glass"


@click.command(short_help="Learn from a table and save the network.")
@arguments.table_argument
@click.option("--target", "targets", metavar="NAME", multiple=True, help="Column to learn; repeatable.")
@arguments.output_option(f"Where to save the network; by default TABLE's name with {ENDING}, in this folder.")
@click.option(
    "--column", "kinds", metavar="NAME=KIND", multiple=True, help="What a column is: zip=category; repeatable."
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Whole number that fixes everything random.")
@click.option("--epochs", type=click.IntRange(min=1), help="Stop after so many passes over the rows.")
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Stop by then.")
@click.option(
    "--memory-limit", type=click.FloatRange(min=250), metavar="MB", help="Learn within about so many megabytes."
)
@click.option("--threads", type=click.IntRange(min=1), help="Threads to compute with.")
@click.option("--checkpoint", metavar="FILE", help="Keep the run in FILE as it goes on, every 5 seconds.")
@click.option("--resume", metavar="FILE", help="Go on with the run kept in FILE, on the same TABLE.")
@click.option("--require-convergence", is_flag=True, help="Exit with code 5 where learning did not converge.")
@arguments.json_option
@arguments.no_color_option
@arguments.quiet_option
@click.option("-v", "--verbose", is_flag=True, help="Say a line an epoch, and what was chosen and why.")
def learn(
    table: str,
    targets: tuple[str, ...],
    output: str | None,
    kinds: tuple[str, ...],
    seed: int | None,
    epochs: int | None,
    time_limit: float | None,
    memory_limit: float | None,
    threads: int | None,
    checkpoint: str | None,
    resume: str | None,
    require_convergence: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Learn to predict the column NAME of TABLE (CSV, TSV, JSON, Parquet; - for stdin), and save the network.

    Ctrl-C ends learning and keeps what was learnt.

    \b
    Examples:
      glassnet learn diamonds.csv --target price
      glassnet learn diamonds.csv --target price -o price.glass --seed 0 --time-limit 60
      zcat log.csv.gz | glassnet learn - --target failed -o failed.glass --json
      glassnet learn diamonds.csv --target price --checkpoint run.glass
      glassnet learn diamonds.csv --resume run.glass
    """
    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose contradict each other; leave one out")
    columns, path = _kinds(kinds), _path(output, table)
    _check_run(targets, resume, {"--seed": seed, "--column": columns, "--target": targets})
    from glassnet.network import Network

    if resume is None:
        network = Network(seed=seed, columns=columns, threads=threads)
    else:
        network = Network.resume(resume, threads=threads)
    level = _level(quiet=quiet, verbose=verbose)
    report = network.learn(
        arguments.rows_in(table),
        target=targets[0] if len(targets) == 1 else targets or None,
        epochs=epochs,
        time_limit=time_limit,
        memory_limit=None if memory_limit is None else memory_limit * 1e6,
        checkpoint=checkpoint,
        verbose=level,
    )
    network.save(path)
    _tell(network, report, path, level)
    if as_json:
        document = {"file": path, "plan": [choice._asdict() for choice in network.plan], "report": report.to_json()}
        write_json(sys.stdout, document)
    return _code(report, require_convergence=require_convergence)


def _kinds(given: tuple[str, ...]) -> dict[str, str]:
    """The kinds of columns by name; a name may hold an equals sign."""
    for pair in given:
        if "=" not in pair:
            raise click.UsageError(f"--column {pair}: expected NAME=KIND, such as zip=category")
    return {name: kind for name, _, kind in (pair.rpartition("=") for pair in given)}


def _check_run(targets: tuple[str, ...], resume: str | None, begun: Mapping[str, object]) -> None:
    """Raise click.UsageError for a run without a target, and for what a run that goes on was `begun` with."""
    if resume is None:
        if not targets:
            raise click.UsageError("Missing option '--target': the column to learn.")
        return
    for option, given in begun.items():
        if given not in (None, (), {}):
            raise click.UsageError(f"{option} with --resume: the run goes on as it was begun; leave {option} out")


def _path(output: str | None, table: str) -> str:
    """Where the network goes; raises click.UsageError where that is not clear or cannot be."""
    if output == PIPE or (output is None and table == PIPE):
        raise click.UsageError("the network needs a file: give its name with -o, such as -o price.glass")
    if output is None:
        name = Path(table).name.removesuffix(".gz")
        output = Path(name).stem + ENDING
    arguments.check_output(output, table)
    return output


def _level(*, quiet: bool, verbose: bool) -> int:
    """How much to talk: as the options say, else the environment, else progress and a report."""
    if quiet or verbose:
        return 2 if verbose else 0
    level = verbosity()
    return 1 if level is None else level


def _tell(network: Network, report: Report, path: str, level: int) -> None:
    """Say how learning went; its first line has been said where progress was shown."""
    if level == 0:
        return
    if level == 2:
        say(str(network.plan))
    say("\n".join(str(report).splitlines()[1:]))
    say(f"saved {path}")


def _code(report: Report, *, require_convergence: bool) -> int:
    if report.reason.startswith("interrupted"):
        return ExitCode.INTERRUPTED
    if require_convergence and not report.converged:
        say(f"glassnet: not converged: {report.reason}")
        return ExitCode.NOT_CONVERGED
    return ExitCode.DONE
