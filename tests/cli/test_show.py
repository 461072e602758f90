from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import glassnet as gn
from glassnet.cli.folding import folded
from glassnet.cli.show import description, in_words
from glassnet.network.loading import learnt_in

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


@pytest.mark.parametrize("width", [40, 25])
def test_show_fits_a_narrow_terminal_and_leaves_no_word_out(width: int, classes: Path) -> None:
    wide = in_words(description(learnt_in(str(classes))))
    narrow = folded(wide, width)
    assert max(map(len, narrow.splitlines())) <= width
    assert "".join(narrow.split()) == "".join(wide.split())
    assert folded(wide, 1000) == wide


def test_a_line_goes_on_where_it_said_something_or_beneath_what_it_is_about() -> None:
    layer = "  hidden  Dense(outputs=64, bias_initializer=Normal(standard_deviation=0.3))"
    assert folded(layer, 40).splitlines() == [
        "  hidden",
        "      Dense(outputs=64,",
        "      bias_initializer=Normal(standard_",
        "      deviation=0.3))",
    ]
    assert folded("loss       squared, as the target is a number", 32).splitlines() == [
        "loss       squared, as the",
        "           target is a number",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="terminals are made otherwise there")
def test_show_goes_by_the_width_of_its_terminal(classes: Path) -> None:
    import pty

    def shown(columns: int) -> list[str]:
        here, there = pty.openpty()
        command = [sys.executable, "-m", "glassnet", "show", str(classes)]
        environment = {**os.environ, "COLUMNS": str(columns), "PYTHONIOENCODING": "utf-8"}
        with subprocess.Popen(command, stdout=there, env=environment) as running:
            os.close(there)
            written = b""
            with contextlib.suppress(OSError):  # which is how a terminal says that nothing comes any more
                while part := os.read(here, 4096):
                    written += part
        os.close(here)
        assert running.returncode == 0
        return written.decode().splitlines()

    assert max(map(len, shown(40))) <= 40
    assert max(map(len, shown(300))) > 80
