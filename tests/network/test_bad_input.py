"""What people surely bring: each broken input is answered in words that say what, where and what to do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError, GlassnetError, ModelFileError, NotLearntError, SettingError, ShapeError

ROWS = "".join(f"{i},{'ab'[i % 2]},{2 * i}\n" for i in range(60))


def written(folder: Path, content: str | bytes, name: str = "t.csv") -> Path:
    """A file of that content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", r"t\.csv is empty; expected a header"),
        ("x,k,y\n", r"t\.csv has no rows"),
        ("x,k,y\n1,a,2\n2,b\n3,a,4\n", r"t\.csv, line 3: .*2 .*3"),
        ("x,k,y\n1,a,2\n2,b,3,9\n", r"t\.csv, line 3: .*4 .*3"),
        ("x,k,y\n1,café,2\n".encode("utf-16-le")[1:], r"t\.csv.*(UTF-8|encoding)"),
        (b"x,k,y\n1,caf\xe9,2\n2,b,4\n", r"t\.csv.*(UTF-8|encoding)"),
        ("x,k,y\n,NA,1\n,,2\n,NA,3\n", r"no column is left .*'x': every value is missing"),
        ("x,k,y\n1,a,2\n", "has one row"),
        ("x,y\n1,2\n3,\n", r"one row of 2 has a target"),
        ("x,x,y\n1,2,3\n2,3,4\n", r"columns 1 and 2 are both called 'x'"),
        ("x,k,prize\n" + ROWS, "no column 'y'"),
    ],
    ids=[
        "empty", "header", "short row", "long row", "utf-16 cut", "latin-1", "all missing", "one row", "one target",
        "twice", "target",
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_learnt_from_is_answered_in_one_line(tmp_path, content, said):
    with pytest.raises(GlassnetError, match=said) as raised:
        gn.Network(seed=0).learn(written(tmp_path, content), target="y")
    assert "\n" not in str(raised.value)


def test_names_that_differ_in_case_alone_are_two_columns_and_said(tmp_path):
    rows = "".join(f"{i},{i * i % 7},{i - i * i % 7}\n" for i in range(60))
    network = gn.Network(seed=0)
    report = network.learn(written(tmp_path, "Rate,rate,y\n" + rows), target="y", epochs=1)
    assert [each.name for each in network.schema.columns] == ["Rate", "rate"]
    assert any("'Rate' and 'rate' differ in case alone" in note for note in report.notes)


@pytest.mark.parametrize("name", ["a[1].csv", "a*?.csv", "ä b'c.csv"])
def test_a_path_is_taken_as_it_is_written(tmp_path, name):
    written(tmp_path, "x,k,z\n9,9,9\n", "a1.csv")  # what a pattern would find
    network = gn.Network(seed=0)
    network.learn(written(tmp_path, "x,k,y\n" + ROWS, name), target="y", epochs=1)
    assert network.targets == ("y",)


def test_a_word_among_numbers_far_down_is_a_gap_named_with_its_row(tmp_path):
    rows = [f"{i % 97},{i % 97 * 2}" for i in range(30_000)]
    rows[25_000] = "n.v.t.!,3"
    report = gn.Network(seed=0).learn(written(tmp_path, "x,y\n" + "\n".join(rows)), target="y", epochs=1)
    assert any("25,001" in note and "n.v.t.!" in note for note in report.notes)


@pytest.mark.parametrize("wild", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_in_arrays_are_named_with_row_and_column(wild):
    x = np.ones((8, 3))
    x[4, 2] = wild
    network = gn.Network([gn.Dense(1)], loss="squared", seed=0)
    with pytest.raises(DataError, match=r"row 5, column 3"):
        network.learn(x, np.ones(8))
    for loss in ("squared", "softmax log loss"):
        network = gn.Network([gn.Dense(2)], loss=loss, seed=0)
        with pytest.raises(DataError, match=r"the targets: row 5"):
            network.learn(np.ones((8, 3)), x[:, 2])


def test_a_shape_that_fits_no_layer_names_the_layer():
    x = gn.Input(4)
    network = gn.Network(gn.Add(name="sum")(gn.Dense(3)(x), gn.Dense(2)(x)), loss="squared", seed=0)
    with pytest.raises(ShapeError, match=r"sum: .*\(n, 3\).*\(n, 2\)"):
        network.learn(np.ones((5, 4)), np.ones((5, 3)))


@pytest.mark.parametrize("harm", ["truncated", "garbled", "foreign"])
def test_a_harmed_model_file_is_refused(tmp_path, harm):
    network = gn.Network([gn.Dense(2)], loss="squared", seed=0)
    network.learn(np.ones((5, 4)), np.ones((5, 2)), epochs=1)
    path = network.save(tmp_path / "box.glass")
    content = bytearray(path.read_bytes())
    if harm == "truncated":
        content = content[:-7]
    elif harm == "garbled":
        content[-5] ^= 0x10
    else:
        content = bytearray(b"x,y\n1,2\n")
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"box\.glass"):
        gn.load(path)


# -- what is no name ---------------------------------------------------------------------------------------------------
NO_NAMES = [3, b"native", [2, "native"], {1: 2}, np.array([1.5, 2.5]), object]
TABLE = {"a": list(range(60)), "b": list(range(60))}


@pytest.mark.parametrize("wrong", NO_NAMES, ids=repr)
@pytest.mark.parametrize("setting", ["engine", "loss", "optimizer", "dtype", "reduction", "columns", "layers"])
def test_a_network_answers_what_is_no_name_with_what_was_given_and_what_is_expected(setting, wrong):
    if setting == "columns" and isinstance(wrong, dict):
        wrong = [wrong]  # a mapping is right here; what it holds is looked at when a table comes
    given = {"layers": [gn.Dense(1)], "loss": "squared", setting: wrong}
    with pytest.raises(SettingError, match="expected") as raised:
        gn.Network(**given)
    assert setting.rstrip("s") in str(raised.value)


@pytest.mark.parametrize("wrong", NO_NAMES, ids=repr)
@pytest.mark.parametrize("setting", ["target", "mode", "keep", "metric", "until"])
def test_learn_answers_what_is_no_name_and_changes_nothing(setting, wrong):
    network = gn.Network(seed=0)
    with pytest.raises(SettingError, match=rf"{setting}=.*: expected"):
        network.learn(TABLE, **{"target": "b", "epochs": 1, setting: wrong})
    with pytest.raises(NotLearntError):
        network.predict(TABLE)


@pytest.mark.parametrize("wrong", NO_NAMES, ids=repr)
def test_layers_inputs_and_columns_answer_what_is_no_name(wrong):
    inputs = np.ones((8, 2))
    for made in (
        lambda: gn.Dense(3, wrong),
        lambda: gn.Dense(3, initializer=wrong),
        lambda: gn.Activation(wrong),
        lambda: gn.Input(3, name=wrong),
        lambda: gn.Input(3, dtype=wrong),
        lambda: gn.Network([gn.Dense(1, name=wrong)], loss="squared").learn(inputs, inputs[:, 0]),
        lambda: gn.Network(columns={"a": wrong}).learn(TABLE, target="b"),
    ):
        with pytest.raises(SettingError, match="expected"):
            made()


def test_a_target_of_no_columns_is_refused():
    with pytest.raises(SettingError, match="at least one column"):
        gn.Network(seed=0).learn(TABLE, target=[])
