from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Command = Callable[..., Any]  # the fixture that runs a command line


def test_a_table_is_diagnosed_before_anything_is_learnt(glassnet: Command, table: Path) -> None:
    ended = glassnet("diagnose", table, "--target", "preis", "--seed", "0", "--json")
    document = json.loads(ended.out)
    first = document["findings"][0]
    assert ended.code == 0
    assert document["rows"] == 120
    assert (first["verdict"], first["name"]) == ("wrong", "leakage")
    assert "'größe' is the target 'preis' in other words" in first["words"]


def test_a_network_is_diagnosed_for_people(glassnet: Command, classes: Path, table: Path) -> None:
    ended = glassnet("diagnose", table, "--model", classes)
    assert ended.code == 0
    assert ended.out.startswith("Diagnosis of 120 rows in ")
    assert not list(Path.cwd().iterdir())


def test_wrong_usage_is_said(glassnet: Command, classes: Path, table: Path) -> None:
    missing = glassnet("diagnose", table)
    assert missing.code == 2
    assert "--target" in missing.err
    both = glassnet("diagnose", table, "--model", classes, "--target", "preis")
    assert both.code == 2
    assert "leave --target out" in both.err
    assert glassnet("diagnose", table, "--target", "pries").code == 3
    assert glassnet("diagnose", table, "--model", "none.glass").code == 4


def test_several_targets_are_diagnosed_and_named(glassnet: Command, table: Path) -> None:
    ended = glassnet("diagnose", table, "--target", "preis", "--target", "klasse", "--seed", "0", "--json")
    assert ended.code == 0
    found = {each["name"]: each for each in json.loads(ended.out)["findings"]}
    assert "'klasse': " in found["classes"]["words"]
    assert "'preis': " in found["targets"]["words"]
