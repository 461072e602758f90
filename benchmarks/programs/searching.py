"""Prints the seconds of a grid search by four workers, and how many of their threads were at work at once.

The argument is glassnet or sklearn. A thread is at work where the system says that it runs, or would if there were a
core for it; of all looks, one every 5 ms, nine of ten found no more than that number. Linux alone tells.
"""

from __future__ import annotations

import sys
import threading
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

PROC, RUNNING = Path("/proc"), "R"
PAUSE = 0.005  # seconds between two looks


def main() -> None:
    """Search once so that all workers are there and all is compiled, and once again."""
    x = np.random.default_rng(0).standard_normal((4000, 50))
    grid = {"batch_size": [256, 300, 350, 400], "activation": ["relu", "tanh"]}
    search = GridSearchCV(_model(sys.argv[1]), grid, cv=3, n_jobs=4, refit=False)
    _searched(search, x)
    looks: list[int] = []
    done = threading.Event()
    watch = threading.Thread(target=_look, args=(looks, done))
    watch.start()
    seconds = _searched(search, x)
    done.set()
    watch.join()
    print(seconds, np.quantile(looks or [0], 0.9, method="lower"))


def _model(which: str) -> Any:
    settings: dict[str, Any] = {"hidden_layer_sizes": (256, 256), "max_iter": 5, "random_state": 0}
    if which == "sklearn":
        from sklearn.neural_network import MLPClassifier

        return MLPClassifier(**settings)
    import glassnet as gn

    return gn.NetworkClassifier(**settings)


def _searched(search: GridSearchCV, x: np.ndarray) -> float:
    began = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        search.fit(x, x[:, 0] > 0)
    return time.perf_counter() - began


def _look(looks: list[int], done: threading.Event) -> None:
    """Count the threads at work until it is done."""
    children = [Path(each) for each in _children()]
    while not done.wait(PAUSE) and children:
        looks.append(sum(_state(task) == RUNNING for child in children for task in _tasks(child)))


def _children() -> list[str]:
    tasks = PROC / "self" / "task"
    return [f"/proc/{pid}" for each in tasks.glob("*/children") for pid in each.read_text().split()]


def _tasks(process: Path) -> list[Path]:
    try:
        return list((process / "task").iterdir())
    except OSError:  # it has ended
        return []


def _state(task: Path) -> str:
    try:
        return (task / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)
    main()
