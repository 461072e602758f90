"""`NetworkClassifier.fit`, which scales the columns and looks at what they hold, too."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

from sklearn.exceptions import ConvergenceWarning

import glassnet as gn
from tasks.fitting import Fitting
from tasks.task import Turn


def forms(task: Fitting) -> Mapping[str, Turn]:
    x, y = task.data()
    model, alone = (gn.NetworkClassifier(**task.settings, n_jobs=n_jobs) for n_jobs in (None, 1))
    warnings.simplefilter("ignore", ConvergenceWarning)
    return {"Glassnet": Turn(lambda: model.fit(x, y), 1), "one thread": Turn(lambda: alone.fit(x, y), 1)}
