"""Replacing a file so that, whatever happens, the old one or the new one is there, whole."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def replacing(path: Path, *, synced: bool = True) -> Iterator[BinaryIO]:
    """A file to write that takes the place of `path` when the block ends, and vanishes where it raises.

    What is written goes to a hidden file in the same folder, reaches the disk, and is then renamed: a process killed
    at any moment leaves the old content or the new one at `path` (and, at worst, the hidden file beside it). A link is
    followed; the permissions of a file that is replaced stay. Where not `synced` the disk is not waited for: after a
    failure of power the file may then be damaged. Raises OSError.
    """
    target = Path(os.path.realpath(path))
    mode = _mode(target)
    temporary = target.with_name(f".glassnet-{secrets.token_hex(8)}.part")
    try:
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            if synced:
                os.fsync(file.fileno())
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    if synced:
        _sync_folder(target.parent)


def _mode(target: Path) -> int | None:
    """The permissions of the file to be replaced, or None where there is none; devices and folders are refused."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(target))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a device or a pipe, not a file", str(target))
    return stat.S_IMODE(mode)


def _sync_folder(folder: Path) -> None:
    """Has the new name reach the disk too, where the system can; the file itself is already safe."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
