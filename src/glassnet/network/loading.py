"""A network from a file: of one that was saved, or of a run that is to go on."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glassnet.engines.choice import as_engine
from glassnet.errors import CheckpointWarning, ModelFileError, SettingError
from glassnet.files import read
from glassnet.files.container import Arrays
from glassnet.files.generations import before, read_newest
from glassnet.network.learnt import Learnt
from glassnet.network.serial import built_in, learnt_from_json
from glassnet.network.unfinished import SECTION, Unfinished, from_file
from glassnet.network.wishes import Wishes
from glassnet.plan import Planned
from glassnet.settings import Configured, from_json


@dataclass(frozen=True)
class Stored:
    """What a file holds of a network."""

    wishes: Wishes
    learnt: Learnt
    planned: Planned | None
    unfinished: Unfinished | None = None


def learnt_in(path: str | Path) -> Learnt:
    """What the network in a file has learnt, on the default engine; raises ModelFileError as `stored` does."""
    return learnt_from_json(path, *read(path), as_engine())


def stored(path: str | Path, engine: str, threads: int | None, classes: Sequence[type[Configured]]) -> Stored:
    """The network in a file; of a run that has not ended, as after its last whole step.

    Raises ModelFileError for a file that is damaged, foreign or from a later release.
    """
    arrays, settings = read(path)
    found = _stored(path, arrays, settings, engine, threads, classes)
    found.learnt.programs.layout.settle(found.learnt.state)
    return found


def stored_run(path: str | Path, engine: str, threads: int | None, classes: Sequence[type[Configured]]) -> Stored:
    """The network in a file with its run, from the older generation where the newest is damaged: that is a warning.

    Raises ModelFileError where neither can be read, and where there is no run that has not ended.
    """
    arrays, settings, wrong = read_newest(path)
    if SECTION not in settings:
        ended = "" if settings.get("report") is None else f", its last one ended: {settings['report']['reason']}"
        raise ModelFileError(
            f"{path} holds a network and no unfinished run{ended}; gn.load gives the network, and its learn begins anew"
        )
    found = _stored(path, arrays, settings, engine, threads, classes)
    learnt, own = found.learnt, {each.__name__: each for each in classes}
    try:
        run = from_file(arrays, settings[SECTION], learnt.programs, learnt.state, own, path, whole=not wrong)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, SettingError):
            raise
        raise ModelFileError(f"{path}: the file is whole, but its run cannot be gone on with ({error})") from error
    if wrong:
        words = f"{wrong} {before(path)}, the checkpoint before it, is taken: step {run.standing.course.steps:,}"
        warnings.warn(words, CheckpointWarning, stacklevel=3)
    return Stored(found.wishes, learnt, found.planned, run)


def _stored(
    path: str | Path,
    arrays: Arrays,
    settings: Mapping[str, Any],
    engine: str,
    threads: int | None,
    classes: Sequence[type[Configured]],
) -> Stored:
    """The network that the contents of a file describe."""
    own = isinstance(classes, Iterable) and not isinstance(classes, str | bytes | type)
    if not own or not all(isinstance(each, type) and issubclass(each, Configured) for each in classes):
        raise SettingError(f"classes={classes!r}: expected a list of own classes of layers, losses or optimizers")
    running = as_engine(engine, threads)
    learnt = learnt_from_json(path, arrays, settings, running, classes)
    model, around = learnt.programs.model, settings["network"]
    given = around["classes"]
    wishes = Wishes(
        layers=model.graph.output if around["explicit"] else None,
        loss=model.loss if around["explicit"] else None,
        test_loss=model.test_loss,
        optimizer=model.optimizer,
        columns=around["columns"],
        classes=None if given is None else tuple(given),
        engine=running,
        dtype=model.dtype,
        seed=learnt.seed,
        reduction=model.reduction,
        initializer=from_json(around.get("initializer"), built_in() | {each.__name__: each for each in classes}),
    )
    return Stored(wishes, learnt, None if around["planned"] is None else Planned.from_json(around["planned"]))
