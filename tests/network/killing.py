"""A run of learning that is killed at random moments and resumed in new processes, until it ends.

    python killing.py ENGINE KILLS FOLDER SEED

prints a line of JSON: how many processes were killed, and digests of all bits of the resumed and of the uninterrupted
networks. Each process of a run is a fork of this one, which has imported everything and learnt nothing, so that a
hundred take seconds.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

import glassnet as gn
from glassnet.files import read
from glassnet.files.generations import before

EPOCHS = 25


class Falling(gn.Callback):
    """Changes the rate and the batch in the middle of the run."""

    told: int | None = None  # the pipe that hears when learning begins

    def on_begin(self, moment):
        if self.told is not None:
            os.close(self.told)

    def on_epoch_end(self, moment):
        if moment.epochs == 7:
            moment.run.rate_scale *= 0.5
        if moment.epochs == 14:
            moment.run.batch_size = 9


def data() -> tuple[np.ndarray, np.ndarray]:
    x = np.sin(np.arange(400.0).reshape(100, 4) ** 1.5)
    return x, (x * [1, -2, 0.5, 0]).sum(axis=1) + np.sin(3 * x[:, 0])


def network(engine: str) -> gn.Network:
    layers = [gn.Dense(6, "tanh"), gn.BatchNorm(), gn.Dropout(0.2), gn.Dense(1)]
    adam = gn.Adam(gn.Cosine(0.02, EPOCHS * 13))
    return gn.Network(layers, loss="squared", optimizer=adam, engine=engine, seed=5)


def learn(network: gn.Network, path: Path | None) -> None:
    """Begin the run or go on with it."""
    checkpoint = None if path is None else gn.Checkpoint(path, steps=7, seconds=0.01)
    until = gn.Plateau(20) | gn.Epochs(EPOCHS)
    network.learn(
        *data(), batch_size=7, until=until, validation=0.15, callbacks=[Falling()], checkpoint=checkpoint, verbose=0
    )


def bits(network: gn.Network, folder: Path) -> dict[str, str]:
    """Digests of the state and of the curves, bit for bit; and all of the report but the time."""
    arrays, settings = read(network.save(folder / "bits.glass"))
    report = {name: value for name, value in settings["report"].items() if name != "seconds"}
    digest = {name: hashlib.sha256(array.tobytes()).hexdigest()[:16] for name, array in arrays.items()}
    return {**digest, "report": json.dumps(report), "epochs": settings["epochs"]}


def forked(action: Callable[[], None], delay: float | None = None) -> bool:
    """Run in a new process, killed so many seconds after its learning began; whether it came to its end."""
    began, told = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            Falling.told = told
            action()
            code = 0
        finally:
            os._exit(code)
    os.close(told)
    os.read(began, 1)
    os.close(began)
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    assert status in (0, signal.SIGKILL), status
    return status == 0


def on_from(engine: str, path: Path) -> None:
    """Begin the run where there is no checkpoint, else go on with it, unless it was killed when it had ended."""
    if path.exists() and "run" not in read(path)[1]:
        os.close(Falling.told or 0)
    else:
        begun = path.exists() or before(path).exists()  # killed between two renames, it leaves the older one alone
        learn(gn.Network.resume(path, engine=engine) if begun else network(engine), path)


def main(engine: str, wanted: int, folder: Path, seed: int) -> None:
    alone, path, chance = folder / "alone.json", folder / "run.glass", random.Random(seed)

    def uninterrupted() -> None:
        mine = network(engine)
        began = time.perf_counter()
        learn(mine, path)
        alone.write_text(json.dumps([bits(mine, folder), time.perf_counter() - began]))
        path.unlink()

    forked(uninterrupted)
    expected, length = json.loads(alone.read_text())
    kills, found = 0, []
    while kills < wanted:
        while not forked(partial(on_from, engine, path), chance.uniform(0, length / 4) if kills < wanted else None):
            kills += 1
        found.append(bits(gn.load(path, engine=engine), folder))
        path.unlink()
    print(json.dumps({"kills": kills, "alone": expected, "resumed": found}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
