"""Tasks that peers do in turns: one example at a time, and rows asked about."""

from __future__ import annotations

from dataclasses import dataclass

from measures.turns import in_turns
from rows.bound import Bound
from rows.row import Row
from tasks.answering import ROW, ROWS
from tasks.learning import CALL, STEP
from tasks.task import Task


@dataclass(frozen=True)
class Calls:
    """A call from Python, in the least time that it took each peer."""

    title: str
    task: Task
    peers: tuple[str, ...]
    musts: tuple[Bound, ...]
    aims: tuple[Bound, ...]
    unit: tuple[str, float] = ("us", 1e6)

    @property
    def name(self) -> str:
        """What the command calls it."""
        return self.task.name

    def rows(self, repeats: int) -> list[Row]:
        """One row."""
        taken = in_turns([(module, self.task.name) for module in self.peers], repeats)
        unit, scale = self.unit
        figures = {form: min(seconds) * scale for form, seconds in taken.items()}
        return [Row(self.title, unit, figures, self.musts, self.aims)]


ONE_BY_ONE = (
    Calls(
        "online: network.learn(x, y), a call",
        CALL,
        ("glassnet.learning", "jax.learning", "torch.learning"),
        (Bound(5), Bound(4, ("JAX",)), Bound(50, ("PyTorch",))),
        (Bound(3),),
    ),
    Calls("online: the bound step", STEP, ("glassnet.learning",), (Bound(2),), (Bound(1.5),)),
)
ANSWERS = ("glassnet.answering", "jax.answering", "torch.answering", "onnxruntime.answering")
ANSWERING = (
    Calls(
        "predict: one row of 784-128-10, a call",
        ROW,
        ANSWERS,
        (Bound(2, ("PyTorch",)), Bound(1, ("onnxruntime",))),
        (Bound(3, ("PyTorch",)),),
    ),
    Calls(
        "predict: 100,000 rows of it",
        ROWS,
        ANSWERS,
        (Bound(1.5, ("PyTorch", "onnxruntime")),),
        (Bound(2, ("PyTorch", "onnxruntime")),),
        ("s", 1.0),
    ),
)
