"""Boosted trees of other libraries at their defaults; each has the categories of a table in the form that it takes."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

GAP: Final = "(missing)"
MOST_LEVELS: Final = 255  # of a category that HistGradientBoosting takes


class Booster(ABC):
    """A rival that computes on so many threads; `learn`, `answers` and `ranges` are those of a `System`."""

    name: ClassVar[str]
    package: ClassVar[str]

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.labels: Sequence[str] = ()

    @property
    def version(self) -> str:
        """The release of its library."""
        return str(importlib.import_module(self.package).__version__)

    def learn(self, columns: pd.DataFrame, target: npt.NDArray[Any], task: str) -> None:
        """Learn numbers, or labels, which it has as their places among the sorted ones."""
        self.numbers = task == "regression"
        if not self.numbers:
            self.labels, target = self.coded(target)
        self._model = self.model(self.numbers, columns)
        self._model.fit(self.taken(columns), target)

    def answers(self, columns: pd.DataFrame) -> npt.NDArray[Any]:
        """Numbers (rows,), or probabilities (rows, classes)."""
        asked = self._model.predict if self.numbers else self._model.predict_proba
        return np.asarray(asked(self.taken(columns)))

    def ranges(self, columns: pd.DataFrame, share: float) -> npt.NDArray[Any] | None:
        """None: at its defaults it has no intervals."""
        return None

    def taken(self, columns: pd.DataFrame) -> pd.DataFrame:
        """The columns in the form that the library takes."""
        return columns

    @abstractmethod
    def model(self, numbers: bool, columns: pd.DataFrame) -> Any:
        """What is to learn numbers or classes from these columns, with a fixed seed."""

    @staticmethod
    def coded(target: npt.NDArray[Any]) -> tuple[list[str], npt.NDArray[np.int64]]:
        """The sorted labels of a target, and the place of each among them."""
        labels, places = np.unique(target, return_inverse=True)
        return labels.tolist(), places


class CatBoost(Booster):
    """CatBoost, whose categories are text, a gap being one of them."""

    name = "catboost"
    package = "catboost"

    def model(self, numbers: bool, columns: pd.DataFrame, **settings: Any) -> Any:
        """A regressor or a classifier with these settings, the others at their defaults."""
        import catboost

        kind = catboost.CatBoostRegressor if numbers else catboost.CatBoostClassifier
        return kind(
            verbose=0, allow_writing_files=False, random_seed=0, thread_count=self.threads,
            cat_features=categories(columns), **settings,
        )  # fmt: skip

    def taken(self, columns: pd.DataFrame) -> pd.DataFrame:
        """The columns with their categories as text."""
        return columns.assign(
            **{name: columns[name].astype(object).fillna(GAP).astype(str) for name in categories(columns)}
        )


class LightGBM(Booster):
    """LightGBM, which takes the categories of a frame."""

    name = "lightgbm"
    package = "lightgbm"

    def model(self, numbers: bool, columns: pd.DataFrame) -> Any:
        """A regressor or a classifier."""
        import lightgbm

        kind = lightgbm.LGBMRegressor if numbers else lightgbm.LGBMClassifier
        return kind(n_jobs=self.threads, random_state=0, verbose=-1)


class XGBoost(Booster):
    """XGBoost, which takes the categories of a frame where it is told to."""

    name = "xgboost"
    package = "xgboost"

    def model(self, numbers: bool, columns: pd.DataFrame) -> Any:
        """A regressor or a classifier."""
        import xgboost

        kind = xgboost.XGBRegressor if numbers else xgboost.XGBClassifier
        return kind(n_jobs=self.threads, random_state=0, enable_categorical=True)


class HistGradientBoosting(Booster):
    """The one of scikit-learn: categories of up to 255 levels; wider ones are the numbers of their levels.

    On how many threads it computes, OMP_NUM_THREADS says, which has to be set before scikit-learn is imported.
    """

    name = "hgb"
    package = "sklearn"

    def model(self, numbers: bool, columns: pd.DataFrame) -> Any:
        """A regressor or a classifier."""
        from sklearn import ensemble

        kind = ensemble.HistGradientBoostingRegressor if numbers else ensemble.HistGradientBoostingClassifier
        narrow = [name for name in categories(columns) if len(columns[name].cat.categories) <= MOST_LEVELS]
        return kind(random_state=0, categorical_features=narrow)

    def taken(self, columns: pd.DataFrame) -> pd.DataFrame:
        """The columns with their categories as the numbers of their levels."""
        codes = {name: columns[name].cat.codes.astype(float) for name in categories(columns)}
        return columns.assign(**{name: code.where(code >= 0) for name, code in codes.items()})


def categories(columns: pd.DataFrame) -> list[str]:
    """The names of the columns that hold categories.

    >>> categories(pd.DataFrame({"a": [1, 2], "b": pd.Categorical(["x", "y"])}))
    ['b']
    """
    return [name for name, kind in columns.dtypes.items() if isinstance(kind, pd.CategoricalDtype)]
