"""An epoch of training steps beside every peer, and beside what the machine can do at its best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from measures.turns import in_turns
from rows import limit
from rows.bound import OURS, Bound
from rows.row import Row
from tasks.training import BIG, LSTM, ONLINE, RAGGED, SMALL, TABLE, Workload

PEERS = ("glassnet.training", "jax.training", "torch.training", "sklearn.training")
MACHINE = "machine.limit"


@dataclass(frozen=True)
class Training:
    """Microseconds a step, in the quickest epoch of each peer."""

    title: str
    work: Workload
    musts: tuple[Bound, ...]
    aims: tuple[Bound, ...]

    @property
    def name(self) -> str:
        """What the command calls it."""
        return self.work.name

    def rows(self, repeats: int) -> list[Row]:
        """One row, with the share of the limit."""
        taken = in_turns([(module, self.work.name) for module in (*PEERS, MACHINE)], repeats)
        least = {form: min(seconds) for form, seconds in taken.items()}
        figures = {form: seconds * 1e6 for form, seconds in least.items() if not form.startswith(limit.FORMS)}
        share = at_the_limit(self.work, least) / least[OURS]
        return [Row(self.title, "us", figures, self.musts, self.aims, share)]


def at_the_limit(work: Workload, least: Mapping[str, float]) -> float:
    """The seconds of a step at the limit, by the best product and the copy of the same turns."""
    operation = min(seconds for form, seconds in least.items() if form.startswith(limit.RATE))
    return limit.seconds(work, 1 / operation, 1 / least[limit.BANDWIDTH])


JAX, PYTORCH, ANY = ("JAX",), ("PyTorch",), ("",)
TRAINING = (
    Training(
        "online: 10-32-1 tanh, an array, a step",
        ONLINE,
        (Bound(3, ("JAX scan",)),),
        (Bound(5, ("JAX scan",)),),
    ),
    Training(
        "small: 784-128-10 ReLU, batch 64",
        SMALL,
        (Bound(1.25, JAX), Bound(3, PYTORCH)),
        (Bound(1.5, JAX),),
    ),
    Training(
        "table: 20-256-256-1 ReLU, batch 256",
        TABLE,
        (Bound(1.3, JAX), Bound(1.9, PYTORCH)),
        (Bound(1.6, JAX),),
    ),
    Training(
        "big: 784-1024-1024-10 ReLU, batch 256",
        BIG,
        (Bound(1.03, ANY), Bound(1.2, PYTORCH)),
        (Bound(1.1, ANY),),
    ),
    Training(
        "lstm: 50 steps of 8, hidden 64, batch 32",
        LSTM,
        (Bound(1.3, ANY),),
        (Bound(2, ANY),),
    ),
    Training(
        "ragged: GRU both ways, 20 to 200 steps of 8, hidden 128, batch 32",
        RAGGED,
        (Bound(1, ANY),),
        (Bound(1.5, ANY),),
    ),
)
