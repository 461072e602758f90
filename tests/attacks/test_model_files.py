"""Model files made to harm: each must be refused in words, at once, and without taking memory."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import struct
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import ModelFileError
from glassnet.files import read, write

SETTINGS = '{"a":1}'
VALUES = np.array([1, 2], np.float32)


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def metadata(**changes: str | None) -> dict[str, str]:
    """The metadata of a good file that holds the array "x", with `changes`; None leaves one out."""
    checksums = {"settings": checksum(SETTINGS.encode()), "arrays": {"x": checksum(b"F32 [2] " + VALUES.tobytes())}}
    good = {
        "format": "glassnet",
        "format_number": "1",
        "release": "0.1.0",
        "settings": SETTINGS,
        "checksums": json.dumps(checksums),
    }
    return {name: text for name, text in {**good, **changes}.items() if text is not None}


def entry(dtype: Any = "F32", shape: Any = (2,), offsets: Any = (0, 8)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


def framed(header: bytes | dict[str, Any], data: bytes = VALUES.tobytes(), length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def holding(data: bytes = VALUES.tobytes(), **entries: Any) -> bytes:
    return framed({"__metadata__": metadata(), **entries}, data)


def changed(**changes: str | None) -> bytes:
    return framed({"__metadata__": metadata(**changes), "x": entry()})


def refusal(path: Path, content: bytes) -> str:
    """What `read` says of a file of this `content`; it may take no more memory than a few copies of it."""
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError) as caught:
            read(path)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000 + 20 * len(content)
    finally:
        tracemalloc.stop()
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < 1_000
    return str(caught.value)


def test_the_good_file_of_these_tests_is_good(tmp_path: Path) -> None:
    path = tmp_path / "good"
    path.write_bytes(holding(x=entry()))
    arrays, settings = read(path)
    assert settings == {"a": 1}
    np.testing.assert_array_equal(arrays["x"], VALUES)


JSON_TEXT = st.sampled_from(["[", "]", "{", "}", '"', ":", ",", "0", "null", " "])

HOSTILE_HEADERS = {
    "length 2^63": (framed(b"{}", length=2**63), r"header should have 9,223,372,036,854,775,808 bytes, but only 10"),
    "length 2^64 - 1": (framed(b"{}", length=2**64 - 1), "but only 10 follow"),
    "length one too many": (framed(b"{}", b"", length=3), "should have 3 bytes, but only 2 follow"),
    "no length": (b"\x10\0\0", "ends before its header begins"),
    "length 0": (framed(b""), "not valid JSON"),
    "an array": (framed(b"[]"), "not a JSON object"),
    "a number": (framed(b"1"), "not a JSON object"),
    "two documents": (framed(b"{} {}"), "not valid JSON"),
    "not UTF-8": (framed(b'{"\xff": 1}'), "not valid JSON"),
    "UTF-16": (framed("{}".encode("utf-16")), "not valid JSON"),
    "NaN": (framed(b'{"x": NaN}'), "NaN is no JSON number"),
    "deep lists": (framed(b"[" * 500_000), "nested too deeply"),
    "deep objects": (framed(b'{"a":' * 500_000), "nested too deeply"),
    "a number of a million digits": (framed(b'{"x": ' + b"9" * 1_000_000 + b"}"), "not valid JSON"),
    "a name twice": (framed(b'{"x": 1, "x": 2}'), "the name 'x' occurs twice"),
    "metadata twice": (framed(b'{"__metadata__": {}, "__metadata__": {}}'), "the name '__metadata__' occurs twice"),
    "metadata no object": (framed({"__metadata__": ["glassnet"]}), "metadata in its header are not texts by name"),
    "metadata no texts": (framed({"__metadata__": {"format": 1}}), "metadata in its header are not texts by name"),
}


@pytest.mark.parametrize("case", HOSTILE_HEADERS)
def test_a_hostile_header_is_refused(tmp_path: Path, case: str) -> None:
    content, words = HOSTILE_HEADERS[case]
    assert words in refusal(tmp_path / "a.glass", content)


def test_a_header_beyond_the_limit_of_the_format_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.glass"
    path.write_bytes(struct.pack("<Q", 200_000_000))
    with open(path, "r+b") as file:
        file.truncate(300_000_000)  # a hole: it takes no space on the disk
    tracemalloc.start()
    with pytest.raises(ModelFileError, match="its header has 200,000,000 bytes, more than the 100,000,000"):
        read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


HOSTILE_ENTRIES = {
    "overlap": (
        holding(x=entry(), y=entry(offsets=(4, 12)), data=bytes(12)),
        "'y' begins at byte 4 of the data, not at 8",
    ),
    "the same bytes twice": (holding(x=entry(), y=entry()), "'y' begins at byte 0 of the data, not at 8"),
    "gap": (
        holding(x=entry(), y=entry(offsets=(12, 20)), data=bytes(20)),
        "'y' begins at byte 12 of the data, not at 8",
    ),
    "gap at the start": (
        holding(x=entry(offsets=(8, 16)), data=bytes(16)),
        "'x' begins at byte 8 of the data, not at 0",
    ),
    "outside": (
        holding(x=entry(shape=(2**40,), offsets=(0, 2**42))),
        "cut off: its arrays take 4,398,046,511,104 bytes",
    ),
    "too short": (holding(x=entry(), data=bytes(7)), "cut off: its arrays take 8 bytes, but only 7 follow"),
    "too long": (holding(x=entry(), data=bytes(9)), "1 bytes at its end belong to no array"),
    "no arrays for the data": (holding(), "8 bytes at its end belong to no array"),
    "backwards": (holding(x=entry(offsets=(8, 0))), "a shape and a number of bytes that disagree"),
    "negative offset": (holding(x=entry(offsets=(-8, 0))), "data_offsets that are not two places"),
    "one offset": (holding(x=entry(offsets=(8,))), "data_offsets that are not two places"),
    "offset as text": (holding(x=entry(offsets=("0", "8"))), "data_offsets that are not two places"),
    "offset as fraction": (holding(x=entry(offsets=(0.0, 8.0))), "data_offsets that are not two places"),
    "offset beyond 2^63": (holding(x=entry(offsets=(0, 2**64))), "data_offsets that are not two places"),
    "overflow to 8 bytes": (holding(x=entry(shape=(2**62, 2**62))), "a shape too large for any memory"),
    "product 2^64 + 2": (holding(x=entry(shape=(2, 3 * 2**61 + 1, 3))), "a shape too large for any memory"),
    "overflow hidden by 0": (holding(x=entry(shape=(2**62, 2**62, 0), offsets=(0, 0))), "too large for any memory"),
    "extent beyond 2^63": (holding(x=entry(shape=(2**63,))), "a shape that no array can have"),
    "negative extents": (holding(x=entry(shape=(-1, -2))), "a shape that no array can have"),
    "extent true": (holding(x=entry(shape=(True, 2))), "a shape that no array can have"),
    "shape a number": (holding(x=entry(shape=2)), "a shape that no array can have"),
    "1,000 axes": (holding(x=entry(shape=(1,) * 999 + (2,))), "a shape that no array can have"),
    "bytes for another shape": (holding(x=entry(shape=(3,))), "a shape and a number of bytes that disagree"),
    "unknown dtype": (holding(x=entry(dtype="OBJECT")), "unknown dtype 'OBJECT'"),
    "dtype a list": (holding(x=entry(dtype=["F32"])), "unknown dtype"),
    "a field missing": (holding(x={"dtype": "F32", "shape": [2]}), "lacks dtype, shape or data_offsets"),
    "a field too many": (holding(x={**entry(), "code": "print(1)"}), "or has more"),
    "entry no object": (holding(x=[1]), "lacks dtype, shape or data_offsets"),
    "a name of a million letters": (holding(**{"x" * 1_000_000: entry(shape=2)}), "xxx...' has a shape"),
}


@pytest.mark.parametrize("case", HOSTILE_ENTRIES)
def test_a_hostile_entry_is_refused(tmp_path: Path, case: str) -> None:
    content, words = HOSTILE_ENTRIES[case]
    assert words in refusal(tmp_path / "a.glass", content)


def test_truth_values_other_than_0_and_1_are_refused(tmp_path: Path) -> None:
    content = holding(x=entry("BOOL", (2,), (0, 2)), data=b"\1\2")
    assert "'x' holds truth values other than 0 and 1" in refusal(tmp_path / "a.glass", content)


HOSTILE_METADATA = {
    "later format": (changed(format_number="2", release="9.1"), "has format 2, written by Glassnet '9.1'; this is"),
    "much later format": (changed(format_number="999999999"), "Upgrade: pip install --upgrade glassnet"),
    "format 0": (changed(format_number="0"), "its format number is '0'"),
    "format of a million digits": (changed(format_number="9" * 1_000_000), "its format number is '999"),
    "format in other digits": (changed(format_number="²"), "its format number is '²'"),
    "no format number": (changed(format_number=None), "its format number is ''"),
    "another program": (changed(format="pt"), "is a safetensors file of another program"),
    "no settings": (changed(settings=None), "its metadata lack the settings"),
    "no checksums": (changed(checksums=None), "its metadata lack the checksums"),
    "other settings": (changed(settings='{"a":2}'), "the checksum of its settings is wrong"),
    "half a character": (changed(settings="\ud800"), "the checksum of its settings is wrong"),
    "checksums no JSON": (changed(checksums="md5"), "its list of checksums is not valid JSON"),
    "checksums deep": (changed(checksums="[" * 100_000), "its list of checksums is nested too deeply"),
    "checksums of no arrays": (
        changed(checksums=json.dumps({"settings": checksum(SETTINGS.encode())})),
        "its list of checksums lacks the arrays",
    ),
    "checksums of other arrays": (
        changed(checksums=json.dumps({"settings": checksum(SETTINGS.encode()), "arrays": {"y": ""}})),
        "its arrays and its checksums disagree about 'x'",
    ),
    "a checksum that is none": (
        changed(checksums=json.dumps({"settings": checksum(SETTINGS.encode()), "arrays": {"x": [1]}})),
        "the checksum of its array 'x' is wrong",
    ),
}


@pytest.mark.parametrize("case", HOSTILE_METADATA)
def test_hostile_metadata_are_refused(tmp_path: Path, case: str) -> None:
    content, words = HOSTILE_METADATA[case]
    assert words in refusal(tmp_path / "a.glass", content)


@pytest.mark.parametrize("text", ["[" * 100_000, "[]", "{", '{"a":1,"a":2}', '{"a":Infinity}'])
def test_hostile_settings_with_a_right_checksum_are_refused(tmp_path: Path, text: str) -> None:
    checksums = json.dumps({"settings": checksum(text.encode()), "arrays": {}})
    content = framed({"__metadata__": metadata(settings=text, checksums=checksums)}, b"")
    assert "is damaged: its settings" in refusal(tmp_path / "a.glass", content)


def npy() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.arange(3))
    return stream.getvalue()


def npz() -> bytes:
    stream = io.BytesIO()
    np.savez(stream, a=np.arange(3))
    return stream.getvalue()


FOREIGN = {
    "CSV": (b"carat,cut,price\n0.23,Ideal,326\n", "is text, perhaps a table"),
    "CSV cut inside a letter": ("ß".encode() * 400, "is text, perhaps a table"),
    "JSON": (json.dumps({"weights": [1, 2, 3]}).encode(), "is text, perhaps a table"),
    "PNG": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1", "is a PNG image"),
    "JPEG": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "is a JPEG image"),
    "pickle": (pickle.dumps({"weights": [1.0]}), "is a Python pickle, which Glassnet never opens"),
    "NumPy": (npy(), "is a NumPy array file"),
    "NumPy's npz": (npz(), "is a zip archive"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(30), "is an HDF5 file"),
    "gzip": (b"\x1f\x8b\x08\0" + zlib.compress(b"x"), "is a gzip archive"),
    "Parquet": (b"PAR1\x15\x04\x15\x10\x15", "is a Parquet table"),
    "noise": (hashlib.sha512(b"noise").digest(), "is damaged or not a model file"),
    "plain safetensors": (safetensors.numpy.save({"a": np.ones(2)}), "is a safetensors file of another program"),
    "PyTorch's": (
        safetensors.numpy.save({"a": np.ones(2)}, {"format": "pt"}),
        "is a safetensors file of another program",
    ),
    "nothing": (b"", "is empty"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_a_foreign_file_is_told_by_its_content_not_its_name(tmp_path: Path, case: str) -> None:
    content, words = FOREIGN[case]
    message = refusal(tmp_path / "model.glass", content)
    assert words in message
    assert "Expected a file that Glassnet saved" in message


class Harmful:
    """A pickle of this would create a file when opened."""

    def __reduce__(self) -> tuple[Any, ...]:
        return open, ("harm", "w")


def test_no_code_in_a_pickle_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "pickle" in refusal(tmp_path / "a.glass", pickle.dumps(Harmful()))
    assert not Path("harm").exists()


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small file as Glassnet writes it."""
    arrays = {"weights": np.arange(3.0), "flags": np.array([True, False, True]), "step": np.array(3)}
    return write(tmp_path_factory.mktemp("saved") / "a.glass", arrays, {"seed": 1, "words": ["ä", "b"]}).read_bytes()


def test_a_file_cut_anywhere_is_refused(tmp_path: Path, saved: bytes) -> None:
    for length in range(len(saved)):
        (tmp_path / "a.glass").write_bytes(saved[:length])
        with pytest.raises(ModelFileError):
            read(tmp_path / "a.glass")


@given(place=st.integers(0, 10**6), byte=st.integers(0, 255))
def test_a_changed_byte_is_refused_or_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, saved: bytes, place: int, byte: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.glass"
    path.write_bytes(saved)
    arrays, settings = read(path)
    content = bytearray(saved)
    content[place % len(saved)] = byte
    path.write_bytes(content)
    try:
        found, others = read(path)
    except ModelFileError:
        return
    assert others == settings
    assert {name: array.tobytes() for name, array in found.items()} == {
        name: array.tobytes() for name, array in arrays.items()
    }


@given(
    content=st.binary(max_size=64) | st.lists(JSON_TEXT, max_size=20).map(lambda parts: framed("".join(parts).encode()))
)
def test_any_bytes_are_refused_in_words(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.glass"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"any\.glass is "):
        read(path)
