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


class _BothWays(torch.nn.Module):
    """The last states of a GRU in both directions over packed sequences, and a dense layer."""

    def __init__(self, work: Workload) -> None:
        super().__init__()
        inputs, units, outputs = work.sizes
        self.gru = torch.nn.GRU(inputs, units, batch_first=True, bidirectional=True)
        self.dense = torch.nn.Linear(2 * units, outputs)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        return self.dense(torch.cat(tuple(self.gru(packed)[1]), dim=1))


def forms(work: Workload) -> Mapping[str, Turn]:
    x, y = map(torch.from_numpy, work.data())
    layers: list[torch.nn.Module] = []
    for inputs, outputs in zip(work.sizes, work.sizes[1:], strict=False):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.Tanh() if work.activation == "tanh" else torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    if work.time_steps:
        model = _BothWays(work) if work.ragged else _Recurrent(work)
    lengths = torch.from_numpy(work.lengths()) if work.ragged else None
    loss = torch.nn.CrossEntropyLoss() if work.classes else torch.nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)

    def epoch() -> None:
        for i in range(0, work.rows, work.batch):
            optimizer.zero_grad()
            given = (
                (x[i : i + work.batch],) if lengths is None else (x[i : i + work.batch], lengths[i : i + work.batch])
            )
            loss(model(*given), y[i : i + work.batch]).backward()
            optimizer.step()

    return {"PyTorch": work.turn(epoch)}
