"""`learn_one` of a logistic regression: of its numbers scaled and its text as marks, and of the numbers as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import cycle

from river import compose, linear_model, preprocessing

from tasks.dictionaries import CALLS, Dictionaries
from tasks.task import Turn


def forms(task: Dictionaries) -> Mapping[str, Turn]:
    numbers = compose.SelectType(float) | preprocessing.StandardScaler()
    texts = compose.SelectType(str) | preprocessing.OneHotEncoder()
    whole = (numbers + texts) | linear_model.LogisticRegression()
    return {"river": task.turn(whole.learn_one), "river, numbers alone, not scaled": Turn(_alone(task), CALLS)}


def _alone(task: Dictionaries) -> Callable[[], None]:
    """Steps of the model itself."""
    model = linear_model.LogisticRegression()
    examples = cycle([({name: x[name] for name in x if name != "kind"}, y) for x, y in task.examples()])

    def steps() -> None:
        for _ in range(CALLS):
            model.learn_one(*next(examples))

    return steps
