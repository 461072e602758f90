"""Checkpoints of a run that goes on: when one is due, and writing it while the run learns on."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, Final

from glassnet.errors import CheckpointWarning, ModelFileError, SettingError
from glassnet.files.container import Arrays, write
from glassnet.files.generations import forget, write_newest
from glassnet.settings import check_number, check_whole
from glassnet.training.course import Course
from glassnet.training.keeper import Keeper
from glassnet.training.layout import State
from glassnet.training.standing import Standing

SECONDS: Final = 5.0  # from one checkpoint to the next, where nothing else is asked for,
TIMES: Final = 100  # or so many times as long as one takes to be written: the run loses twice that time at most

Contents = tuple[Arrays, Mapping[str, Any]]


@dataclass(frozen=True)
class Checkpoint:
    """Where a run is kept while it learns, and how often: every so many `seconds` or `steps`, whichever comes first.

    Without either it is every 5 seconds, or less often where writing would take more than a hundredth of the time. The
    file is a model file with what the run goes on from; the one before it stays beside it, its name ending in
    ".before". Where the run ends the file is the network's, as `save` writes it.
    """

    path: str | Path
    seconds: float | None = None
    steps: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.path, str | os.PathLike):
            raise SettingError(f"Checkpoint: path={self.path!r}, expected the name of a file")
        if self.seconds is not None:
            check_number(self, "seconds", "[0, inf)")
        if self.steps is not None:
            check_whole(self, "steps", 1)

    def pause(self, took: float) -> float | None:
        """The seconds from one to the next, the last having taken so long; None where only steps count."""
        return max(SECONDS, TIMES * took) if self.seconds is None and self.steps is None else self.seconds


def as_checkpoint(given: str | Path | Checkpoint) -> Checkpoint:
    """A checkpoint as it is, or one of a path."""
    return given if isinstance(given, Checkpoint) else Checkpoint(given)


class Checkpoints(Keeper):
    """The checkpoints of one run.

    `contents` makes what is written from copies of the state and a standing. It is written by a thread of its own: the
    run goes on as soon as the copy is made. One that cannot be written is a warning, and the last whole one stands.
    """

    def __init__(self, setting: Checkpoint, contents: Callable[[State, Standing], Contents]) -> None:
        self._setting, self._contents = setting, contents
        self._writer: Thread | None = None
        self._failure: ModelFileError | None = None
        self._warned = ""
        self._time, self._step, self._took = time.perf_counter(), -1, 0.0

    def steps_left(self, course: Course) -> int | None:
        """The steps up to the next whole multiple of those between two."""
        every = self._setting.steps
        return None if every is None else every - course.steps % every

    def due(self, course: Course) -> bool:
        """Whether enough steps or seconds have gone by since the last one."""
        self._warn()
        every, pause = self._setting.steps, self._setting.pause(self._took)
        if every is not None and course.steps % every == 0 and course.steps > self._step:
            return True
        writing = self._writer is not None and self._writer.is_alive()
        return pause is not None and not writing and time.perf_counter() - self._time >= pause

    def keep(self, state: State, standing: Standing) -> None:
        """Copy what the run goes on from, and have it written."""
        self.finish()
        self._time, self._step = time.perf_counter(), standing.course.steps
        self._writer = Thread(target=self._write, args=self._contents(state, standing), name="glassnet-checkpoint")
        self._writer.start()

    def first(self, state: State, standing: Standing, *, rotated: bool) -> None:
        """Write where the run begins, before its first step; raises ModelFileError where that cannot be done.

        Where not `rotated`, what the file holds is not kept beside it.
        """
        (write_newest if rotated else write)(self._setting.path, *self._contents(state, standing))
        self._time, self._step = time.perf_counter(), standing.course.steps

    def finish(self) -> None:
        """Wait until what is being written is on the disk."""
        if self._writer is not None:
            self._writer.join()
        self._warn()

    def end(self, contents: Contents) -> None:
        """Write the network of a run that has ended; then no older generation is needed."""
        self.finish()
        self._write(*contents)
        if self._failure is None:
            forget(self._setting.path)
        self._warn()

    def _write(self, arrays: Arrays, settings: Mapping[str, Any]) -> None:
        began = time.perf_counter()
        try:
            write_newest(self._setting.path, arrays, settings)
        except ModelFileError as error:
            self._failure = error
        self._took = time.perf_counter() - began

    def _warn(self) -> None:
        """Say that a checkpoint could not be written, once for each reason."""
        failure, self._failure = self._failure, None
        if failure is not None and str(failure) != self._warned:
            self._warned = str(failure)
            warnings.warn(f"checkpoint: {failure}. What was written last stands", CheckpointWarning, stacklevel=2)
