"""The whole of `learn`, with checkpoints and without."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import glassnet as gn
from tasks.keeping import Kept
from tasks.task import Turn


def forms(kept: Kept) -> Mapping[str, Turn]:
    runs: dict[str, Callable[[Path], gn.Checkpoint | None]] = {
        "Glassnet": lambda folder: gn.Checkpoint(folder / "big.glass"),
        "without": lambda folder: None,
    }
    return {name: Turn(partial(_learn, kept, checkpoint), kept.epochs) for name, checkpoint in runs.items()}


def _learn(kept: Kept, checkpoint: Callable[[Path], gn.Checkpoint | None]) -> None:
    work, (x, y) = kept.work, kept.work.data()
    layers = [*(gn.Dense(size, work.activation) for size in work.sizes[1:-1]), gn.Dense(work.sizes[-1])]
    network = gn.Network(layers, loss="softmax log loss", optimizer=work.optimizer, seed=0)
    with TemporaryDirectory() as folder:
        keeping = checkpoint(Path(folder))
        network.learn(x, y, batch_size=work.batch, epochs=kept.epochs, checkpoint=keeping, verbose=0)
