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
def replacing(path: Path, *, synced: bool = True, former: Path | None = None) -> Iterator[BinaryIO]:
    """A file to write that takes the place of `path` when the block ends, and vanishes where it raises.

    What is written goes to a hidden file in the same folder, reaches the disk, and is then renamed: a process killed
    at any moment leaves the old content or the new one at `path` (and, at worst, the hidden file beside it). A link is
    followed; the permissions of a file that is replaced stay. Where not `synced` the disk is not waited for: after a
    failure of power the file may then be damaged. What is replaced stays as the file `former` beside it, where that is
    given, and there is always a whole file under one of the two names; the hidden file then has one name for all
    times, so that processes killed again and again leave one only. Raises OSError.
    """
    target = Path(os.path.realpath(path))
    mode = _mode(target)
    temporary = target.with_name(f".glassnet-{secrets.token_hex(8)}.part" if former is None else f".{target.name}.part")
    try:
        with open(temporary, "xb" if former is None else "wb") as file:
            yield file
            file.flush()
            if synced:
                os.fsync(file.fileno())
        if mode is not None:
            os.chmod(temporary, mode)
            if former is not None:
                _keep_as(target, former)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    if synced:
        _sync_folder(target.parent)


def _keep_as(target: Path, former: Path) -> None:
    """Give the file a second name, the first one too where the disk knows links: then it is never missing."""
    link = former.with_name(f".{former.name}.part")
    with contextlib.suppress(OSError):
        link.unlink()  # of a process that was killed here
    try:
        os.link(target, link)
    except OSError:
        os.replace(target, former)
    else:
        os.replace(link, former)


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
