"""Eager, a step at a time."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from tasks.task import Turn
from tasks.training import Workload


class _Recurrent(torch.nn.Module):
    """The last state of an LSTM, and a dense layer."""

    def __init__(self, work: Workload) -> None:
        super().__init__()
        inputs, units, outputs = work.sizes
        self.lstm, self.dense = torch.nn.LSTM(inputs, units, batch_first=True), torch.nn.Linear(units, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.dense(self.lstm(x)[0][:, -1])


def forms(work: Workload) -> Mapping[str, Turn]:
    x, y = map(torch.from_numpy, work.data())
    layers: list[torch.nn.Module] = []
    for inputs, outputs in zip(work.sizes, work.sizes[1:], strict=False):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.Tanh() if work.activation == "tanh" else torch.nn.ReLU()]
    model = _Recurrent(work) if work.time_steps else torch.nn.Sequential(*layers[:-1])
    loss = torch.nn.CrossEntropyLoss() if work.classes else torch.nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)

    def epoch() -> None:
        for i in range(0, work.rows, work.batch):
            optimizer.zero_grad()
            loss(model(x[i : i + work.batch]), y[i : i + work.batch]).backward()
            optimizer.step()

    return {"PyTorch": work.turn(epoch)}
