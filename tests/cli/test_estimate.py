from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Command = Callable[..., Any]  # the fixture that runs a command line


def test_a_table_is_tried_and_nothing_is_written(glassnet: Command, table: Path) -> None:
    ended = glassnet("estimate", table, "--target", "preis", "--json")
    document = json.loads(ended.out)
    assert ended.code == 0
    assert document["steps"] == 400  # those of a table of fewer than 2,000 rows
    assert 0 < document["step"] < document["seconds"]
    assert not list(Path.cwd().iterdir())


def test_it_is_told_in_words_and_a_wrong_column_by_its_name(glassnet: Command, table: Path) -> None:
    ended = glassnet("estimate", table, "--target", "preis", "--epochs", "2")
    assert ended.code == 0
    assert "MB of memory" in ended.out
    wrong = glassnet("estimate", table, "--target", "pries")
    assert wrong.code == 3
    assert "preis" in wrong.err
