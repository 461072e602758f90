"""What recurrent weights start from: a rule for each gate by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from glassnet.nn.initializers import Constant, Floats, Initializer


@dataclass(frozen=True, eq=False)
class EachGate(Initializer):
    """The values of another initializer for each of `gates` blocks of columns, drawn apart; those given as they are.

    A gate's fans are those of its own block, and of an orthogonal start each block is orthogonal.
    """

    rule: Initializer
    gates: int

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape` (units, gates units)."""
        if isinstance(self.rule, Constant):
            return self.rule.values(shape, seed, name)
        block = (*shape[:-1], shape[-1] // self.gates)
        return np.concatenate([self.rule.values(block, seed, f"{name}/{gate}") for gate in range(self.gates)], axis=-1)

    def replaced(self, other: Initializer) -> Initializer:
        """The other rule, for each gate too."""
        return replace(self, rule=other)
