"""A network from a file that `save` wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from glassnet.errors import SettingError
from glassnet.network.learnt import Learnt, as_engine, built_in
from glassnet.network.making import Wishes
from glassnet.network.network import Network
from glassnet.settings import Configured, from_json


def load(
    path: str | Path,
    *,
    engine: str = "native",
    threads: int | None = None,
    classes: Sequence[type[Configured]] = (),
) -> Network:
    """The network that `save` wrote; no code of the file is run, since it holds none.

    `classes` gives own layers, losses or optimizers that it names. Raises ModelFileError for a file that is damaged,
    foreign or from a later release.
    """
    own = isinstance(classes, Iterable) and not isinstance(classes, str | bytes | type)
    if not own or not all(isinstance(each, type) and issubclass(each, Configured) for each in classes):
        raise SettingError(f"classes={classes!r}: expected a list of own classes of layers, losses or optimizers")
    running = as_engine(engine, threads)
    learnt = Learnt.load(path, running, classes)
    model, settings = learnt.programs.model, learnt.settings
    given = settings["classes"]
    wishes = Wishes(
        layers=model.graph.output if settings["explicit"] else None,
        loss=model.loss if settings["explicit"] else None,
        test_loss=model.test_loss,
        optimizer=model.optimizer,
        columns=settings["columns"],
        classes=None if given is None else tuple(given),
        engine=running,
        dtype=model.dtype,
        seed=learnt.seed,
        reduction=model.reduction,
        initializer=from_json(settings.get("initializer"), built_in() | {each.__name__: each for each in classes}),
    )
    network = Network._of(wishes)
    network._learnt = learnt
    network._planned = None if settings["planned"] is None else (settings["planned"][0], settings["planned"][1])
    return network
