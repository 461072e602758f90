"""Where the members without hidden layers of an ensemble start: at the least loss of a linear function."""

from __future__ import annotations

import numpy as np

from glassnet.data.encode.encoding import NUMBERS
from glassnet.data.table_contract import TableContract
from glassnet.network.learnt import Learnt
from glassnet.nn.graph import STEP
from glassnet.plan import HIDDEN, LINEAR
from glassnet.training.linear_members import sample, searched, solved, solver
from glassnet.training.rows import Rows


def start_linear(learnt: Learnt, rows: Rows) -> None:
    """Set the members of a planned ensemble that are linear alone to the least loss on the rows that each learns from.

    Features that echo targets have no part in it, though steps may give them one. Nothing is done for a loss that has
    no solver, where there are no such members, once a step was taken, and where it would take too long.
    """
    members, weights = learnt.members, learnt.programs.layout.weights(learnt.state)
    matrix, loss = weights.get(f"{LINEAR}.weights"), learnt.programs.model.loss
    if members is None or matrix is None or int(learnt.state[STEP]) or solver(loss) is None:
        return
    hidden = len(weights[f"{HIDDEN[0]}.weights"])
    if hidden == members.count:
        return
    assert rows.folds is not None  # as the rows of an ensemble have
    _, features, outputs = matrix.shape
    taken = sample(len(rows), features, searched(loss, outputs), learnt.seed)
    if taken is None:
        return
    gates = learnt.state.get(f"running/{LINEAR}.gates", np.ones(matrix.shape[:2]))[hidden:]
    assert isinstance(learnt.contract, TableContract)  # as that of planned members
    gates = gates * ~learnt.contract.echoes
    told, bias = Rows({}, rows.targets[taken], rows.weights[taken]), weights[f"{LINEAR}.bias"]
    folds = rows.folds[taken, hidden // members.folds]
    matrix[hidden:], bias[hidden:] = solved(loss, rows.inputs[NUMBERS][taken], told, folds, gates, bias[hidden:])
