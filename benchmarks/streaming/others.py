"""The standard models of river at their defaults, and a perceptron of deep-river as large as our small network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final

from streaming.small import RATE, UNITS
from streaming.streams import Row


@dataclass
class Model:
    """A model of river, or with its interface: `make` gives one for all labels that will come, and so many columns."""

    name: str
    package: str
    make: Callable[[tuple[str, ...], int], Any]
    _model: Any = field(init=False, default=None)

    @property
    def version(self) -> str:
        """The release of its package."""
        return version(self.package)

    def begin(self, rows: Sequence[Row], targets: Sequence[Any], labels: tuple[str, ...]) -> None:
        """Learn the first rows, one at a time."""
        self._model = self.make(labels, len(rows[0]))
        for row, target in zip(rows, targets, strict=True):
            self.learn(row, target)

    def answer(self, row: Row) -> Any:
        """The label or the number for a row."""
        return self._model.predict_one(row)

    def learn(self, row: Row, target: Any) -> None:
        """Learn a row."""
        self._model.learn_one(row, target)


def linear(labels: tuple[str, ...], columns: int) -> Any:
    """A regression of the mean, or of the logarithm of the odds of classes."""
    from river import linear_model, preprocessing

    kind = linear_model.SoftmaxRegression if labels else linear_model.LinearRegression
    return preprocessing.StandardScaler() | kind()


def forest(labels: tuple[str, ...], columns: int) -> Any:
    """An adaptive random forest."""
    from river import forest as forests

    return (forests.ARFClassifier if labels else forests.ARFRegressor)(seed=0)


def tree(labels: tuple[str, ...], columns: int) -> Any:
    """An adaptive Hoeffding tree."""
    from river import tree as trees

    return (trees.HoeffdingAdaptiveTreeClassifier if labels else trees.HoeffdingAdaptiveTreeRegressor)(seed=0)


def neighbours(labels: tuple[str, ...], columns: int) -> Any:
    """The nearest neighbours in a window."""
    from river import neighbors, preprocessing

    return preprocessing.StandardScaler() | (neighbors.KNNClassifier if labels else neighbors.KNNRegressor)()


def perceptron(labels: tuple[str, ...], columns: int) -> Any:
    """The multi-layer perceptron of deep-river with the units, the rule and the rate of our small network."""
    from deep_river import classification, regression
    from river import preprocessing

    settings = {"n_features": columns, "n_width": UNITS, "n_layers": 1, "optimizer_fn": "adam", "lr": RATE, "seed": 0}
    if labels:
        model = classification.MultiLayerPerceptron(n_init_classes=len(labels), **settings)
    else:
        model = preprocessing.TargetStandardScaler(regression.MultiLayerPerceptron(**settings))
    return preprocessing.StandardScaler() | model


MODELS: Final[Mapping[str, Callable[[], Model]]] = {
    "river_linear": lambda: Model("river_linear", "river", linear),
    "river_forest": lambda: Model("river_forest", "river", forest),
    "river_tree": lambda: Model("river_tree", "river", tree),
    "river_neighbours": lambda: Model("river_neighbours", "river", neighbours),
    "deep_river": lambda: Model("deep_river", "deep-river", perceptron),
}
