"""Lists of labels on the command line: read from JSON, and written as JSON within CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import glassnet as gn

ROWS = [{"x": x, "tags": [tag for tag, step in (("high", 3), ("even", 2)) if x * step % 4 > 1]} for x in range(40)]


def test_a_file_of_lists_is_learnt_answered_and_shown(glassnet: Callable[..., Any], tmp_path: Path) -> None:
    table, model = tmp_path / "a.jsonl", tmp_path / "a.glass"
    table.write_text("\n".join(map(json.dumps, ROWS)), "utf-8")
    assert glassnet("learn", table, "--target", "tags", "-o", model, "--epochs", "2").code == 0
    answers = gn.load(model).predict(table).tolist()
    header, *lines = csv.reader(io.StringIO(glassnet("predict", model, table).out))
    assert header == ["tags"]
    assert [json.loads(line[0]) for line in lines] == answers
    assert [row["tags"] for row in json.loads(glassnet("predict", model, table, "--json").out)] == answers
    assert json.loads(glassnet("show", model, "--json").out)["labels"] == ["even", "high"]
    assert "Classes\n  even\n  high" in glassnet("show", model).out
