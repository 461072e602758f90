"""A grid search by four workers of joblib: prints on how many threads each of these computed, and this process before.

Threads are counted where they are: the crew of the native engine where one has been hired, else the one that fits. This
process was asked for three, so that the first number is 3; the others are those of the workers.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.model_selection import GridSearchCV

import glassnet as gn

X = np.random.default_rng(0).normal(size=(2000, 20))
Y = X[:, 0] > 0
MODEL = gn.NetworkClassifier((64,), tol=1, n_iter_no_change=9)


def computing() -> int:
    """The threads of this process that compute."""
    return max(1, sum(each.name.startswith("glassnet-") for each in threading.enumerate()))


def noted(folder: Path, estimator: gn.NetworkClassifier, x: np.ndarray, y: np.ndarray) -> float:
    """The score of what was just fitted, by a process that leaves the number of its threads in the folder."""
    (folder / str(os.getpid())).write_text(str(computing()))
    return float(estimator.score(x, y))


def main() -> None:
    """Fit, search, and print."""
    gn.NetworkClassifier(**{**MODEL.get_params(), "n_jobs": 3}).fit(X, Y)
    with TemporaryDirectory() as name:
        folder = Path(name)
        grid = {"batch_size": [400, 600, 800, 1000]}
        search = GridSearchCV(MODEL, grid, cv=2, n_jobs=4, scoring=lambda *given: noted(folder, *given), refit=False)
        search.fit(X, Y)
        print(computing(), *(each.read_text() for each in folder.iterdir()))


if __name__ == "__main__":
    sys.exit(main())
