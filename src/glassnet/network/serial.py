"""A network as the arrays and plain JSON values of a model file, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from glassnet.data.contracts import contract_from
from glassnet.engines.engine import Engine
from glassnet.errors import ModelFileError, SettingError
from glassnet.files.container import Arrays
from glassnet.network.judged import Judged
from glassnet.network.learnt import Learnt
from glassnet.network.scoring import as_metrics
from glassnet.nn import LAYERS, LOSSES, Several
from glassnet.nn.initializers import INITIALIZERS
from glassnet.nn.serial import graph_from_json, graph_to_json, shape_from_json, shape_to_json
from glassnet.optimizers.lookup import CLIPS, OPTIMIZERS, SCHEDULES
from glassnet.plan import Choice, Choices
from glassnet.settings import Configured, as_json, from_json
from glassnet.stream import Kept
from glassnet.training.programs import Model
from glassnet.training.report import Report


def learnt_to_json(learnt: Learnt, around: Mapping[str, Any]) -> dict[str, Any]:
    """All but the state as plain JSON values; `around` are the settings of the network around it."""
    model = learnt.programs.model
    return {
        "contract": learnt.contract.to_json(),
        "choices": [list(choice) for choice in learnt.choices],
        "graph": graph_to_json(model.graph),
        "loss": as_json(model.loss, "loss"),
        "test loss": as_json(model.test_loss, "test loss"),
        "optimizer": as_json(model.optimizer, "optimizer"),
        "target": {"shape": shape_to_json(model.target_shape), "dtype": model.target_dtype},
        "dtype": model.dtype,
        "reduction": model.reduction,
        "metrics": list(learnt.metrics),
        "epochs": learnt.epochs,
        "seed": learnt.seed,
        "report": None if learnt.report is None else learnt.report.to_json(),
        "judged": None if learnt.judged is None else learnt.judged.to_json(),
        "seen": learnt.seen,
        "stream": None if learnt.kept is None else learnt.kept.to_json(),
        "network": dict(around),
    }


def learnt_from_json(
    path: str | Path,
    arrays: Arrays,
    settings: Mapping[str, Any],
    engine: Engine,
    classes: Sequence[type[Configured]] = (),
) -> Learnt:
    """The network of the arrays and the settings of a file, on an engine; `classes` are own ones that it may name.

    Raises ModelFileError where they describe no network, SettingError for own classes that are not given.
    """
    own = {each.__name__: each for each in classes}
    known = built_in() | own
    try:
        model = Model(
            graph_from_json(settings["graph"], known),
            from_json(settings["loss"], known),
            from_json(settings["optimizer"], known | dict(SCHEDULES) | own),  # an initializer is a Constant too
            shape_from_json(settings["target"]["shape"]),
            settings["target"]["dtype"],
            settings["dtype"],
            settings["reduction"],
            from_json(settings.get("test loss"), known),
        )
        choices = Choices(Choice(*choice) for choice in settings["choices"])
        learnt = Learnt.of(contract_from(settings["contract"]), choices, model, engine, settings["seed"])
        learnt.epochs = settings["epochs"]
        learnt.metrics = as_metrics(settings["metrics"], learnt.kind)
        learnt.report = None if settings["report"] is None else Report.from_json(settings["report"])
        judged = settings.get("judged")  # which earlier files do not have
        learnt.seen = settings.get("seen")  # nor this
        kept = settings.get("stream")
        learnt.kept = None if kept is None else Kept.from_json(kept)
        learnt.judged = None if judged is None else Judged.from_json(judged)
        for name, array in learnt.programs.layout.arrays(learnt.state).items():
            if not _is_later(name, arrays):
                array[...] = arrays[name]  # one temperature is that of all outputs, as a blend had it once
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, SettingError):
            raise
        raise ModelFileError(
            f"{path}: the file is whole, but it does not describe a network ({error}); save it again from the "
            f"network, or load it with the release that wrote it"
        ) from error
    return learnt


def _is_later(name: str, arrays: Arrays) -> bool:
    """Whether an array is one that files of earlier releases lack, which is then as it starts: offsets of a blend."""
    layer = name.removesuffix(".offset")
    return name not in arrays and layer != name and f"{layer}.temperature" in arrays


def built_in() -> dict[str, type[Configured]]:
    """Every class that a model file may name, by name."""
    known: dict[str, type[Configured]] = {Several.__name__: Several}
    for table in (LAYERS, LOSSES, OPTIMIZERS, SCHEDULES, CLIPS, INITIALIZERS):
        known.update({each.__name__: each for each in table.values()})
    return known
