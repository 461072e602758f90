"""Eager, on one thread, from rows as NumPy makes them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from tasks.learning import SIZES, Stream
from tasks.task import Turn


def forms(stream: Stream) -> Mapping[str, Turn]:
    torch.set_num_threads(1)
    inputs, units, outputs = SIZES
    model = torch.nn.Sequential(torch.nn.Linear(inputs, units), torch.nn.Tanh(), torch.nn.Linear(units, outputs))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)

    def learn(x: np.ndarray, y: float) -> None:
        optimizer.zero_grad()
        ((model(torch.from_numpy(x).float()) - y) ** 2).sum().backward()
        optimizer.step()

    return {"PyTorch": stream.turn(learn)}
