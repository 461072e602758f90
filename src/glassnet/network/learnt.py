"""All that a network is once it has data: its contract, its programs on an engine, its state and its counters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet import places
from glassnet.data.contract import Array, Contract, contract_from
from glassnet.engines.engine import Engine, Executable
from glassnet.engines.reference import Reference
from glassnet.errors import DivergenceError, ModelFileError, SettingError, nearest
from glassnet.files import read, write
from glassnet.metrics.table import METRICS
from glassnet.nn import LAYERS, LOSSES
from glassnet.nn.initializers import INITIALIZERS
from glassnet.nn.serial import graph_from_json, graph_to_json
from glassnet.optimizers.lookup import OPTIMIZERS, SCHEDULES
from glassnet.plan import Choice
from glassnet.settings import Configured, as_json, from_json
from glassnet.training.layout import State
from glassnet.training.loop import MAP_ROWS, Rows, mean_loss
from glassnet.training.programs import ANSWER, Model, Programs
from glassnet.training.report import Report

ENGINES: Mapping[str, Callable[..., Engine]] = {"reference": Reference}
NUMBER_SCORES = ("r2", "root_mean_squared_error", "mean_absolute_error")


@dataclass(eq=False)
class Learnt:
    """A network with its data's contract; `epochs` counts those learnt over all calls."""

    contract: Contract
    choices: tuple[Choice, ...]
    programs: Programs
    state: State
    train: Executable
    evaluate: Executable
    predictor: Executable
    seed: int
    epochs: int = 0
    report: Report | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, contract: Contract, choices: Sequence[Choice], model: Model, engine: Engine, seed: int) -> Learnt:
        """Record the programs, compile them, and draw the first weights."""
        programs = Programs.of(model)
        train, evaluate, predict = map(engine.compile, (programs.train, programs.evaluate, programs.predict))
        return cls(contract, tuple(choices), programs, programs.layout.initial(seed), train, evaluate, predict, seed)

    def check(self, targets: Array) -> None:
        """Raise TargetError where encoded targets do not fit the loss and the outputs of the network."""
        width = self.programs.train.outputs["output"].shape[-1]
        self.programs.model.loss.check(targets, width if isinstance(width, int) else 1)

    def answers(self, inputs: Mapping[str, Array]) -> Array:
        """The answers of the network for encoded rows.

        Raises DivergenceError rather than answer NaN or infinity.
        """
        answers = self.predictor.map(self.state, inputs, MAP_ROWS)[ANSWER]
        if not np.isfinite(answers).all():
            row = int(np.argwhere(~np.isfinite(answers))[0][0]) + 1
            raise DivergenceError(
                f"the answer for row {row:,} is not finite; the row lies far outside what was learnt, or the weights "
                f"were set to extreme values; look at the row, or learn again after reset()"
            )
        return answers

    def scores(self, rows: Rows, known: Array) -> dict[str, float]:
        """The loss and the scores on rows whose targets are known."""
        loss = mean_loss(self.evaluate, self.state, rows)
        return {"loss": loss, **self._scores(self.answers(rows.inputs), known, rows.weights)}

    def baseline(self, training: Array, known: Array, weights: npt.NDArray[np.float64]) -> dict[str, float]:
        """The scores of the plain average of the training targets, or of their majority and shares of the classes."""
        if self.contract.labels is None:
            answers = np.broadcast_to(training.mean(axis=0), known.shape)
            return {name: METRICS[name].score(known, answers, weights) for name in NUMBER_SCORES}
        shares = np.bincount(training, minlength=len(self.contract.labels)) / len(training)
        return self._class_scores(np.tile(shares, (len(known), 1)), known, weights)

    def _scores(self, answers: Array, known: Array, weights: npt.NDArray[np.float64]) -> dict[str, float]:
        if self.contract.labels is None:
            values = self.contract.numbers(answers)
            return {name: METRICS[name].score(known, values, weights) for name in NUMBER_SCORES}
        second = answers.reshape(len(answers), -1)
        table = second if second.shape[1] > 1 else np.concatenate([1 - second, second], axis=1)
        return self._class_scores(table.astype(np.float64), known, weights)

    def _class_scores(self, probabilities: Array, known: Array, weights: npt.NDArray[np.float64]) -> dict[str, float]:
        chosen = probabilities.argmax(axis=1)
        return {"accuracy": METRICS["accuracy"].score(known, chosen, weights)}

    # -- files -----------------------------------------------------------------------------------------------------
    def save(self, path: str | Path) -> Path:
        """Write everything to one file, replaced in one step; returns its path."""
        model = self.programs.model
        settings = {
            "contract": self.contract.to_json(),
            "choices": [list(choice) for choice in self.choices],
            "graph": graph_to_json(model.graph),
            "loss": as_json(model.loss, "loss"),
            "optimizer": as_json(model.optimizer, "optimizer"),
            "target": {"shape": list(model.target_shape), "dtype": model.target_dtype},
            "dtype": model.dtype,
            "reduction": model.reduction,
            "epochs": self.epochs,
            "seed": self.seed,
            "report": None if self.report is None else self.report.to_json(),
            "network": dict(self.settings),
        }
        return write(path, self.programs.layout.arrays(self.state), settings)

    @classmethod
    def load(cls, path: str | Path, engine: Engine, classes: Sequence[type[Configured]]) -> Learnt:
        """Read what `save` wrote; raises ModelFileError, or SettingError for own classes that are not given."""
        arrays, settings = read(path)
        known = built_in() | {each.__name__: each for each in classes}
        try:
            model = Model(
                graph_from_json(settings["graph"], known),
                from_json(settings["loss"], known),
                from_json(settings["optimizer"], known),
                tuple(settings["target"]["shape"]),
                settings["target"]["dtype"],
                settings["dtype"],
                settings["reduction"],
            )
            choices = [Choice(*choice) for choice in settings["choices"]]
            learnt = cls.of(contract_from(settings["contract"]), choices, model, engine, settings["seed"])
            learnt.epochs, learnt.settings = settings["epochs"], settings["network"]
            learnt.report = None if settings["report"] is None else Report.from_json(settings["report"])
            for name, array in learnt.programs.layout.arrays(learnt.state).items():
                array[...] = arrays[name]
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, SettingError):
                raise
            raise ModelFileError(
                f"{path}: the file is whole, but it does not describe a network ({error}); save it again from the "
                f"network, or load it with the release that wrote it"
            ) from error
        return learnt


def built_in() -> dict[str, type[Configured]]:
    """Every class that a model file may name, by name."""
    known: dict[str, type[Configured]] = {}
    for table in (LAYERS, LOSSES, OPTIMIZERS, SCHEDULES, INITIALIZERS):
        known.update({each.__name__: each for each in table.values()})
    return known


def as_engine(name: str = "reference", threads: int | None = None) -> Engine:
    """The engine of that name on so many threads, as many as suit it where None.

    Raises SettingError for a name that is not known, with the nearest, and for a number of threads out of range.
    """
    if name not in ENGINES:
        raise SettingError(f"engine={name!r}: expected one of {', '.join(ENGINES)}{nearest(name, ENGINES)}")
    return ENGINES[name]() if threads is None else ENGINES[name](places.threads(threads))
