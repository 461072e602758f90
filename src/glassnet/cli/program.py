"""The program `glassnet`: its commands, and what becomes of errors, closed pipes and signals."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import click

from glassnet.cli.diagnose import diagnose
from glassnet.cli.estimate import estimate
from glassnet.cli.exits import IN_WORDS, ExitCode, exit_code
from glassnet.cli.explain import explain
from glassnet.cli.learn import learn
from glassnet.cli.output import prepare_streams, say, silence_stdout
from glassnet.cli.predict import predict
from glassnet.cli.show import show
from glassnet.cli.test import test
from glassnet.cli.walkthrough import walkthrough
from glassnet.errors import GlassnetError
from glassnet.version import __version__

HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=HELP, epilog=f"Exit codes: {IN_WORDS}.")
@click.version_option(__version__, "--version", message="glassnet %(version)s")
def program() -> None:
    """A neural network as a black box that learns from a table, predicts, and opens like glass.

    Answers go to stdout, everything else to stderr; - stands for stdin and stdout.

    \b
    Examples:
      glassnet learn diamonds.csv --target price -o price.glass
      glassnet predict price.glass new.csv > answers.csv
      glassnet test price.glass held_out.csv
      glassnet explain price.glass held_out.csv
      glassnet show price.glass
      glassnet estimate diamonds.csv --target price
      glassnet diagnose diamonds.csv --target price
      glassnet walkthrough
    """


for command in (learn, predict, test, explain, show, estimate, diagnose, walkthrough):
    program.add_command(command)


def run(words: Sequence[str]) -> int:
    """Run one command line; returns the exit code, with an error said in one line on stderr."""
    prepare_streams()
    with termination() as terminated:
        try:
            code = _invoke(words)
        except KeyboardInterrupt:
            say("glassnet: interrupted")
            code = ExitCode.INTERRUPTED
        return ExitCode.TERMINATED if code == ExitCode.INTERRUPTED and terminated() else code


def _invoke(words: Sequence[str]) -> int:
    """Run the command; what people can mend becomes a line, a fault of the program stays a traceback."""
    try:
        with program.make_context("glassnet", list(words) or ["--help"]) as context:
            code = program.invoke(context) or ExitCode.DONE
        sys.stdout.flush()
        return int(code)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx is not None else "glassnet"
        say(f"glassnet: {error.format_message()} (see {path} --help)")
        return ExitCode.USAGE
    except BrokenPipeError:  # the reader has enough, as in `| head`: nothing went wrong
        silence_stdout()
        return ExitCode.DONE
    except GlassnetError as error:
        say(f"glassnet: {' '.join(str(error).split())}")
        return exit_code(error)
    except OSError as error:
        silence_stdout()  # a full disk would be told once more when the process ends
        place = f"{error.filename}: " if error.filename else ""
        say(f"glassnet: {place}{error.strerror or error}")
        return ExitCode.FAILED
    except MemoryError:
        say("glassnet: there is not enough memory for this table")
        return ExitCode.FAILED


@contextmanager
def termination() -> Iterator[Callable[[], bool]]:
    """Have SIGTERM end a command as Ctrl-C does, which keeps what was learnt; gives whether it came.

    Where SIGINT is ignored, as for a job in the background of a script, it ends the process at once.
    """
    came = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield came.is_set
        return

    def note(number: int, frame: FrameType | None) -> None:
        came.set()
        if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
            raise SystemExit(ExitCode.TERMINATED)
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGTERM, note)
    try:
        yield came.is_set
    finally:
        signal.signal(signal.SIGTERM, before)
