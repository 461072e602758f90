"""A grid search by four workers of joblib: what it takes, and on how many threads it computes."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from importlib.util import find_spec
from tempfile import TemporaryDirectory

from glassnet.places import processors
from measures.program import Program
from rows.bound import OURS, Bound
from rows.row import Row

TURNS = 3
WORKERS = 4
PEER = "scikit-learn"


@dataclass(frozen=True)
class Searching:
    """Eight settings and three folds of two hidden layers of 256 units; the median of turns in fresh processes."""

    name: str = "search"

    def rows(self, repeats: int) -> list[Row]:
        """Two rows, or none where scikit-learn is not installed."""
        if not find_spec("sklearn"):
            return []
        with TemporaryDirectory() as folder:
            programs = {
                name: Program("searching.py", (module,), {"GLASSNET_CACHE_DIR": folder, "PYTHONWARNINGS": "ignore"})
                for name, module in ((OURS, "glassnet"), (PEER, "sklearn"))
            }
            turns = [
                {name: [float(word) for word in each.run().printed.split()] for name, each in programs.items()}
                for _ in range(min(repeats, TURNS))
            ]
        seconds, threads = (
            {name: statistics.median(turn[name][i] for turn in turns) for name in turns[0]} for i in (0, 1)
        )
        title = "a grid search of 24 fits by four workers"
        return [
            Row(title, "s", seconds, (Bound(1, (PEER,)),)),
            Row(f"{title}, threads at work", "", threads, (Bound(max(processors(), WORKERS)),)),
        ]
