from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import safetensors
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.errors import DTypeError, ModelFileError, SettingError
from glassnet.files import read, write

ARRAYS = {
    "weights/dense_1.weights": np.arange(6, dtype=np.float32).reshape(2, 3),
    "weights/dense_1.bias": np.zeros(3, np.float64),
    "step": np.array(7, np.int64),
    "none": np.empty((0, 4), np.float32),
    "flags": np.array([True, False]),
}
SETTINGS = {"layers": [{"kind": "dense", "units": 3}], "seed": 0, "label": "größe ☂", "rate": 0.1, "none": None}


def same(left: np.ndarray, right: np.ndarray) -> bool:
    return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.glass", ARRAYS, SETTINGS)
    arrays, settings = read(path)
    assert path == tmp_path / "a.glass"
    assert settings == SETTINGS
    assert list(arrays) == list(ARRAYS), "in the order given"
    assert all(same(arrays[name], ARRAYS[name]) for name in ARRAYS)
    assert all(array.flags.writeable and array.flags.owndata for array in arrays.values())


def test_a_text_path_will_do(tmp_path: Path) -> None:
    assert write(f"{tmp_path}/a.glass", {}, {}) == tmp_path / "a.glass"
    assert read(f"{tmp_path}/a.glass") == ({}, {})


dtypes = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(endianness="?"),
    hnp.unsigned_integer_dtypes(endianness="?"),
    hnp.floating_dtypes(endianness="?", sizes=(16, 32, 64)),
)
any_array = hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))


@given(array=any_array, layout=st.sampled_from(["plain", "transposed", "strided", "reversed", "Fortran"]))
def test_any_memory_order_keeps_its_values(
    tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, layout: str
) -> None:
    if layout == "transposed":
        array = array.T
    elif layout == "strided" and array.ndim:
        array = np.repeat(array, 2, axis=-1)[..., ::2]
    elif layout == "reversed":
        array = array[(slice(None, None, -1),) * array.ndim]
    elif layout == "Fortran":
        array = np.asfortranarray(array).reshape(array.shape)
    path = tmp_path_factory.getbasetemp() / "layout.glass"
    write(path, {"x": array}, {})
    for arrays in (read(path)[0], safetensors.numpy.load_file(path)):
        assert arrays["x"].dtype == array.dtype.newbyteorder("=")
        assert arrays["x"].shape == array.shape
        np.testing.assert_array_equal(arrays["x"], array)


@given(
    settings=st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**64) + 1, 2**64 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        # Any text, halves of surrogate pairs included: a badly encoded file gives such labels.
        | st.text(st.characters()),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ).map(lambda value: {"value": value})
)
def test_settings_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, settings: dict[str, object]) -> None:
    path = write(tmp_path_factory.getbasetemp() / "settings.glass", {}, settings)
    assert repr(read(path)[1]) == repr(settings)  # repr tells 1 from 1.0 and 0.0 from -0.0


def test_numpy_scalars_and_tuples_become_plain(tmp_path: Path) -> None:
    settings = {"a": np.int64(3), "b": np.float32(0.1), "c": np.bool_(True), "d": (1, 2), "e": np.str_("x")}
    path = write(tmp_path / "a.glass", {}, settings)
    assert repr(read(path)[1]) == repr({"a": 3, "b": float(np.float32(0.1)), "c": True, "d": [1, 2], "e": "x"})


def test_the_safetensors_package_reads_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.glass", ARRAYS, SETTINGS)
    with safetensors.safe_open(path, framework="np") as file:
        metadata = file.metadata()
        assert all(same(file.get_tensor(name), ARRAYS[name]) for name in ARRAYS)
        assert set(file.keys()) == set(ARRAYS)
    assert metadata["format"] == "glassnet"
    assert metadata["format_number"] == "1"
    assert set(metadata) == {"format", "format_number", "release", "settings", "checksums"}


def test_checksums_are_of_the_values_as_the_user_sees_them(tmp_path: Path) -> None:
    weights = np.asfortranarray(np.array([[1.0, 2.0], [3.0, 4.0]], np.float32))
    path = write(tmp_path / "a.glass", {"weights": weights}, {})
    with safetensors.safe_open(path, framework="np") as file:
        checksums = file.metadata()["checksums"]
    values = bytes.fromhex("0000803f 00000040 00004040 00008040")  # 1, 2, 3, 4 as IEEE 754, row by row
    assert hashlib.sha256(b"F32 [2, 2] " + values).hexdigest() in checksums
    assert hashlib.sha256(b"{}").hexdigest() in checksums


def test_every_array_begins_at_a_multiple_of_its_size(tmp_path: Path) -> None:
    arrays = {"a": np.ones(3, np.bool_), "b": np.ones(1), "c": np.ones(3, np.float16), "d": np.ones(3, np.float32)}
    content = write(tmp_path / "a.glass", arrays, {}).read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    assert begin % 8 == 0
    assert content[begin:] == b"".join(arrays[name].tobytes() for name in "bdca")


def test_equal_contents_give_equal_files_in_every_process(tmp_path: Path) -> None:
    code = """
import sys, numpy as np
from glassnet.files import write
write(sys.argv[1], {"b": np.ones(3), "a": np.zeros((2, 2), np.int32)}, {"x": 1, "y": {"z": [0.1, "t"]}})
"""
    contents = set()
    for number in range(2):
        path = tmp_path / f"{number}.glass"
        subprocess.run(
            [sys.executable, "-c", code, path], check=True, env={**os.environ, "PYTHONHASHSEED": str(number)}
        )
        contents.add(path.read_bytes())
    assert len(contents) == 1


def test_nothing_in_the_file_tells_where_or_who(tmp_path: Path) -> None:
    content = write(tmp_path / "secret-place.glass", ARRAYS, SETTINGS).read_bytes()
    for word in (b"secret-place", str(tmp_path).encode(), str(Path.home()).encode() + b"/"):
        assert word not in content


def test_saved_over_a_link_the_file_behind_it_changes(tmp_path: Path) -> None:
    target, link = tmp_path / "target.glass", tmp_path / "link.glass"
    write(target, {}, {"version": 1})
    link.symlink_to(target)
    write(link, {}, {"version": 2})
    assert link.is_symlink()
    assert read(target)[1] == {"version": 2}


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX")
def test_permissions_of_the_replaced_file_stay_and_a_new_one_follows_the_umask(tmp_path: Path) -> None:
    path = write(tmp_path / "a.glass", {}, {})
    (tmp_path / "plain").touch()
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode
    path.chmod(0o640)
    write(path, {}, {})
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (math.nan, r"settings\['report'\]\['losses'\]\[1\] is nan"),
        (math.inf, r"settings\['report'\]\['losses'\]\[1\] is inf"),
        (b"x", r"is b'x'; a model file stores text, finite numbers"),
        (2**64, r"integers below 2\^64"),
        ({1, 2}, "is {1, 2}"),
        (Path("a"), "Path"),
        ({1: 2}, r"\[1\] has the key 1; only text can be a key"),
        (np.ones(2), "is array"),
    ],
)
def test_a_setting_that_json_does_not_know_is_named(tmp_path: Path, value: object, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        write(tmp_path / "a.glass", {}, {"report": {"losses": [0.5, value]}})
    assert list(tmp_path.iterdir()) == []


def test_settings_that_hold_themselves_are_refused(tmp_path: Path) -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(SettingError, match=r"settings\['a'\]\[0\].* nested more than 100 deep"):
        write(tmp_path / "a.glass", {}, {"a": endless})


@pytest.mark.parametrize("value", [np.array(["a"]), np.array([None]), np.array([1j]), np.array(["2020"], "M8[s]")])
def test_an_array_of_another_dtype_is_named(tmp_path: Path, value: np.ndarray) -> None:
    with pytest.raises(DTypeError, match=r"the array 'words' has dtype .*; expected bool, integer"):
        write(tmp_path / "a.glass", {"words": value}, {})


@pytest.mark.parametrize("name", ["", "__metadata__", "\ud800", 3])
def test_a_name_that_the_format_cannot_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingError, match="an array cannot be stored under the name"):
        write(tmp_path / "a.glass", {name: np.ones(1)}, {})


def test_settings_too_large_for_the_format_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="at most 100,000,000"):
        write(tmp_path / "a.glass", {}, {"text": "x" * 100_000_000})
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_named_with_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path / "price.glass", {}, {})
    with pytest.raises(ModelFileError, match=r"there is no file .*prise\.glass; did you mean 'price\.glass'\?"):
        read(tmp_path / "prise.glass")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"there is no folder .*nowhere$"):
        read(tmp_path / "nowhere" / "a.glass")
    with pytest.raises(ModelFileError, match=r"could not be saved: there is no folder .*nowhere; create it first"):
        write(tmp_path / "nowhere" / "a.glass", {}, {})


def test_a_folder_is_no_model_file(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="is a folder"):
        read(tmp_path)
    with pytest.raises(ModelFileError, match="could not be saved: it is a folder"):
        write(tmp_path, {}, {})


def test_a_path_with_a_null_byte_is_refused() -> None:
    with pytest.raises(ModelFileError, match="null"):
        read("a\0b")
    with pytest.raises(ModelFileError, match="null"):
        write("a\0b", {}, {})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_a_pipe_is_neither_waited_for_nor_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ModelFileError, match="is a device or a pipe"):
        read(pipe)
    with pytest.raises(ModelFileError, match="is a device or a pipe"):
        write(pipe, {}, {})
    assert pipe.is_fifo()
