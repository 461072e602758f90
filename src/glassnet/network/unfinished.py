"""A run that has not ended, as a section of a model file: what it goes on from, beside the state of the network."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from glassnet.errors import SettingError
from glassnet.files.container import Arrays
from glassnet.network.checkpoint import Checkpoint
from glassnet.network.terms import Asked, Terms, check_same
from glassnet.settings import Configured
from glassnet.training.controls import Controls
from glassnet.training.course import Course
from glassnet.training.layout import Layout, State
from glassnet.training.programs import Programs
from glassnet.training.recovery import Snapshots, copied
from glassnet.training.standing import Standing
from glassnet.training.stopping import Stop

COUNTERS: Final = (
    "epochs", "row", "mark", "losses", "weights", "steps", "best_epoch", "retries", "diverged", "stop", "rules",
    "plateau", "reductions", "portion",
)  # fmt: skip
CURVES: Final = ("training_losses", "validation_losses")
SECTION: Final = "run"


@dataclass(frozen=True)
class Unfinished:
    """A run that is to go on: its terms, what tells its data from others, where it stands, how it is kept.

    `before` are the steps that the network had done before it, and `step` those that it has done when this is written.
    `whole` is False where the newest generation of the file was damaged.
    """

    terms: Terms
    data: Mapping[str, str]
    standing: Standing
    before: int
    step: int
    checkpoint: Checkpoint
    whole: bool = True

    def validation(self, asked: Any) -> Any:
        """The validation that `learn` goes on with: what it is asked for, else the share that was held out."""
        share = self.terms.validation
        return share if asked is None and not isinstance(share, str) else asked

    def agree(self, asked: Asked, fresh: Terms, data: Mapping[str, str], step: int) -> None:
        """Raise SettingError or DataError where what is to go on is another run, or another network by now."""
        self.terms.agree(asked, fresh)
        check_same(self.data, data)
        if step != self.step:
            raise SettingError(
                f"the network has learnt since it was resumed, from step {self.step:,} to {step:,}, so that its run "
                f"cannot go on; resume it from {self.checkpoint.path} again"
            )


def to_file(unfinished: Unfinished, layout: Layout) -> tuple[Arrays, dict[str, Any]]:
    """The arrays and the section of the settings that hold a run."""
    standing = unfinished.standing
    course, snapshots = standing.course, standing.snapshots
    mark, row = snapshots.mark or (None, 0)
    kept = {"best": snapshots.best, "lowest": snapshots.lowest, "mark": mark}
    states = {id(state): state for state in kept.values() if state is not None}
    places = {identity: number for number, identity in enumerate(states)}
    arrays: Arrays = {f"{SECTION}/{name}": np.array(getattr(course, name), np.float64) for name in CURVES}
    for number, state in enumerate(states.values()):
        arrays.update({f"{SECTION}/{number}/{name}": array for name, array in layout.arrays(state).items()})
    document = {
        **{name: getattr(course, name) for name in COUNTERS},
        "seconds": time.perf_counter() - course.began,
        "rate_scale": course.controls.rate_scale,
        "batch_size": course.controls.batch_size,
        "first_epoch": standing.first_epoch,
        "best_losses": snapshots.best_losses,
        "lowest_loss": snapshots.lowest_loss,
        "mark_row": row,
        "states": {name: None if state is None else places[id(state)] for name, state in kept.items()},
    }
    return arrays, {
        "terms": unfinished.terms.to_json(),
        "data": dict(unfinished.data),
        "before": unfinished.before,
        "step": unfinished.step,
        "every": {"seconds": unfinished.checkpoint.seconds, "steps": unfinished.checkpoint.steps},
        "standing": json.dumps(document),  # as a text, since losses may be infinite, which a model file does not hold
    }


def from_file(
    arrays: Arrays,
    section: Mapping[str, Any],
    programs: Programs,
    state: State,
    classes: Mapping[str, type[Configured]],
    path: str | Path,
    *,
    whole: bool,
) -> Unfinished:
    """The run that `to_file` wrote; `state` is that of the network, whose form the snapshots have."""
    later = {"plateau": {}, "reductions": [], "portion": 0}  # which earlier files do not have
    document = {**later, **json.loads(section["standing"])}
    course = Course(Controls(document["batch_size"], document["rate_scale"]))
    for name in COUNTERS:
        setattr(course, name, document[name])
    course.reductions = [(epoch, scale) for epoch, scale in document["reductions"]]
    for name in CURVES:
        setattr(course, name, arrays[f"{SECTION}/{name}"].tolist())
    course.stop = None if document["stop"] is None else Stop(*document["stop"])
    course.began = time.perf_counter() - document["seconds"]
    standing = Standing(course, _snapshots(arrays, document, programs, state), document["first_epoch"])
    terms = Terms.from_json(section["terms"], classes)
    checkpoint = Checkpoint(path, **section["every"])
    return Unfinished(terms, section["data"], standing, section["before"], section["step"], checkpoint, whole)


def _snapshots(arrays: Arrays, document: Mapping[str, Any], programs: Programs, state: State) -> Snapshots:
    """The states that the run would go back to."""
    states: dict[int, State] = {}
    for number in set(document["states"].values()) - {None}:
        states[number] = copied(state)
        for name, array in programs.layout.arrays(states[number]).items():
            array[...] = arrays[f"{SECTION}/{number}/{name}"]
    places = document["states"]
    snapshots = Snapshots(states[places["best"]], programs.parts)
    snapshots.best, snapshots.lowest = states[places["best"]], states[places["lowest"]]
    snapshots.lowest_loss = document["lowest_loss"]
    # Earlier files have the loss of the one part that there was.
    snapshots.best_losses = tuple(document["best_losses"] if "best_losses" in document else [document["best_loss"]])
    snapshots.mark = None if places["mark"] is None else (states[places["mark"]], document["mark_row"])
    return snapshots
