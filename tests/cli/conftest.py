"""A table, a network learnt from it, and a command run in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from glassnet.__main__ import main

ROWS = 120


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def glassnet(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Runs a command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path) -> Ended:
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Ended(code, out, err)

    return run


def csv(header: str, rows: Sequence[str]) -> str:
    return "\n".join([header, *rows]) + "\n"


@pytest.fixture(scope="session")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Numbers, a category, a target of numbers and one of classes, with names and labels beyond ASCII."""
    path = tmp_path_factory.mktemp("tables") / "größen.csv"
    rows = [f"{i},{'ab'[i % 2]},{2 * i},{'groß' if i >= ROWS / 2 else 'klein'}" for i in range(ROWS)]
    path.write_text(csv("größe,art,preis,klasse", rows), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def numbers(table: Path) -> Path:
    """A network that learnt the target of numbers."""
    path = table.with_name("numbers.glass")
    assert main(["learn", str(table), "--target", "preis", "-o", str(path), "--seed", "0", "--epochs", "30", "-q"]) == 0
    return path


@pytest.fixture(scope="session")
def classes(table: Path) -> Path:
    """A network that learnt the target of classes."""
    path = table.with_name("classes.glass")
    words = ["learn", str(table), "--target", "klasse", "-o", str(path), "--seed", "0", "--epochs", "30", "-q"]
    assert main(words) == 0
    return path
