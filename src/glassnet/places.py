"""What the environment says: where files may lie, how much to talk, how many threads to use.

Each question is a function that looks when it is asked and changes nothing: no folder is made, nothing is remembered.
An argument counts before a variable, and a variable before the default. The variables (GLASSNET_CACHE_DIR,
GLASSNET_VERBOSE, GLASSNET_THREADS, and others' OMP_NUM_THREADS and XDG_CACHE_HOME) set places and talk, never a result;
an empty one counts as not set. GLASSNET_CACHE_DIR=off keeps nothing on disk. GLASSNET_CPU is the one that may change
the last bits of a result: code for a lesser processor sums in shorter vectors.
"""

from __future__ import annotations

import itertools
import math
import operator
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import SupportsIndex

from glassnet.errors import SettingError

ENVIRONMENT: Mapping[str, str] = os.environ
MOST_THREADS = 4096
LOUDEST = 2
TRUTH = {"true": 1, "yes": 1, "on": 1, "false": 0, "no": 0, "off": 0}


def cache_folder(environment: Mapping[str, str] = ENVIRONMENT, platform: str = sys.platform) -> Path | None:
    """The folder for what can be computed again, which need not exist; None where nothing is to be kept.

    GLASSNET_CACHE_DIR, else "glassnet" in the user's cache folder: XDG_CACHE_HOME or ~/.cache, on macOS
    ~/Library/Caches, on Windows LOCALAPPDATA. Nothing is kept where the variable is "off", or where it is not set and
    this user has no home folder. Raises SettingError where the variable names a file or an unknown home.
    """
    chosen = environment.get("GLASSNET_CACHE_DIR", "").strip()
    if chosen.lower() == "off":
        return None
    if chosen:
        folder = _expanded(chosen).absolute()
        if folder.exists() and not folder.is_dir():
            raise SettingError(f"GLASSNET_CACHE_DIR={chosen} is a file; expected a folder, or a name that is free")
        return folder
    try:
        return _users_cache(environment, platform) / "glassnet"
    except RuntimeError:  # no home folder
        return None


def verbosity(argument: int | None = None, environment: Mapping[str, str] = ENVIRONMENT) -> int | None:
    """How much to talk: 0 nothing, 1 progress and a last line, 2 a line an epoch; None where nobody has said.

    `argument`, else GLASSNET_VERBOSE; True and False count as 1 and 0. Raises SettingError for anything else.
    """
    if argument is not None:
        return _whole(argument, f"verbose={argument!r}", 0, LOUDEST)
    text = environment.get("GLASSNET_VERBOSE", "").strip()
    if not text:
        return None
    return _whole(TRUTH.get(text.lower(), _number(text)), f"GLASSNET_VERBOSE={text}", 0, LOUDEST)


def threads(argument: int | None = None, environment: Mapping[str, str] = ENVIRONMENT) -> int:
    """The number of threads to compute with.

    `argument`, else `threads_given`, else `processors`. Raises SettingError, naming which, for what is no whole number
    from 1 to 4096.
    """
    if argument is not None:
        return _whole(argument, f"threads={argument!r}", 1, MOST_THREADS)
    given = threads_given(environment)
    return processors() if given is None else given


def threads_given(environment: Mapping[str, str] = ENVIRONMENT) -> int | None:
    """The number of threads that the environment says, None where it says none.

    GLASSNET_THREADS, else OMP_NUM_THREADS (its first number; joblib sets it in its workers). Raises SettingError,
    naming which, for what is no whole number from 1 to 4096.
    """
    for variable in ("GLASSNET_THREADS", "OMP_NUM_THREADS"):
        text = environment.get(variable, "").strip()
        if text:
            first = text.split(",")[0] if variable == "OMP_NUM_THREADS" else text
            return _whole(_number(first.strip()), f"{variable}={text}", 1, MOST_THREADS)
    return None


def lesser_processor(environment: Mapping[str, str] = ENVIRONMENT) -> str | None:
    """The processor that code is to be made for, GLASSNET_CPU; None where nobody has said, for this machine's own."""
    return environment.get("GLASSNET_CPU", "").strip() or None


def processors(root: Path = Path("/")) -> int:
    """How many processors this process may use: the machine's, its affinity and its container's share considered.

    A share of 1.5 processors counts as 2. `root` is where /proc and /sys lie.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    count = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    return max(1, min([count, *(math.ceil(share) for share in _shares(root))]))


def _users_cache(environment: Mapping[str, str], platform: str) -> Path:
    """Where programs of this user keep their caches, by the custom of the system."""
    if platform == "win32":
        local = environment.get("LOCALAPPDATA", "")
        return Path(local) if local else Path.home() / "AppData" / "Local"
    if platform == "darwin":
        return Path.home() / "Library" / "Caches"
    chosen = environment.get("XDG_CACHE_HOME", "")
    # The XDG rules say to pass over a relative path.
    return Path(chosen) if os.path.isabs(chosen) else Path.home() / ".cache"


def _expanded(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise SettingError(
            f"the folder {text} cannot be found, since this user has no home folder; set GLASSNET_CACHE_DIR"
        ) from None


def _whole(value: SupportsIndex | None, what: str, least: int, most: int) -> int:
    """`value` as a whole number from `least` to `most`; raises SettingError that begins with `what`."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = least - 1
    if not least <= number <= most:
        raise SettingError(f"{what}: expected a whole number from {least} to {most}")
    return number


def _number(text: str) -> int | None:
    """The whole number that a variable holds, or None where it holds something else."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else None


def _shares(root: Path) -> Iterator[float]:
    """The limits that control groups set on this process, in processors; those of the groups above it count too."""
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, group = [*line.split(":", 2), "", ""][:3]
        if not controllers:  # version 2: one tree, both numbers in one file
            for folder in _upwards(root / "sys/fs/cgroup", group):
                yield from _share(_read(folder / "cpu.max").split())
        elif "cpu" in controllers.split(","):
            for folder in _upwards(root / "sys/fs/cgroup/cpu", group):
                yield from _share([_read(folder / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period")])


def _share(limit: Sequence[str]) -> Iterator[float]:
    """The processors that [microseconds of computing, in a period of so many] come to, if there is a limit."""
    quota, period = (_number(text) for text in limit) if len(limit) == 2 else (None, None)
    if quota is not None and period:
        yield quota / period


def _upwards(top: Path, group: str) -> Iterator[Path]:
    """The folder of a control group and those above it, up to `top`."""
    folder = top / group.strip("/")
    yield folder
    yield from itertools.takewhile(lambda above: above != top.parent, folder.parents)


def _read(path: Path) -> str:
    """The text of a small file, empty where there is none to read."""
    try:
        return path.read_text()
    except (OSError, ValueError):
        return ""
