"""Options that several commands share, and what their values are checked for before anything heavy is imported."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from glassnet.cli.output import PIPE
from glassnet.errors import ReadError

if TYPE_CHECKING:
    from glassnet.data.table import Table

Command = TypeVar("Command", bound=Callable[..., Any])

model_argument = click.argument("model", metavar="FILE")
table_argument = click.argument("table", metavar="TABLE")
json_option = click.option("--json", "as_json", is_flag=True, help="Write one JSON document to stdout.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but errors.")


def _without_color(context: click.Context, parameter: click.Parameter, given: bool) -> None:
    if given:
        os.environ["NO_COLOR"] = "1"  # what every library that draws looks at


no_color_option = click.option(
    "--no-color",
    is_flag=True,
    expose_value=False,
    callback=_without_color,
    help="Draw without colours, as NO_COLOR does.",
)


def output_option(words: str) -> Callable[[Command], Command]:
    """The option -o with its help."""
    return click.option("-o", "--output", metavar="FILE", help=words)


def rows_in(table: str) -> str | Table:
    """What a network reads a table from: the file's own name, or what is on stdin for "-"."""
    return read_rows(table) if table == PIPE else table


def read_rows(table: str) -> Table:
    """The table in a file, or on stdin for "-"."""
    from glassnet.data.read import read_table, read_text

    if table != PIPE:
        return read_table(table)
    if sys.stdin is None:
        raise ReadError("standard input is closed; expected a table from a pipe")
    return read_text(sys.stdin.buffer)


def check_output(output: str, *inputs: str) -> None:
    """Raise click.UsageError where `output` cannot be written or is one of the inputs: better now than at the end."""
    folder = Path(output).absolute().parent
    if not folder.is_dir():
        raise click.UsageError(f"-o {output}: there is no folder {str(folder)!r}; make it first")
    if not os.access(folder, os.W_OK):
        raise click.UsageError(f"-o {output}: the folder {str(folder)!r} may not be written; give a file elsewhere")
    if os.path.isdir(output):
        raise click.UsageError(f"-o {output} is a folder; give the name of a file")
    for given in inputs:
        if os.path.exists(output) and os.path.exists(given) and os.path.samefile(output, given):
            raise click.UsageError(f"-o {output} is {given} itself and would overwrite it; give another name")
