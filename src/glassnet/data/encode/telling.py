"""Whether what was made of targets foretells those of rows that had no part in it."""

from __future__ import annotations

import numpy as np

from glassnet.data.encode.scale import Doubles


def telling(answers: Doubles, targets: Doubles, weights: Doubles | None = None) -> Doubles:
    """The answers that rise with their targets, and 0 in place of the others: all are (rows, outputs).

    Answers come from other folds than a row's own. Where the target has nothing to do with what they are made of, they
    fall a little as it rises, since the rows of high targets are those that they were made without: all they tell is
    which these are. A network would learn just that, and be judged by it. `weights` (rows,) are 1 where not given.
    """
    shares = np.full(len(targets), 1 / len(targets)) if weights is None else weights / weights.sum()
    along = ((answers - shares @ answers) * (targets - shares @ targets) * shares[:, None]).sum(axis=0)
    return np.where(along > 0, answers, 0.0)
