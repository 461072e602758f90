from __future__ import annotations

import contextlib
import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import glassnet as gn
from glassnet.cli.output import destination
from glassnet.errors import DataError, DataWarning

Command = Callable[..., Any]  # the fixture that runs a command line


def test_numbers_come_as_one_column_called_as_the_target(glassnet: Command, numbers: Path, table: Path) -> None:
    ended = glassnet("predict", numbers, table)
    header, *rows = csv.reader(io.StringIO(ended.out))
    assert ended.code == 0
    assert header == ["preis"]
    assert [float(row[0]) for row in rows] == gn.load(numbers).predict(table).tolist()


def test_classes_come_with_the_probability_of_the_answer(glassnet: Command, classes: Path, table: Path) -> None:
    header, *rows = csv.reader(io.StringIO(glassnet("predict", classes, table).out))
    network = gn.load(classes)
    assert header == ["klasse", "klasse_probability"]
    assert [row[0] for row in rows] == network.predict(table).tolist()
    probabilities = network.predict_probabilities(table).max(axis=1).tolist()
    assert [float(row[1]) for row in rows] == pytest.approx(probabilities, abs=0)


def test_numbers_come_with_the_ends_of_their_intervals(glassnet: Command, numbers: Path, table: Path) -> None:
    header, *rows = csv.reader(io.StringIO(glassnet("predict", numbers, table, "--interval", "0.8").out))
    assert header == ["preis", "preis_low", "preis_high"]
    asked = gn.load(numbers).predict(table, interval=0.8)
    assert [[float(each) for each in row] for row in rows] == asked.tolist()


def test_classes_are_chosen_for_a_score(glassnet: Command, classes: Path, table: Path) -> None:
    _, *rows = csv.reader(io.StringIO(glassnet("predict", classes, table, "--decide", "f1").out))
    network = gn.load(classes)
    assert [row[0] for row in rows] == network.predict(table, decide="f1").tolist()
    places = [list(network.labels).index(row[0]) for row in rows]
    probabilities = network.predict_probabilities(table)
    assert [float(row[1]) for row in rows] == probabilities[range(120), places].tolist()


def test_what_is_not_known_is_said(glassnet: Command, classes: Path, table: Path) -> None:
    assert "the target is a class" in glassnet("predict", classes, table, "--interval", "0.9").err
    assert "give one of them" in glassnet("predict", classes, table, "--interval", "0.9", "--decide", "f1").err


def test_several_targets_come_with_what_is_known_of_each(glassnet: Command, tmp_path: Path) -> None:
    rows = [(i % 7, i * 3 % 11) for i in range(60)]
    lines = [f"{a},{b},{a - b},{'ja' if a > b else 'nein'}" for a, b in rows]
    table, model = tmp_path / "both.csv", tmp_path / "both.glass"
    table.write_text("\n".join(["a,b,abstand,mehr", *lines]))
    targets = ("--target", "abstand", "--target", "mehr")
    assert glassnet("learn", table, *targets, "-o", model, "--seed", "0", "--epochs", "2").code == 0
    header, *answers = csv.reader(io.StringIO(glassnet("predict", model, table, "--interval", "0.8").out))
    assert header == ["abstand", "abstand_low", "abstand_high", "mehr", "mehr_probability"]
    network = gn.load(model)
    asked = network.predict(table, interval=0.8)
    assert [float(row[2]) for row in answers] == asked["abstand high"].tolist()
    assert [row[3] for row in answers] == asked["mehr"].tolist()
    chances = network.predict_probabilities(table)["mehr"].max(axis=1).tolist()
    assert [float(row[4]) for row in answers] == pytest.approx(chances, abs=0)
    assert "Classes of mehr" in glassnet("show", model).out


def test_json_is_a_list_of_records(glassnet: Command, classes: Path, table: Path) -> None:
    records = json.loads(glassnet("predict", classes, table, "--json").out)
    assert len(records) == 120
    assert records[0].keys() == {"klasse", "klasse_probability"}


def test_the_answer_for_a_sequence_stands_beside_its_name(glassnet: Command, tmp_path: Path) -> None:
    walks = [(f"w{walk}", day, (walk * day) % 7, "abcde"[walk % 5]) for walk in range(20) for day in (2, 1, 3)]
    lines = ["walk,day,x,y", *(",".join(map(str, row)) for row in walks)]
    (tmp_path / "walks.csv").write_text("\n".join(lines), encoding="utf-8")
    network = gn.Network([gn.GRU(4), gn.Dense(5)], loss="softmax log loss", seed=0)
    network.learn(tmp_path / "walks.csv", target="y", sequence="walk", time="day", epochs=1)
    network.save(tmp_path / "walks.glass")
    lines = glassnet("predict", "walks.glass", "walks.csv").out.splitlines()
    assert lines[0] == "walk,y,y_probability"
    assert [line.split(",")[0] for line in lines[1:]] == [f"w{walk}" for walk in range(20)]
    assert [line.split(",")[1] for line in lines[1:]] == network.predict(tmp_path / "walks.csv").tolist()
    assert "rows of one 'walk'" in glassnet("show", "walks.glass").out


def test_a_file_holds_what_stdout_would(glassnet: Command, classes: Path, table: Path, tmp_path: Path) -> None:
    shown = glassnet("predict", classes, table, "-o", "-").out
    ended = glassnet("predict", classes, table, "-o", "answers.csv")
    assert (ended.code, ended.out) == (0, "")
    assert (tmp_path / "answers.csv").read_text(encoding="utf-8") == shown


def test_rows_come_from_a_pipe_too(
    glassnet: Command, numbers: Path, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_file = glassnet("predict", numbers, table).out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(table.read_bytes())))
    assert glassnet("predict", numbers, "-").out == from_file


def test_values_never_seen_are_noted_on_stderr(glassnet: Command, numbers: Path, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("größe,art,klasse\n5,c,klein\n", encoding="utf-8")
    ended = glassnet("predict", numbers, "new.csv")
    assert ended.code == 0
    assert "note: " in ended.err
    assert "art" in ended.err
    assert len(ended.out.splitlines()) == 2
    assert glassnet("predict", numbers, "new.csv", "-q").err == ""


def test_a_missing_column_is_named_with_code_3(glassnet: Command, numbers: Path, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("art,klasse\na,klein\n", encoding="utf-8")
    ended = glassnet("predict", numbers, "new.csv")
    assert (ended.code, ended.out) == (3, "")
    assert "größe" in ended.err


def test_what_is_no_model_file_is_code_4(glassnet: Command, table: Path) -> None:
    assert glassnet("predict", table, table).code == 4
    assert glassnet("predict", "none.glass", table).code == 4


def test_the_model_is_never_overwritten_by_answers(glassnet: Command, numbers: Path, table: Path) -> None:
    before = numbers.read_bytes()
    assert glassnet("predict", numbers, table, "-o", numbers).code == 2
    assert numbers.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("answers.parquet", (), "CSV would be written, not what .parquet promises; give a name in .csv"),
        ("answers.csv.gz", (), "CSV would be written, not what .gz promises; give a name in .csv"),
        ("answers.json", (), "CSV would be written, not what .json promises; give --json"),
        ("answers.csv", ("--json",), "JSON would be written, not what .csv promises; leave --json out"),
    ],
)
def test_a_name_that_promises_another_format_is_refused(
    glassnet: Command, numbers: Path, table: Path, tmp_path: Path, name: str, options: tuple[str, ...], words: str
) -> None:
    ended = glassnet("predict", numbers, table, "-o", name, *options)
    assert ended.code == 2
    assert words in ended.err
    assert not (tmp_path / name).exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_is_said_with_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.suppress(OSError), open("/dev/full", "w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(OSError, match="stdout"), destination(None) as stream:
            stream.write("3")
        monkeypatch.undo()


def test_numbers_written_in_another_convention_are_told_from_words(
    glassnet: Command, numbers: Path, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text('größe,art,klasse\n"3,5",a,klein\n', encoding="utf-8")
    ended = glassnet("predict", numbers, "new.csv")
    assert ended.code == 3
    assert "'3,5' has decimal commas; the column was learnt with decimal points: write its numbers so" in ended.err


def many_rows(folder: Path, *, last: str) -> Path:
    """A file of more than a fifteenth of 250 MB, most of it in a column that is not asked for."""
    path, filling = folder / "many.csv", "z" * 1000
    with path.open("w") as file:
        file.write("a,b,filling\n")
        file.writelines(f"{i % 7},{i % 11},{filling}\n" for i in range(17_000))
        file.write(last)
    return path


def test_a_file_beyond_the_memory_is_predicted_in_chunks_and_written_only_when_whole(
    glassnet: Command, tmp_path: Path
) -> None:
    network = gn.Network([gn.Dense(1)], loss="squared", seed=0)
    network.learn(
        {"a": [i % 7 for i in range(60)], "b": [i % 11 for i in range(60)], "y": [*range(60)]}, target="y", epochs=2
    )
    network.save(model := tmp_path / "sum.glass")
    table, answers = many_rows(tmp_path, last=""), tmp_path / "answers.csv"
    assert glassnet("predict", model, table, "-o", answers, "--memory-limit", "250").code == 0
    header, *found = answers.read_text().split()
    whole = network.predict({"a": [i % 7 for i in range(17_000)], "b": [i % 11 for i in range(17_000)]})
    assert header == "y"
    assert [float(each) for each in found] == pytest.approx(whole.tolist(), rel=1e-5)
    with pytest.warns(DataWarning, match="not learnt and ignored: 'filling'"):
        assert network.predict(table, memory_limit=250e6).tolist() == [float(each) for each in found]

    before, broken = answers.read_text(), many_rows(tmp_path, last="1,2,z,4\n")
    ended = glassnet("predict", model, broken, "-o", answers, "--memory-limit", "250")
    assert ended.code != 0
    assert "17,002" in ended.err
    assert answers.read_text() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.csv", "many.csv", "sum.glass"]


def test_batches_are_refused_where_whole_sequences_are_answered_for(tmp_path: Path) -> None:
    rows = [(i // 4, i % 4 * (i // 4 % 2)) for i in range(240)]
    table = {"ride": [r for r, _ in rows], "a": [a for _, a in rows], "y": [r % 2 for r, _ in rows]}
    network = gn.Network([gn.LSTM(2), gn.Dense(1)], loss="squared", seed=0)
    network.learn(table, target="y", sequence="ride", epochs=1)
    with pytest.raises(DataError, match="whole sequences of 'ride'"):
        network.predict(many_rows(tmp_path, last=""), memory_limit=250e6)
