"""The program as a whole: help, exit codes, pipes and signals, in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from glassnet import __version__, errors
from glassnet.cli.exits import exit_code

Command = Callable[..., Any]  # the fixture that runs a command line

PROGRAM = [sys.executable, "-m", "glassnet"]
HEAVY = ("numpy", "duckdb", "narwhals", "rich", "pandas")


def test_help_names_every_command_with_examples(glassnet: Command) -> None:
    ended = glassnet("--help")
    assert ended.code == 0
    assert all(
        f"\n  {name} " in ended.out
        for name in ("learn", "predict", "test", "show", "estimate", "diagnose", "walkthrough")
    )
    assert "glassnet learn diamonds.csv --target price" in ended.out
    assert glassnet().out == ended.out


@pytest.mark.parametrize("command", ["learn", "predict", "test", "show", "estimate", "diagnose", "walkthrough"])
def test_each_command_has_help_with_an_example(glassnet: Command, command: str) -> None:
    ended = glassnet(command, "--help")
    assert ended.code == 0
    assert f"\n    glassnet {command}" in ended.out.split("\n  Example")[1]


def test_the_version_is_told(glassnet: Command) -> None:
    assert glassnet("--version").out == f"glassnet {__version__}\n"


def test_an_unknown_command_is_wrong_usage(glassnet: Command) -> None:
    ended = glassnet("lern")
    assert ended.code == 2
    assert "lern" in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("words", [["--help"], ["learn", "--help"], ["--version"], ["learn", "t.csv"], ["lern"]])
def test_help_and_mistakes_are_answered_before_anything_heavy_is_imported(words: list[str]) -> None:
    text = (
        f"import sys; from glassnet.__main__ import main; main({words!r}); "
        f"print(*(name for name in {HEAVY!r} if name in sys.modules), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert ended.stderr.splitlines()[-1] == ""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ReadError(""), 3),
        (errors.SchemaError(""), 3),
        (errors.TargetError(""), 3),
        (errors.ModelFileError(""), 4),
        (errors.SettingError(""), 2),
        (errors.DivergenceError(""), 1),
    ],
)
def test_each_error_has_its_exit_code(error: errors.GlassnetError, code: int) -> None:
    assert exit_code(error) == code


@pytest.mark.skipif(os.name != "posix", reason="needs a shell with pipefail")
@pytest.mark.parametrize("environment", [{}, {"LC_ALL": "C", "PYTHONUNBUFFERED": "1"}])
def test_a_reader_that_has_enough_ends_predict_quietly(
    numbers: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    rows = "".join(f"{i % 120},a,klein\n" for i in range(50_000))
    (tmp_path / "big.csv").write_text(f"größe,art,klasse\n{rows}", encoding="utf-8")
    command = f"set -o pipefail; '{sys.executable}' -m glassnet predict '{numbers}' big.csv | head -n 1"
    ended = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, env={**os.environ, **environment}, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"preis\n", b"")


def test_signs_beyond_ascii_pass_whatever_the_locale(classes: Path, table: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    ended = subprocess.run(
        [*PROGRAM, "predict", str(classes), str(table)], capture_output=True, env=environment, check=False
    )
    assert ended.returncode == 0
    assert "groß" in ended.stdout.decode("utf-8")


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_keeps_what_was_learnt(table: Path, tmp_path: Path, number: signal.Signals, code: int) -> None:
    words = ["learn", str(table), "--target", "preis", "-o", "kept.glass", "-v", "--epochs", "1000000"]
    with subprocess.Popen(
        [*PROGRAM, *words], cwd=tmp_path, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()  # the line of an epoch: it learns
        process.send_signal(number)
        said = process.stderr.read()
    assert process.returncode == code
    assert "saved kept.glass" in said
    assert "Traceback" not in said
    ended = subprocess.run(
        [*PROGRAM, "show", "kept.glass"], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert "interrupted" in ended.stdout


def test_ctrl_c_while_the_program_is_loaded_is_one_line() -> None:
    text = """
import signal, sys
class Early:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Early())
from glassnet.__main__ import main
sys.exit(main(["show", "x.glass"]))
"""
    ended = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (130, "glassnet: interrupted\n")


def test_a_table_without_rows_has_no_answers_and_is_no_fault(
    glassnet: Command, numbers: Path, classes: Path, tmp_path: Path
) -> None:
    (tmp_path / "none.csv").write_text("größe,art,preis,klasse\n", encoding="utf-8")
    assert glassnet("predict", numbers, "none.csv") == (0, "preis\n", "")
    assert glassnet("predict", classes, "none.csv").out == "klasse,klasse_probability\n"
    assert glassnet("predict", classes, "none.csv", "--json").out == "[]\n"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_one_line_and_nothing_is_left(
    glassnet: Command, numbers: Path, table: Path, tmp_path: Path
) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o555)
    for words in (["predict", numbers, table], ["learn", table, "--target", "preis", "--epochs", "1", "-q"]):
        ended = glassnet(*words, "-o", shut / "x")
        assert ended.code != 0
        assert ended.err.count("\n") == 1
        assert "shut" in ended.err
    assert list(shut.iterdir()) == []


def test_a_marked_file_with_quoted_names_is_learnt_and_asked(glassnet: Command, tmp_path: Path) -> None:
    rows = "".join(f"{3 * i},{i}\r\n" for i in range(1, 201))
    (tmp_path / "bom.csv").write_bytes(b"\xef\xbb\xbf" + f'"price","size"\r\n{rows}'.encode())
    (tmp_path / "new.csv").write_bytes(b"\xef\xbb\xbfsize\r\n10\r\n")
    assert glassnet("learn", "bom.csv", "--target", "price", "--seed", "0", "--epochs", "60", "-q").code == 0
    name, answer = glassnet("predict", "bom.glass", "new.csv").out.splitlines()
    assert name == "price"
    assert float(answer) == pytest.approx(30, abs=6)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_line(classes: Path, table: Path) -> None:
    with open("/dev/full", "wb") as full:
        words = [*PROGRAM, "predict", str(classes), str(table)]
        ended = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, "glassnet: stdout: No space left on device\n")
