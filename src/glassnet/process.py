"""What the process holds of memory, as the system tells it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final, NamedTuple

STATUS: Final = Path("/proc/self/status")


class Memory(NamedTuple):
    """The bytes of memory that the process holds now, and the most that it has held."""

    now: int
    most: int


def memory(status: Path = STATUS) -> Memory | None:
    """What the process holds; None where the system does not say. Beside Linux only the most is known, for both."""
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        now, most = (int(lines[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
        return Memory(now, max(now, most))
    if sys.platform == "win32":
        return None
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Memory(most, most)
