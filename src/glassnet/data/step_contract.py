"""What a network takes and gives that answers after each step of a sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from glassnet.data.contract import Array, SequenceContract
from glassnet.data.sequences import cut
from glassnet.data.steps import as_steps, laid_out, of_all


@dataclass(frozen=True, eq=False)
class StepContract(SequenceContract):
    """Sequences of any length with a target for each step: `flat` says that those of a sequence come as (steps,)."""

    kind: ClassVar[str] = "steps"
    of_steps: ClassVar[bool] = True

    def targets(self, data: Any, targets: Any) -> tuple[Array, npt.NDArray[np.bool_]]:
        """Numbers (sequences, longest, outputs) in the network's dtype, or class numbers (sequences, longest).

        Raises TargetError, naming the sequence, for a label that was not learnt, and for targets that are not as many
        as the steps.
        """
        given = self.given(data)
        encode = super().targets
        steps = as_steps(targets, given.lengths)
        encoded = of_all(steps, lambda each: encode(None, each)[0])
        return laid_out(encoded, given.lengths, given.values.shape[1]), np.ones(len(steps), np.bool_)

    def answers(self, data: Any, answers: Array) -> Any:
        """A list with the answers for each sequence, (steps,) or (steps, outputs): labels or numbers."""
        decode = super().answers
        return [decode(None, each) for each in cut(answers, self.given(data).lengths)]

    def probabilities(self, data: Any, answers: Array) -> Any:
        """A list with one array (steps, classes) for each sequence."""
        decode = super().probabilities
        return [decode(None, each) for each in cut(answers, self.given(data).lengths)]
