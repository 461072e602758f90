"""`partial_fit`, a step a call; it has no recurrent network."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from tasks.task import Turn
from tasks.training import Workload


def forms(work: Workload) -> Mapping[str, Turn]:
    if work.time_steps:
        return {}
    x, y = work.data()
    settings = {"hidden_layer_sizes": work.sizes[1:-1], "activation": work.activation, "batch_size": work.batch}
    model = (MLPClassifier if work.classes else MLPRegressor)(**settings, alpha=0, random_state=0)
    targets = y if work.classes else y[:, 0]
    parts = [slice(i, i + work.batch) for i in range(0, work.rows, work.batch)]
    first = {"classes": np.arange(work.sizes[-1])} if work.classes else {}
    model.partial_fit(x[parts[0]], targets[parts[0]], **first)

    def epoch() -> None:
        for part in parts:
            model.partial_fit(x[part], targets[part])

    return {"scikit-learn": work.turn(epoch)}
