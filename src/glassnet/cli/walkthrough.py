"""`glassnet walkthrough`: the story of learning, every number computed as it is told."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from glassnet.cli import arguments


@click.command(short_help="Tell the story of learning, with live numbers.")
@arguments.no_color_option
def walkthrough() -> None:
    """Tell the whole story of learning, step by step, every number computed live.

    \b
    Example:
      glassnet walkthrough | less
    """
    import_module("glassnet.walkthrough").tell(sys.stdout)
