from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import glassnet as gn

Command = Callable[..., Any]  # the fixture that runs a command line


def test_the_scores_are_those_of_the_library_loss_first(glassnet: Command, numbers: Path, table: Path) -> None:
    ended = glassnet("test", numbers, table, "--json")
    scores = json.loads(ended.out)
    assert ended.code == 0
    assert next(iter(scores)) == "loss"
    assert scores == gn.load(numbers).test(table)


def test_the_scores_for_people_are_a_line_each(glassnet: Command, classes: Path, table: Path) -> None:
    lines = glassnet("test", classes, table).out.splitlines()
    assert [line.split()[0] for line in lines] == ["loss", "accuracy"]


def test_show_counts_every_weight(glassnet: Command, classes: Path) -> None:
    document = json.loads(glassnet("show", classes, "--json").out)
    weights = gn.load(classes).weights
    assert {each["name"]: tuple(each["shape"]) for each in document["weights"]} == {
        name: array.shape for name, array in weights.items()
    }
    assert document["parameters"] == sum(array.size for array in weights.values())
    assert document["targets"] == ["klasse"]
    assert sorted(document["labels"]) == ["groß", "klein"]
    assert document["seed"] == 0
    assert document["report"]["epochs"] == 30


def test_show_for_people_has_every_part(glassnet: Command, classes: Path) -> None:
    ended = glassnet("show", classes)
    headings = [line for line in ended.out.splitlines() if line and not line.startswith(" ")]
    assert (ended.code, ended.err) == (0, "")
    assert headings == ["Plan", "Classes", "Layers", "Weights", "How it learnt"]
    assert "target klasse" in ended.out
    assert "not converged: 30 epochs are done" in ended.out


def test_show_takes_a_network_that_learnt_from_arrays(glassnet: Command, tmp_path: Path) -> None:
    network = gn.Network([gn.Dense(1, name="out")], loss="squared", seed=0)
    network.learn([[0.0], [1.0], [2.0]], [0.0, 2.0, 4.0], epochs=1, verbose=0)
    network.save(tmp_path / "line.glass")
    ended = glassnet("show", "line.glass")
    assert ended.code == 0
    assert "out.weights" in ended.out
