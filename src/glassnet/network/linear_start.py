"""Where the members without hidden layers start, when an ensemble learns numbers by their squared errors."""

from __future__ import annotations

import numpy as np

from glassnet.data.encode.encoding import NUMBERS
from glassnet.network.learnt import Learnt
from glassnet.nn import Squared
from glassnet.nn.graph import STEP
from glassnet.plan import HIDDEN, LINEAR
from glassnet.training.least_squares import sample, solved
from glassnet.training.rows import Rows


def start_linear(learnt: Learnt, rows: Rows) -> None:
    """Set the members of a planned ensemble that are linear alone to least squares on the rows that each learns from.

    Nothing is done for another loss, where there are no such members, once a step was taken, and where it would take
    too long.
    """
    members, weights = learnt.members, learnt.programs.layout.weights(learnt.state)
    matrix = weights.get(f"{LINEAR}.weights")
    if members is None or matrix is None or int(learnt.state[STEP]) or type(learnt.programs.model.loss) is not Squared:
        return
    hidden = len(weights[f"{HIDDEN[0]}.weights"])
    if hidden == members.count:
        return
    assert rows.folds is not None  # as the rows of an ensemble have
    gates = learnt.state.get(f"running/{LINEAR}.gates", np.ones(matrix.shape[:2]))[hidden:]
    taken = sample(len(rows), matrix.shape[1], learnt.seed)
    if taken is None:
        return
    folds = rows.folds[taken, hidden // members.folds]
    lines = solved(rows.inputs[NUMBERS][taken], rows.targets[taken], rows.weights[taken], folds, gates)
    matrix[hidden:], weights[f"{LINEAR}.bias"][hidden:] = lines
