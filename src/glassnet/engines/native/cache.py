"""Object code on disk, so that a program is compiled once on a machine.

An entry is a file of its own: a mark, the checksum of the code, the code. One that is damaged or foreign is compiled
again and replaced; a folder that cannot be written is no error. GLASSNET_CACHE_DIR moves the cache; "off" turns it off.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from glassnet.errors import SettingError
from glassnet.files.atomic import replacing
from glassnet.places import cache_folder

MARK: Final = b"glassnet object code 1\n"
LARGEST: Final = 64 * 2**20  # bytes that the folder may hold; the oldest entries go first


@dataclass(frozen=True)
class Cache:
    """The entries in a folder; None where nothing is kept."""

    folder: Path | None

    @classmethod
    def of_user(cls) -> Cache:
        """The cache of this user."""
        if os.environ.get("GLASSNET_CACHE_DIR", "").strip().lower() == "off":
            return cls(None)
        try:
            return cls(cache_folder() / "native")
        except SettingError:
            return cls(None)

    def get(self, key: str) -> bytes | None:
        """The code of an entry, or None where there is none or it is not whole."""
        if self.folder is None:
            return None
        try:
            content = self._path(key).read_bytes()
        except OSError:
            return None
        head = len(MARK) + hashlib.sha256().digest_size
        code = content[head:]
        whole = content[:head] == MARK + hashlib.sha256(code).digest()
        return code if whole else None

    def put(self, key: str, code: bytes) -> None:
        """Keep the code of an entry, if the folder can be written."""
        if self.folder is None:
            return
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(self._path(key)) as file:
                file.write(MARK + hashlib.sha256(code).digest() + code)
            self._trim()

    def _path(self, key: str) -> Path:
        assert self.folder is not None
        return self.folder / f"{key}.o"

    def _trim(self) -> None:
        """Drop the oldest entries where the folder holds too much."""
        assert self.folder is not None
        entries = sorted(((path.stat(), path) for path in self.folder.glob("*.o")), key=lambda each: each[0].st_mtime)
        held = sum(about.st_size for about, _ in entries)
        for about, path in entries:
            if held <= LARGEST:
                return
            path.unlink(missing_ok=True)
            held -= about.st_size
