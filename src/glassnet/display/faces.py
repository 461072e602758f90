"""The ways of showing progress: lines, a bar in a terminal, a display in a notebook."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from glassnet.display.words import escaped, printable

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

FIRST_DRAWING = 0.3  # seconds: what is over sooner shows no bar
BETWEEN_DRAWINGS = 0.1
BETWEEN_DISPLAYS = 0.25
BETWEEN_LINES = 5.0
SHARE_BETWEEN_LINES = 0.02  # of the time so far: a night's log stays short
WIDTH = 24


@dataclass(frozen=True)
class Moment:
    """How far a call is: see `Progress.update` for the fields."""

    done: float | None
    words: Mapping[str, str]
    remaining_seconds: float | None
    epoch_ended: bool

    @property
    def share(self) -> float | None:
        """`done` from 0 to 1, or None where that says nothing."""
        return None if self.done is None or math.isnan(self.done) else min(max(self.done, 0.0), 1.0)

    @property
    def percent(self) -> str:
        """`done` in per cent; rounded down, so that 100 is the end."""
        return "" if self.share is None else f"{int(self.share * 100):3d} %"

    @property
    def text(self) -> str:
        """Per cent, time left and words on one line; the words come last, for a narrow terminal cuts them."""
        seconds = self.remaining_seconds
        left = "" if seconds is None or not math.isfinite(seconds) else f"{duration(seconds)} left"
        words = [f"{name} {value}" for name, value in self.words.items()]
        return printable("  ".join(part for part in (self.percent, left, *words) if part))


def duration(seconds: float) -> str:
    """A length of time for people, in its two largest units.

    >>> [duration(seconds) for seconds in (0.2, 75, 3600, 100_000)]
    ['0 s', '1 min 15 s', '1 h 0 min', '1 d 3 h']
    """
    whole = max(0, round(seconds))
    for size, unit, smaller, name in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            return f"{whole // size:,} {unit} {whole % size // smaller} {name}"
    return f"{whole} s"


class Writer:
    """A text stream that never raises: signs that it cannot encode become "?", and once broken it stays silent."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._broken = False
        self.encoding = getattr(stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Writes `text` if the stream still takes it."""
        if not self._broken:
            try:
                self._stream.write(text.encode(self.encoding, "replace").decode(self.encoding))
            except (OSError, ValueError):  # a closed pipe, a closed file
                self._broken = True
        return len(text)

    def flush(self) -> None:
        """Has what was written reach its reader."""
        if not self._broken:
            try:
                self._stream.flush()
            except (OSError, ValueError):
                self._broken = True

    def line(self, text: str) -> None:
        """Writes one line and flushes."""
        self.write(printable(text) + "\n")
        self.flush()


class EpochLines:
    """A line at the end of each epoch."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def draw(self, moment: Moment) -> None:
        """Writes a line where an epoch has ended."""
        if moment.epoch_ended:
            self._writer.line(moment.text)

    def finish(self, line: str) -> None:
        """Writes the last line."""
        if line:
            self._writer.line(line)


class Lines:
    """A line every few seconds, more seldom as time goes on, without control characters: for pipes and logs."""

    def __init__(self, writer: Writer, clock: Callable[[], float]) -> None:
        self._writer, self._clock = writer, clock
        self._start = clock()
        self._next = self._start + BETWEEN_LINES

    def draw(self, moment: Moment) -> None:
        """Writes a line where the last one is long enough ago."""
        now = self._clock()
        if now >= self._next:
            self._writer.line(moment.text)
            self._next = now + max(BETWEEN_LINES, SHARE_BETWEEN_LINES * (now - self._start))

    def finish(self, line: str) -> None:
        """Writes the last line."""
        if line:
            self._writer.line(line)


class Bar:
    """A bar that is drawn over and over in the same line of a terminal."""

    def __init__(self, writer: Writer, clock: Callable[[], float]) -> None:
        self._writer, self._clock = writer, clock
        self._next = clock() + FIRST_DRAWING
        self._live: Live | None = None

    def draw(self, moment: Moment) -> None:
        """Draws the bar anew where the last drawing is long enough ago."""
        now = self._clock()
        if now < self._next:
            return
        self._next = now + BETWEEN_DRAWINGS
        if self._live is None:
            self._live = _live(self._writer)
            self._live.start()
        self._live.update(_bar(moment, now), refresh=True)

    def finish(self, line: str) -> None:
        """Wipes the bar away and writes the last line."""
        if self._live is not None:
            self._live.stop()
            self._live = None
        if line:
            self._writer.line(line)


class Notebook:
    """One display of a notebook, updated in place; plain HTML, so that it needs no extension and survives a reload."""

    def __init__(self, display: Callable[..., Any], clock: Callable[[], float]) -> None:
        self._display, self._clock = display, clock
        self._next = clock() + FIRST_DRAWING
        self._handle: Any = None

    def draw(self, moment: Moment) -> None:
        """Updates the display where the last update is long enough ago."""
        now = self._clock()
        if now >= self._next:
            self._next = now + BETWEEN_DISPLAYS
            value = "" if moment.share is None else f' value="{moment.share:.4f}"'
            bar = f'<progress max="1"{value} style="width: {WIDTH // 2}em; vertical-align: middle"></progress>'
            self._show(moment.text, f"<div>{bar} {escaped(moment.text)}</div>")

    def finish(self, line: str) -> None:
        """Leaves the last line in the display, or nothing."""
        if line or self._handle is not None:
            self._show(printable(line), f"<div>{escaped(printable(line))}</div>")

    def _show(self, text: str, page: str) -> None:
        bundle = {"text/plain": text, "text/html": page}
        if self._handle is None:
            self._handle = self._display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)


def _live(writer: Writer) -> Live:
    """A part of the terminal that can be drawn anew; it starts no thread and leaves print alone."""
    from rich.console import Console
    from rich.live import Live

    console = Console(file=writer, force_terminal=True, force_jupyter=False)  # type: ignore[arg-type]
    return Live(console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False)


def _bar(moment: Moment, now: float) -> RenderableType:
    """The bar and the text beside it, on one line however narrow the terminal is."""
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=WIDTH)
    grid.add_column(no_wrap=True, overflow="crop")
    share = moment.share
    bar = ProgressBar(total=1, completed=share or 0, width=WIDTH, pulse=share is None, animation_time=now)
    grid.add_row(bar, Text(moment.text))
    return grid
