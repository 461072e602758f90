"""A whole process that learns the line of the walkthrough."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from tempfile import TemporaryDirectory

from measures.program import Ended, Program
from rows.bound import OURS, Bound
from rows.row import Row

PEERS = {OURS: ("glassnet", "line_glassnet.py"), "PyTorch": ("torch", "line_torch.py")}


@dataclass(frozen=True)
class Line:
    """Its time from start to exit and its peak of memory; what Glassnet compiles is cached by a run before."""

    name: str = "line"

    def rows(self, repeats: int) -> list[Row]:
        """Two rows, or one where the system does not tell peaks."""
        runs = _runs(repeats)
        title, beside = "a process that learns y = 2x", ("PyTorch",)
        seconds = {name: min(run.seconds for run in several) for name, several in runs.items()}
        peaks = {name: min(run.peak for run in several) / 1e6 for name, several in runs.items()}
        memory = Row(f"{title}, its peak", "MB", peaks, (Bound(2, beside),))
        return [Row(title, "s", seconds, (Bound(3, beside),)), *([memory] if memory.ours else [])]


def _runs(repeats: int) -> dict[str, list[Ended]]:
    """What each of those that are installed took, in turn."""
    with TemporaryDirectory() as folder:
        programs = {
            name: Program(file, environment={"GLASSNET_CACHE_DIR": folder})
            for name, (package, file) in PEERS.items()
            if find_spec(package)
        }
        for program in programs.values():
            program.run()
        turns = [{name: program.run() for name, program in programs.items()} for _ in range(repeats)]
    return {name: [turn[name] for turn in turns] for name in programs}
