from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import glassnet as gn

Command = Callable[..., Any]  # the fixture that runs a command line


def test_learning_saves_a_network_and_talks_on_stderr_alone(glassnet: Command, table: Path, tmp_path: Path) -> None:
    ended = glassnet("learn", table, "--target", "preis", "--seed", "3", "--epochs", "2")
    assert ended.code == 0
    assert ended.out == ""
    assert "not converged: 2 epochs are done" in ended.err
    assert ended.err.count("not converged") == 1
    assert ended.err.endswith("saved größen.glass\n")
    report = gn.load(tmp_path / "größen.glass").report
    assert report is not None
    assert report.epochs == 2


def test_json_is_one_document_and_quiet_is_silent(glassnet: Command, table: Path) -> None:
    ended = glassnet("learn", table, "--target", "klasse", "-o", "c.glass", "--epochs", "1", "--json", "-q")
    document = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert document["file"] == "c.glass"
    assert document["report"]["epochs"] == 1
    assert any(choice["what"] == "größe" for choice in document["plan"])


def test_the_same_seed_learns_the_same(glassnet: Command, table: Path, tmp_path: Path) -> None:
    for name in ("a.glass", "b.glass"):
        glassnet("learn", table, "--target", "preis", "-o", name, "--seed", "5", "--epochs", "1", "-q")
    first, second = gn.load(tmp_path / "a.glass").weights, gn.load(tmp_path / "b.glass").weights
    assert all((first[name] == second[name]).all() for name in first)


def test_a_column_is_taken_for_what_the_option_says(glassnet: Command, table: Path) -> None:
    words = ("--column", "größe=category", "--epochs", "1", "--json", "-q")
    plan = json.loads(glassnet("learn", table, "--target", "preis", *words).out)["plan"]
    assert {"what": "größe", "choice": "category", "reason": "as you said"} in plan


def test_the_memory_is_limited_in_megabytes(glassnet: Command, table: Path) -> None:
    words = ("learn", table, "--target", "preis", "--epochs", "1", "-q", "--memory-limit")
    assert glassnet(*words, "300").code == 0
    ended = glassnet(*words, "10")
    assert ended.code == 2
    assert "'--memory-limit': 10.0 is not in the range x>=250" in ended.err


def test_a_run_that_had_to_converge_and_did_not_says_so_by_its_code(
    glassnet: Command, table: Path, tmp_path: Path
) -> None:
    ended = glassnet("learn", table, "--target", "preis", "--epochs", "1", "-q", "--require-convergence")
    assert ended.code == 5
    assert ended.err.startswith("glassnet: not converged: 1 epoch")
    assert (tmp_path / "größen.glass").exists()


def test_an_unknown_target_names_the_nearest_and_saves_nothing(glassnet: Command, table: Path, tmp_path: Path) -> None:
    ended = glassnet("learn", table, "--target", "preiss")
    assert ended.code == 3
    assert "größen.csv has no column 'preiss'; did you mean 'preis'?" in ended.err
    assert ended.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--target", "preis", "-o", "-"], "the network needs a file"),
        (["--target", "preis", "-o", "nowhere/x.glass"], "there is no folder"),
        (["--target", "preis", "-o", "."], "is a folder; give the name of a file"),
        (["--target", "preis", "-q", "-v"], "contradict each other"),
        (["--target", "preis", "--column", "größe"], "expected NAME=KIND"),
        (["--target", "preis", "--epochs", "0"], "--epochs"),
        (["--target", "preis", "--time-limit", "0"], "--time-limit"),
        ([], "Missing option '--target'"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(glassnet: Command, table: Path, words: list[str], said: str) -> None:
    ended = glassnet("learn", table, *words)
    assert ended.code == 2
    assert said in ended.err
    assert ended.err.startswith("glassnet: ")
    assert ended.err.endswith("(see glassnet learn --help)\n")
    assert ended.err.count("\n") == 1


def test_the_table_itself_is_never_overwritten(glassnet: Command, table: Path) -> None:
    before = table.read_bytes()
    ended = glassnet("learn", table, "--target", "preis", "-o", table)
    assert ended.code == 2
    assert "would overwrite it" in ended.err
    assert table.read_bytes() == before


def test_colours_are_left_out_where_asked(glassnet: Command, table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    assert glassnet("learn", table, "--target", "preis", "--epochs", "1", "-q", "--no-color").code == 0
    assert os.environ["NO_COLOR"] == "1"


def test_a_run_that_was_interrupted_is_resumed(glassnet: Command, table: Path, tmp_path: Path) -> None:
    class Stopping(gn.Callback):
        def on_slice_end(self, moment: Any) -> None:
            raise KeyboardInterrupt

    words = ("--target", "preis", "--seed", "0", "--epochs", "3")
    assert glassnet("learn", table, *words, "-o", "alone.glass", "-q", "--checkpoint", "whole.glass").code == 0
    network = gn.Network(seed=0)
    kept = gn.Checkpoint(tmp_path / "run.glass", steps=1)
    with pytest.raises(KeyboardInterrupt):
        network.learn(table, target="preis", epochs=3, checkpoint=kept, callbacks=[Stopping()], verbose=0)
    assert glassnet("learn", table, "--resume", "run.glass", "-o", "resumed.glass", "-q").code == 0
    alone, whole, resumed = (gn.load(tmp_path / f"{name}.glass") for name in ("alone", "whole", "resumed"))
    for name, weights in alone.weights.items():
        assert (weights == resumed.weights[name]).all()
        assert (weights == whole.weights[name]).all()
    ended = glassnet("learn", table, "--resume", "run.glass", "-o", "again.glass", "-q")
    assert ended.code == 4
    assert "no unfinished run" in ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Missing option '--target'"),
        (["--resume", "run.glass", "--target", "preis"], "--target with --resume: the run goes on as it was begun"),
        (["--resume", "run.glass", "--seed", "1"], "--seed with --resume"),
    ],
)
def test_what_a_run_is_begun_with_is_asked_for_once(
    words: list[str], said: str, glassnet: Command, table: Path
) -> None:
    ended = glassnet("learn", table, *words)
    assert ended.code == 2
    assert said in ended.err
