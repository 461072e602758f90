"""How far a long call is: a bar in a terminal, one display in a notebook, now and then a line in a log.

It goes to stderr, and it is fed with plain data. Nobody is talked to unasked: where no verbosity is given, by argument
or by GLASSNET_VERBOSE, only a terminal or a notebook shows anything. Whatever happens to the display, learning goes on.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Protocol, TextIO

from glassnet.display.faces import Bar, EpochLines, Lines, Moment, Notebook, Writer
from glassnet.places import verbosity


class Face(Protocol):
    """One way of showing progress."""

    def draw(self, moment: Moment) -> None:
        """Shows how far it is, if it is time to."""

    def finish(self, line: str) -> None:
        """Takes the progress away and leaves `line`, or nothing where it is empty."""


class Progress:
    """The progress of one call, shown where somebody looks.

    `stream`: where to, stderr where None; `verbose`: 0 nothing, 1 progress and a last line, 2 a line an epoch, None as
    the environment says. Used in a `with` block, it clears up after an error too.

    >>> import io
    >>> log = io.StringIO()
    >>> with Progress(log, verbose=2) as progress:
    ...     progress.update(0.5, {"epoch": "1/2", "loss": "0.81"}, remaining_seconds=75, epoch_ended=True)
    ...     progress.finish("2 epochs in 150 s, loss 0.64")
    >>> print(log.getvalue(), end="")
     50 %  1 min 15 s left  epoch 1/2  loss 0.81
    2 epochs in 150 s, loss 0.64
    """

    def __init__(
        self, stream: TextIO | None = None, verbose: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._face = _face(stream, verbosity(verbose), clock)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.finish()

    def update(
        self,
        done: float | None,
        words: Mapping[str, str],
        remaining_seconds: float | None = None,
        *,
        epoch_ended: bool = False,
    ) -> None:
        """Says how far the call is; cheap enough for every few steps, since most calls draw nothing.

        `done`: from 0 to 1, None where the end is not known; `words`: what to show, in order, by name;
        `remaining_seconds`: of the whole call; `epoch_ended`: whether this is the last word on an epoch.
        """
        if self._face is not None:
            self._guard(self._face.draw, Moment(done, words, remaining_seconds, epoch_ended))

    def finish(self, line: str = "") -> None:
        """Ends the display and leaves `line` in its place; further calls do nothing."""
        if self._face is not None:
            self._guard(self._face.finish, line)
            self._face = None

    def _guard(self, action: Callable[[Any], None], argument: Any) -> None:
        """Has the face act, or shows nothing more: a display that fails must not stop what it shows."""
        try:
            action(argument)
        except Exception:
            self._face = None


def _face(stream: TextIO | None, level: int | None, clock: Callable[[], float]) -> Face | None:
    """The face for this place and verbosity, or None where nothing is to be shown."""
    output = sys.stderr if stream is None else stream
    if level == 0 or output is None:  # a program without a console has no stderr
        return None
    writer = Writer(output)
    if level == 2:
        return EpochLines(writer)
    display = _notebook_display() if stream is None else None
    if display is not None:
        return Notebook(display, clock)
    if _is_watched(output):
        return Bar(writer, clock)
    return Lines(writer, clock) if level == 1 else None


def _is_watched(stream: TextIO) -> bool:
    """Whether a person looks at `stream` through a terminal that can move its cursor; a build's log is none."""
    try:
        terminal = stream.isatty()
    except (AttributeError, OSError, ValueError):  # not a whole stream, or a closed one
        return False
    return (
        terminal
        and os.environ.get("TERM") not in ("dumb", "unknown")
        and os.environ.get("CI", "").lower() in ("", "0", "false")
    )


def _notebook_display() -> Callable[..., Any] | None:
    """IPython's `display` in a notebook; None elsewhere, IPython in a terminal included. Imports nothing new."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    if shell is None or any(base.__name__ == "TerminalInteractiveShell" for base in type(shell).__mro__):
        return None
    from IPython.display import display  # type: ignore[import-not-found, unused-ignore]

    return display  # type: ignore[no-any-return, unused-ignore]
