"""Two generations of a file: the newest, and the one before it for the case that the newest is damaged."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt

from glassnet.errors import ModelFileError
from glassnet.files.container import AnyPath, Arrays, read, write

BEFORE = ".before"  # what the name of the older generation ends in


def before(path: AnyPath) -> Path:
    """The name of the older generation of a file."""
    name = Path(os.path.realpath(os.fsdecode(path)))
    return name.with_name(name.name + BEFORE)


def write_newest(path: AnyPath, arrays: Mapping[str, npt.ArrayLike], settings: Mapping[str, Any]) -> None:
    """Save as `write` does; what was the newest becomes the older generation, in the place of the one that was."""
    write(path, arrays, settings, former=before(path))


def read_newest(path: AnyPath) -> tuple[Arrays, dict[str, Any], str]:
    """What the newest whole generation holds, and what is wrong with one that is newer, empty where nothing is.

    Raises ModelFileError where neither can be read.
    """
    try:
        return *read(path), ""
    except ModelFileError as error:
        with contextlib.suppress(ModelFileError):
            return *read(before(path)), str(error)
        raise


def forget(path: AnyPath) -> None:
    """Remove the older generation, where there is one."""
    with contextlib.suppress(OSError):
        before(path).unlink()
