"""`MLPClassifier.fit`, which takes the columns as they are."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from tasks.fitting import Fitting
from tasks.task import Turn


def forms(task: Fitting) -> Mapping[str, Turn]:
    x, y = task.data()
    model = MLPClassifier(**task.settings)
    warnings.simplefilter("ignore", ConvergenceWarning)
    return {"scikit-learn": Turn(lambda: model.fit(x, y), 1)}
