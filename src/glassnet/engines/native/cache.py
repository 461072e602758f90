"""Compiled code on disk, so that a program is compiled once on a machine.

An entry is a file of its own: a mark, the length of its content, a checksum of key and content, the content. One that
is damaged, or that somebody else may have written, is compiled again and replaced; a folder that cannot be written is
no error. Where the folder lies, and whether there is one, is said by `places.cache_folder`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from glassnet.files.atomic import replacing
from glassnet.places import cache_folder

MARK: Final = b"glassnet object code 2\n"
LARGEST: Final = 64 * 2**20  # bytes that the folder may hold; what was not used for longest goes first
LOOKS: Final = "0"  # the first digit of the keys that have the folder looked through: one in sixteen
ABANDONED: Final = 3600.0  # seconds after which a file that was never finished counts as left by a process that died


@dataclass(frozen=True)
class Cache:
    """The entries in a folder, None where nothing is kept; together they hold about `largest` bytes at most."""

    folder: Path | None
    largest: int = LARGEST

    @classmethod
    def of_user(cls) -> Cache:
        """The cache of this user; raises SettingError where GLASSNET_CACHE_DIR names no folder."""
        folder = cache_folder()
        return cls(None if folder is None else folder / "native")

    def get(self, key: str) -> bytes | None:
        """The code of an entry, or None where there is none, or none that is whole and this user's."""
        if self.folder is None:
            return None
        path = self.folder / f"{key}.o"
        try:
            with open(path, "rb") as file:
                if not _trusted(os.fstat(file.fileno())):
                    return None
                content = file.read()
        except OSError:
            return None
        code = content[len(_head(key, b"")) :]
        if content != _head(key, code) + code:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # it was used
        return code

    def put(self, key: str, code: bytes) -> None:
        """Keep the code of an entry, if the folder can be written."""
        if self.folder is None:
            return
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self.folder / f"{key}.o"
            with replacing(path, synced=False) as file:
                file.write(_head(key, code) + code)
            if key.startswith(LOOKS):
                self._trim(path)

    def _trim(self, newest: Path) -> None:
        """Drop what was never finished, and the entries not used for longest where the folder holds too much."""
        assert self.folder is not None
        with os.scandir(self.folder) as found:
            files = [(Path(each.path), each.stat()) for each in found if each.is_file(follow_symlinks=False)]
        entries = [(about, path) for path, about in files if path.suffix == ".o" and path.name != newest.name]
        held = sum(about.st_size for _, about in files)
        for about, path in sorted(entries, key=lambda entry: entry[0].st_mtime_ns):
            if held <= self.largest:
                break
            path.unlink(missing_ok=True)
            held -= about.st_size
        for path, about in files:
            if path.suffix == ".part" and time.time() - about.st_mtime > ABANDONED:
                path.unlink(missing_ok=True)


def _head(key: str, code: bytes) -> bytes:
    """What stands before the code of an entry."""
    return MARK + len(code).to_bytes(8, "little") + hashlib.sha256(key.encode() + b"\0" + code).digest()


def _trusted(about: os.stat_result) -> bool:
    """Whether only this user, or the system, can have written a file: code is run as it stands there."""
    if os.name != "posix":
        return True
    return about.st_uid in (0, os.geteuid()) and not about.st_mode & stat.S_IWOTH
