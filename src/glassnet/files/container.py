"""The model file: arrays by name and settings as JSON, in one safetensors file.

Its metadata hold five texts: ``format`` ("glassnet"), ``format_number``, ``release``, ``settings`` (one JSON document)
and ``checksums`` (JSON: the SHA-256 of the settings, and of each array's dtype, shape and values). A reader of another
project sees an ordinary safetensors file. Nothing in it names a path, a user or a class to import, and nothing is run.
"""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
import re
import stat
from collections.abc import Mapping
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.errors import DTypeError, ModelFileError, SettingError, nearest
from glassnet.files import foreign
from glassnet.files.atomic import replacing
from glassnet.files.header import (
    CODES,
    LARGEST_HEADER,
    LENGTH,
    METADATA,
    DamageError,
    Place,
    decode,
    encode,
    parse,
    places,
    short,
)

FORMAT = "glassnet"
FORMAT_NUMBER = 1
DEEPEST = 100
EXPECTED = "Expected a file that Glassnet saved."
AGAIN = "Copy it again from where it came, or save the network again."

Arrays = dict[str, npt.NDArray[Any]]
AnyPath = str | os.PathLike[str]


def write(
    path: AnyPath, arrays: Mapping[str, npt.ArrayLike], settings: Mapping[str, Any], *, former: Path | None = None
) -> Path:
    """Saves `arrays` and `settings` as the file `path`, replacing one that is there in a single step.

    `arrays`: bool, integer or float arrays by name, of any shape and memory order. `settings`: text, numbers, None,
    lists and mappings by text; tuples come back as lists, a float comes back to the last bit. Equal contents give
    equal files. Returns the path.

    Raises DTypeError or SettingError where something cannot be stored, and ModelFileError where the file cannot be
    written; then whatever was at `path` is as it was.
    """
    shown = _path(path)
    stored = {name: _storable(name, array) for name, array in arrays.items()}
    document = _document(settings)
    checksums = {"settings": _text_checksum(document), "arrays": {name: checksum(a) for name, a in stored.items()}}
    metadata = {
        "format": FORMAT,
        "format_number": str(FORMAT_NUMBER),
        "release": release(),
        "settings": document,
        "checksums": json.dumps(checksums),
    }
    aligned = dict(sorted(stored.items(), key=lambda item: (-item[1].itemsize, item[0])))
    head = encode(aligned, metadata)
    if len(head) - LENGTH.size > LARGEST_HEADER:
        raise SettingError(f"the settings take {len(head):,} bytes; a model file holds at most {LARGEST_HEADER:,}")
    try:
        with replacing(shown, former=former) as file:
            file.write(head)
            for array in aligned.values():
                file.write(_raw(array))
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte
        raise ModelFileError(f"{shown} could not be saved: {_remedy(error, shown)}") from error
    return shown


def read(path: AnyPath) -> tuple[Arrays, dict[str, Any]]:
    """The arrays and the settings that `write` saved as the file `path`, whatever the file is called.

    Raises ModelFileError where there is no such file, where it is damaged or of another kind, and where a later
    release wrote it. Memory is taken only for what the file really holds.
    """
    shown = _path(path)
    try:
        _require_file(shown)
        with open(shown, "rb") as file:
            return _contents(file, shown)
    except ModelFileError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte
        raise ModelFileError(f"{shown} could not be read: {_reason(error)}") from error


def _path(given: AnyPath) -> Path:
    """The path given; raises SettingError for what is none."""
    try:
        return Path(os.fsdecode(given))
    except TypeError:
        raise SettingError(f"path={given!r}: expected the path of a model file, such as 'price.glass'") from None


def release() -> str:
    """The release of Glassnet that runs, as it is written into a file."""
    from importlib import metadata  # slow to import, and needed only here

    try:
        return metadata.version("glassnet")
    except metadata.PackageNotFoundError:  # run from a copy of the source that was never installed
        return "unknown"


def _contents(file: BufferedReader, shown: Path) -> tuple[Arrays, dict[str, Any]]:
    """What the open `file` holds, everything in it checked."""
    size = os.fstat(file.fileno()).st_size
    if size == 0:
        raise ModelFileError(f"{shown} is empty. {EXPECTED}")
    try:
        metadata, entries = decode(file, size)
    except DamageError as error:
        file.seek(0)
        kind = foreign.kind(file.read(512))
        if kind is not None:
            raise ModelFileError(f"{shown} is {kind}, not a model file. {EXPECTED}") from None
        raise ModelFileError(f"{shown} is damaged or not a model file: {error}. {EXPECTED} {AGAIN}") from None
    _require_ours(metadata, shown)
    try:
        settings, checksums = _settings(metadata)
        arrays = {place.name: _array(file, place) for place in places(entries, size - file.tell())}
        return _checked(arrays, checksums), settings
    except DamageError as error:
        raise ModelFileError(f"{shown} is damaged: {error}. {AGAIN}") from None


def _require_file(shown: Path) -> None:
    """Raises ModelFileError unless `shown` is a file; a pipe would be waited for without end."""
    try:
        mode = shown.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        folder = shown.parent
        if not folder.is_dir():
            raise ModelFileError(f"{shown} cannot be opened: there is no folder {folder}") from None
        alike = nearest(shown.name, sorted(os.listdir(folder)))
        raise ModelFileError(f"there is no file {shown}{alike}") from None
    if stat.S_ISDIR(mode):
        raise ModelFileError(f"{shown} is a folder. {EXPECTED}")
    if not stat.S_ISREG(mode):
        raise ModelFileError(f"{shown} is a device or a pipe. {EXPECTED}")


def _require_ours(metadata: Mapping[str, str], shown: Path) -> None:
    """Raises ModelFileError unless this release wrote such files or an earlier one did."""
    if metadata.get("format") != FORMAT:
        raise ModelFileError(f"{shown} is a safetensors file of another program, not a model file. {EXPECTED}")
    number = metadata.get("format_number", "")
    if not re.fullmatch("[1-9][0-9]{0,8}", number):
        raise ModelFileError(f"{shown} is damaged: its format number is {short(number)}. {AGAIN}")
    if int(number) > FORMAT_NUMBER:
        raise ModelFileError(
            f"{shown} has format {number}, written by Glassnet {short(metadata.get('release', 'unknown'))}; this is "
            f"Glassnet {release()}, which reads formats up to {FORMAT_NUMBER}. Upgrade: pip install --upgrade glassnet"
        )


def _settings(metadata: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings, compared with their checksum, and the checksums of the arrays."""
    for key in ("settings", "checksums"):
        if key not in metadata:
            raise DamageError(f"its metadata lack the {key}")
    checksums = parse(metadata["checksums"], "list of checksums")
    if _text_checksum(metadata["settings"]) != checksums.get("settings"):
        raise DamageError("the checksum of its settings is wrong")
    arrays = checksums.get("arrays")
    if not isinstance(arrays, dict):
        raise DamageError("its list of checksums lacks the arrays")
    return parse(metadata["settings"], "settings"), arrays


def _array(file: BufferedReader, place: Place) -> npt.NDArray[Any]:
    """The next array of the data part, which `place` describes."""
    array: npt.NDArray[Any] = np.empty(place.shape, place.dtype)
    if file.readinto(_raw(array)) != array.nbytes:
        raise DamageError("it became shorter while it was read")
    if array.dtype == np.bool_ and array.view(np.uint8).max(initial=0) > 1:
        raise DamageError(f"its array {short(place.name)} holds truth values other than 0 and 1")
    return array


def _checked(arrays: Arrays, checksums: Mapping[str, Any]) -> Arrays:
    """`arrays` in the order in which they were saved, each compared with its checksum."""
    if arrays.keys() != checksums.keys():
        name = min(arrays.keys() ^ checksums.keys())
        raise DamageError(f"its arrays and its checksums disagree about {short(name)}")
    for name, array in arrays.items():
        if checksum(array) != checksums[name]:
            raise DamageError(f"the checksum of its array {short(name)} is wrong")
    return {name: arrays[name] for name in checksums}


def _storable(name: str, value: npt.ArrayLike) -> npt.NDArray[Any]:
    """`value` as a little-endian array in C order, of the same shape and values."""
    if not isinstance(name, str) or name in ("", METADATA) or any("\ud800" <= sign <= "\udfff" for sign in name):
        raise SettingError(f"an array cannot be stored under the name {name!r}")
    array = np.asarray(value)
    dtype = array.dtype.newbyteorder("<")
    if dtype not in CODES:
        raise DTypeError(f"the array {name!r} has dtype {array.dtype}; expected bool, integer, float16, 32 or 64")
    return np.asarray(array, dtype=dtype, order="C")


def _document(settings: Mapping[str, Any]) -> str:
    """`settings` as one JSON document in ASCII, the same for the same settings."""
    return json.dumps(_plain(settings, "settings", DEEPEST), separators=(",", ":"), allow_nan=False)


def _plain(value: Any, place: str, depth: int) -> Any:
    """`value` as JSON knows it; raises SettingError naming the place of what JSON does not know."""
    if depth == 0:
        raise SettingError(f"{place[:80]}... is nested more than {DEEPEST} deep and cannot be stored")
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int) and abs(value) < 2**64:
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise SettingError(f"{place} has the key {key!r}; only text can be a key in a model file")
        return {str(key): _plain(item, f"{place}[{key!r}]", depth - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{place}[{index}]", depth - 1) for index, item in enumerate(value)]
    raise SettingError(
        f"{place} is {value!r:.80}; a model file stores text, finite numbers, integers below 2^64, None, lists and "
        "mappings by text"
    )


def checksum(array: npt.NDArray[Any]) -> str:
    """SHA-256 of an array's dtype, shape and values: any of them changed is seen."""
    digest = hashlib.sha256(f"{CODES[array.dtype]} {list(array.shape)} ".encode())
    digest.update(_raw(array))
    return digest.hexdigest()


def _text_checksum(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _raw(array: npt.NDArray[Any]) -> memoryview:
    """The bytes of an array in C order, not copied."""
    return array.reshape(-1).view(np.uint8).data


def _reason(error: Exception) -> str:
    """What the operating system says of `error`, without numbers."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _remedy(error: Exception, shown: Path) -> str:
    """Why a file was not written, in words, and what to do about it."""
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENOENT, errno.ENOTDIR) and not shown.parent.is_dir():
        return f"there is no folder {shown.parent}; create it first"
    advice = {
        errno.ENOSPC: "; free some space, or save elsewhere",
        errno.EFBIG: "; raise the limit of file sizes, or save elsewhere",
        errno.EDQUOT: "; free some space, or save elsewhere",
        errno.EACCES: f"; allow writing in {shown.parent}, or save elsewhere",
        errno.EPERM: f"; allow writing in {shown.parent}, or save elsewhere",
        errno.EROFS: "; save elsewhere",
    }
    return _reason(error) + advice.get(code or 0, "")
