"""The same in PyTorch."""

from __future__ import annotations

import torch

torch.manual_seed(0)
x = torch.arange(5.0)[:, None]
y = 2 * x
model, loss = torch.nn.Linear(1, 1, bias=False), torch.nn.MSELoss(reduction="sum")
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for _ in range(500):
    optimizer.zero_grad()
    loss(model(x), y).backward()
    optimizer.step()
with torch.inference_mode():
    print(model(x)[:, 0].numpy())
