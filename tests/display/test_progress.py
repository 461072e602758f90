from __future__ import annotations

import html
import io
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from glassnet.display.faces import Moment, Notebook, Writer, duration
from glassnet.display.progress import Progress
from glassnet.display.words import printable

WORDS = {"epoch": "3/10", "loss": "0.25", "validation": "0.5"}


class Clock:
    """Time that passes as told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0 s"),
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (7260, "2 h 1 min"),
        (90_000, "1 d 1 h"),
        (1e8, "1,157 d 9 h"),
    ],
)
def test_a_duration_reads_in_its_two_largest_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("done", "remaining", "text"),
    [
        (0.0, None, "  0 %  epoch 3/10  loss 0.25  validation 0.5"),
        (0.999, 75.0, " 99 %  1 min 15 s left  epoch 3/10  loss 0.25  validation 0.5"),
        (1.0, 0.0, "100 %  0 s left  epoch 3/10  loss 0.25  validation 0.5"),
        (7.5, math.inf, "100 %  epoch 3/10  loss 0.25  validation 0.5"),
        (None, math.nan, "epoch 3/10  loss 0.25  validation 0.5"),
        (math.nan, 3.0, "3 s left  epoch 3/10  loss 0.25  validation 0.5"),
    ],
)
def test_a_moment_reads_on_one_line(done: float | None, remaining: float | None, text: str) -> None:
    assert Moment(done, WORDS, remaining, False).text == text


def test_control_characters_of_the_data_never_reach_the_screen() -> None:
    assert printable("a\x1b[31mb\r\nc\u202ed größe ☂") == "a [31mb  c d größe ☂"


def shown(verbose: int | None) -> str:
    """What one minute of updates, ten a second, leaves in a stream that is no terminal."""
    clock, log = Clock(), io.StringIO()
    with Progress(log, verbose, clock) as progress:
        for tenth in range(600):
            clock.now += 0.1
            progress.update(tenth / 600, WORDS, 60 - tenth / 10, epoch_ended=tenth % 300 == 299)
        progress.finish("1 epoch in 60 s")
    return log.getvalue()


def test_a_log_has_a_line_every_few_seconds_and_the_last_one() -> None:
    lines = shown(1).splitlines()
    assert lines[0] == "  8 %  55 s left  epoch 3/10  loss 0.25  validation 0.5"
    assert lines[-1] == "1 epoch in 60 s"
    assert len(lines) in (12, 13)
    assert all(line.isprintable() for line in lines)


def test_the_log_of_a_night_stays_short() -> None:
    clock, log = Clock(), io.StringIO()
    with Progress(log, 1, clock) as progress:
        for _ in range(8 * 3600):
            clock.now += 1
            progress.update(None, WORDS)
    assert len(log.getvalue().splitlines()) < 300


def test_verbose_2_is_a_line_an_epoch() -> None:
    assert shown(2).splitlines() == [
        " 49 %  30 s left  epoch 3/10  loss 0.25  validation 0.5",
        " 99 %  0 s left  epoch 3/10  loss 0.25  validation 0.5",
        "1 epoch in 60 s",
    ]


@pytest.mark.parametrize("verbose", [0, False])
def test_verbose_0_is_silent(verbose: int) -> None:
    assert shown(verbose) == ""


def test_a_library_call_is_silent_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GLASSNET_VERBOSE", raising=False)
    assert shown(None) == ""
    monkeypatch.setenv("GLASSNET_VERBOSE", "2")
    assert len(shown(None).splitlines()) == 3
    assert len(shown(1).splitlines()) > 3, "the argument counts before the variable"


def test_after_the_end_nothing_is_shown() -> None:
    log = io.StringIO()
    progress = Progress(log, 2)
    progress.finish("done")
    progress.finish("again")
    progress.update(1.0, WORDS, epoch_ended=True)
    assert log.getvalue() == "done\n"


def fail_inside(log: io.StringIO) -> None:
    with Progress(log, 2) as progress:
        progress.update(0.5, WORDS, epoch_ended=True)
        raise KeyboardInterrupt


def test_an_error_passes_through_and_leaves_no_last_line() -> None:
    log = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        fail_inside(log)
    assert log.getvalue() == " 50 %  epoch 3/10  loss 0.25  validation 0.5\n"


def test_a_narrow_encoding_is_respected() -> None:
    log = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    Progress(log, 1).finish("Größe ☂: 3 s")
    assert log.buffer.getvalue() == b"Gr??e ?: 3 s" + os.linesep.encode()


class Breaks(io.StringIO):
    """A stream that fails in some way when written to."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise self.error


@pytest.mark.parametrize("error", [BrokenPipeError(), OSError(5, "gone"), ValueError("closed"), RuntimeError("odd")])
@pytest.mark.parametrize("verbose", [1, 2])
def test_a_broken_stream_stops_nothing(error: Exception, verbose: int) -> None:
    with Progress(Breaks(error), verbose) as progress:
        progress.update(0.5, WORDS, epoch_ended=True)
        progress.finish("done")


def test_a_closed_stream_stops_nothing() -> None:
    log = io.StringIO()
    log.close()
    Progress(log, None).finish("done")
    Progress(log, 2).finish("done")


def test_a_broken_stream_is_not_tried_again() -> None:
    stream = Breaks(BrokenPipeError())
    writer = Writer(stream)
    writer.line("a")
    stream.error = RuntimeError("written to again")
    writer.line("b")


def test_a_program_without_stderr_learns_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with Progress(verbose=1) as progress:
        progress.update(0.5, WORDS)
        progress.finish("done")


TERMINAL = """
import sys
from glassnet.display.progress import Progress
from glassnet.display.words import printable
now = 0.0
with Progress(verbose={verbose}, clock=lambda: now) as progress:
    for step in range(20):
        now += 0.2
        done = None if step < 5 else step / 20
        progress.update(done, {{"loss": "0.25 [red]größe☂", "note": "x" * 200}}, 20 - step, epoch_ended=step == 19)
    if {fails}:
        raise SystemExit(3)
    progress.finish("größe: 20 epochs in 4 s")
print("rich" in sys.modules)
"""


def in_terminal(verbose: int | None = None, fails: bool = False, **environment: str) -> tuple[str, str]:
    """What a process writes to a real terminal as its stderr, and what to a pipe as its stdout."""
    pty = pytest.importorskip("pty", reason="terminals are POSIX")
    ours, theirs = pty.openpty()
    clean = {
        name: text for name, text in os.environ.items() if name not in ("CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS")
    }
    clean |= {"TERM": "xterm-256color", "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", **environment}
    clean.pop("GLASSNET_VERBOSE", None)
    code = TERMINAL.format(verbose=verbose, fails=fails)
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=theirs, env=clean, text=True
    )
    os.close(theirs)
    written = b""
    try:
        while chunk := os.read(ours, 65536):
            written += chunk
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    output = process.communicate()[0]
    assert process.returncode == (3 if fails else 0), written
    return written.decode().replace("\r\n", "\n"), output


def plain(screen: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen)


def test_a_terminal_shows_a_bar_that_makes_way_for_the_last_line() -> None:
    screen, output = in_terminal()
    assert output == "True\n", "nothing but the program's own words on stdout"
    assert "━━━━" in screen
    assert re.search(r" 25 %  15 s left  loss 0\.25 \[red\]größe☂", plain(screen))
    assert screen.endswith("\x1b[2Kgröße: 20 epochs in 4 s\n"), "the bar is wiped away"
    assert screen.rindex("\x1b[?25h") > screen.rindex("\x1b[?25l"), "the cursor is back"
    assert max(map(len, re.split(r"[\r\n]", plain(screen)))) <= 80, "however long the words"


def test_an_error_leaves_the_terminal_as_it_was() -> None:
    screen, _ = in_terminal(fails=True)
    assert screen.rindex("\x1b[?25h") > screen.rindex("\x1b[?25l"), "the cursor is back"
    assert screen.endswith("\x1b[2K")
    assert "epochs" not in screen


def test_a_terminal_without_colour_gets_none() -> None:
    screen, _ = in_terminal(NO_COLOR="1")
    assert "━━━━" in screen
    assert not re.search(r"\x1b\[[0-9;]*m", screen)


def test_a_terminal_with_a_narrow_encoding_gets_ascii() -> None:
    screen, _ = in_terminal(PYTHONIOENCODING="ascii")
    assert screen.isascii()
    assert "----" in plain(screen)
    assert screen.endswith("gr??e: 20 epochs in 4 s\n")


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"CI": "true"}, {"CI": "1", "FORCE_COLOR": "1"}])
def test_a_dumb_terminal_or_a_build_is_a_log(environment: dict[str, str]) -> None:
    assert in_terminal(None, **environment) == ("", "False\n")
    screen, output = in_terminal(1, **environment)
    assert screen == "größe: 20 epochs in 4 s\n"
    assert output == "False\n", "rich is imported only for drawing"


def test_verbose_in_a_terminal() -> None:
    assert in_terminal(0) == ("", "False\n")
    screen, output = in_terminal(2)
    assert screen == f" 95 %  1 s left  loss 0.25 [red]größe☂  note {'x' * 200}\ngröße: 20 epochs in 4 s\n"
    assert output == "False\n"


def test_colour_forced_on_a_pipe_draws_no_bar() -> None:
    code = TERMINAL.format(verbose=1, fails=False)
    environment = {**os.environ, "FORCE_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, encoding="utf-8")
    assert result.stderr == "größe: 20 epochs in 4 s\n"


class Pages:
    """A notebook's side of the display: what stands in it."""

    def __init__(self) -> None:
        self.shown: list[dict[str, str]] = []

    def __call__(self, bundle: dict[str, str], raw: bool, display_id: bool) -> Pages:
        assert raw
        assert display_id
        assert not self.shown, "one display"
        self.shown.append(bundle)
        return self

    def update(self, bundle: dict[str, str], raw: bool) -> None:
        assert raw
        self.shown.append(bundle)


def test_a_notebook_has_one_display_updated_in_place() -> None:
    clock, pages = Clock(), Pages()
    face = Notebook(pages, clock)
    for step in range(100):
        clock.now += 1 / 16
        face.draw(Moment(step / 100, {"<loss>": "0.25"}, 100 - step, False))
    face.finish("6 s, loss < 1")
    assert len(pages.shown) == 25, "one every quarter of a second, and the last"
    assert pages.shown[0]["text/plain"] == "  4 %  1 min 36 s left  <loss> 0.25"
    assert '<progress max="1" value="0.0400"' in pages.shown[0]["text/html"]
    assert html.escape("<loss> 0.25") in pages.shown[0]["text/html"]
    assert pages.shown[-1] == {"text/plain": "6 s, loss < 1", "text/html": "<div>6 s, loss &lt; 1</div>"}


def test_a_quick_call_without_a_last_line_leaves_nothing_in_a_notebook() -> None:
    clock, pages = Clock(), Pages()
    face = Notebook(pages, clock)
    face.draw(Moment(0.5, {}, None, False))
    face.finish("")
    assert pages.shown == []


def test_in_a_notebook_of_unknown_length_the_bar_only_moves() -> None:
    clock, pages = Clock(), Pages()
    face = Notebook(pages, clock)
    clock.now += 1
    face.draw(Moment(None, WORDS, None, False))
    assert '<progress max="1" style' in pages.shown[0]["text/html"]


NOTEBOOK = """
from glassnet.display.progress import Progress
from glassnet.display.words import printable
now = 0.0
with Progress(clock=lambda: now) as progress:
    for step in range(5):
        now += 0.4
        progress.update(step / 5, {"loss": "0.25"})
    progress.finish("2 s, loss 0.25")
"""


def test_a_real_kernel_updates_one_display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ipykernel")
    manager_module = pytest.importorskip("jupyter_client.manager")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    manager, client = manager_module.start_new_kernel(kernel_name="python3")
    messages: list[dict[str, Any]] = []
    try:
        client.execute_interactive(NOTEBOOK, output_hook=messages.append, timeout=60)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    kinds = [message["msg_type"] for message in messages if message["msg_type"] not in ("status", "execute_input")]
    assert kinds == ["display_data", *["update_display_data"] * 5]
    assert (
        len({message["content"]["transient"]["display_id"] for message in messages if "display" in message["msg_type"]})
        == 1
    )
    assert messages[-2]["content"]["data"]["text/plain"] == "2 s, loss 0.25"
