"""A table fitted by an estimator, from rows as they come to one that has learnt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Fitting:
    """So many rows of numbers of two classes, a hidden layer of 100 units with ReLU, Adam, batches of 200."""

    name: str = "fit"
    rows: int = 20_000
    columns: int = 20
    epochs: int = 20
    tries: int = 1

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows and labels drawn by a fixed seed; the columns are scaled beforehand."""
        random = np.random.default_rng(0)
        x = random.standard_normal((self.rows, self.columns))
        hidden = np.tanh(x @ random.standard_normal((self.columns, 8)))
        return x, np.where(hidden @ random.standard_normal(8) > 0, "yes", "no")

    @property
    def settings(self) -> dict[str, object]:
        """What both estimators are given: no run ends before its last epoch."""
        return {
            "hidden_layer_sizes": (100,), "batch_size": 200, "max_iter": self.epochs, "tol": 0.0,
            "n_iter_no_change": self.epochs + 1, "random_state": 0,
        }  # fmt: skip


FIT = Fitting()
