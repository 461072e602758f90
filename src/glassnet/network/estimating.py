"""How long a run of learning will take and how much memory, by a few of its steps measured on a copy."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from time import perf_counter
from typing import Any, Final

from glassnet.data.table import counted
from glassnet.display.faces import duration
from glassnet.display.parts import Part, as_table
from glassnet.display.shown import Shown
from glassnet.errors import SettingError
from glassnet.network.learning import Learning
from glassnet.process import Memory, memory
from glassnet.training.callbacks import Callback
from glassnet.training.controls import Controls
from glassnet.training.glass import step_settings
from glassnet.training.keeper import Keeper
from glassnet.training.layout import State
from glassnet.training.loop import Run, begin
from glassnet.training.recovery import copied, restore
from glassnet.training.stopping import Moment, Rule, Stop

WARM: Final = 0.1  # seconds of steps before those that are measured: they find out how many threads are the quickest
ENOUGH: Final = 0.3  # seconds of steps by which one is known
TRIES: Final = 3  # of what is short, of which the least counts
TIME_HINT: Final = "less time: time_limit=, epochs=, fewer rows"
MEMORY_HINT: Final = "less memory: memory_limit= for a file or a table, a smaller batch_size= for layers laid out"


@dataclass(frozen=True, eq=False, repr=False)
class Estimate(Shown):
    """What a run of learning would take from here, in seconds and bytes; prints as a table and in words.

    `seconds` is all of it, None where a rule such as `Plateau` only says as it goes when it ends: getting ready
    (`preparation`: reading, planning, encoding, compiling), `steps` steps of `step` seconds, the losses measured
    `judgements` times at `judgement` seconds, and `ending`, until it answers. An epoch has `steps_an_epoch` steps.
    `limit` are the seconds that a time limit leaves at the most. `memory` is the most that the process held while all
    this was done on a twin of the network, and `before` what it held before, None where the system does not say: a
    process that had let go of memory takes that again, and seems to need less. `measured` steps were taken.
    """

    preparation: float
    step: float
    steps: int | None
    steps_an_epoch: int
    judgement: float
    judgements: int | None
    ending: float
    limit: float
    measured: int
    memory: int | None
    before: int | None
    until: str

    @property
    def epoch(self) -> float:
        """The seconds of an epoch, its losses measured once."""
        return self.steps_an_epoch * self.step + self.judgement

    @property
    def seconds(self) -> float | None:
        """The seconds of the whole run."""
        if self.steps is None or self.judgements is None:
            return None if math.isinf(self.limit) else self.limit
        whole = self.preparation + self.steps * self.step + self.judgements * self.judgement + self.ending
        return min(whole, self.limit)

    def to_json(self) -> dict[str, Any]:
        """The estimate as plain JSON values; None where there is no limit of time."""
        limit = None if math.isinf(self.limit) else self.limit
        return {"seconds": self.seconds, "epoch": self.epoch, **asdict(self), "limit": limit}

    def parts(self) -> Sequence[Part]:
        """Its table and its words."""
        rows = [
            _row("getting ready", 1, self.preparation),
            _row("steps", self.steps, self.step),
            _row("losses measured", self.judgements, self.judgement),
            _row("the end", 1, self.ending),
        ]
        if self.seconds is not None:
            rows.append(("total", "", "", in_words(self.seconds)))
        table = as_table("What learning would take", ("part", "times", "each", "in all"), rows)
        return [table, "\n" + "\n".join([self._of_time(), *self._of_memory(), f"{TIME_HINT}; {MEMORY_HINT}"])]

    def _of_time(self) -> str:
        by = f"by {counted(self.measured, 'step')} measured on a copy"
        if self.seconds is None:
            return f"{in_words(self.epoch)} an epoch, {by}; how many there are is decided on the way: {self.until}"
        limited = " (the time limit)" if self.seconds == self.limit else ""
        return f"about {in_words(self.seconds)}{limited}, {by}"

    def _of_memory(self) -> list[str]:
        if self.memory is None or self.before is None:
            return []
        return [f"about {self.memory / 1e6:,.0f} MB of memory, {self.before / 1e6:,.0f} MB of them held before"]


def check_again(data: Any) -> None:
    """Raise SettingError for an iterator, which would be used up."""
    if isinstance(data, Iterator):
        raise SettingError(
            "estimate: an iterator would be used up before learn sees it; give a function that makes one, or a part of "
            "the rows as a table"
        )


def estimated(learning: Learning, before: Memory | None) -> Estimate:
    """What a run that was made ready will take: all of it is done on a twin of the network, but for most of the steps.

    `before` is what the process held when it was asked.
    """
    ready = perf_counter() - learning.asked.began
    with learning.turns.gate, learning.turns.room, learning.turns.held:
        state = copied(learning.learnt.state)
    twin = replace(learning, learnt=replace(learning.learnt, state=state))
    run, epochs = twin.run(Callback(), Keeper()), twin.learnt.epochs
    ready += _seconds(lambda: begin(run, state, epochs))
    judgement = min(_seconds(lambda: begin(run, state, epochs)) for _ in range(TRIES))
    standing = begin(run, state, epochs)
    step, measured = _pace(run, state)
    restore(state, standing.snapshots.best)  # where learning has run away, nothing could be scored
    standing.course.stop = Stop("it was an estimate", False)
    ending = _seconds(lambda: twin.report(standing, scored=True))
    stream = learning.asked.stream if run.feed is not None else None
    rows = len(learning.training) if stream is None or stream.rows is None else stream.rows
    an_epoch = max(1, math.ceil(rows / run.batch_size))
    steps, limit = _counted(learning.terms.until, an_epoch)
    if learning.asked.time_limit is not None:
        limit = min(limit, learning.asked.time_limit)
    return Estimate(
        preparation=ready,
        step=step,
        steps=steps,
        steps_an_epoch=an_epoch,
        judgement=judgement,
        judgements=None if steps is None else _judgements(steps, an_epoch, run.every),
        ending=ending,
        limit=limit,
        measured=measured,
        memory=_most(before),
        before=None if before is None else before.now,
        until=repr(learning.terms.until),
    )


def _judgements(steps: int, an_epoch: int, every: int | None) -> int:
    """How often losses are measured: before the first step, where epochs end, and after every so many steps."""
    within = 0 if every is None else steps // every - steps // math.lcm(every, an_epoch)
    return 1 + steps // an_epoch + within


def _pace(run: Run, state: State) -> tuple[float, int]:
    """The seconds of a step, and how many were measured, from row to row as in a run; the state is learnt on.

    Where the loss is not finite any more it is known by the steps until then.
    """
    portion, size, settings = run.portion(0, 0), run.batch_size, step_settings(run.mean_weight)
    row, taken, measured, warm = 0, 0.0, 0, 0.0
    while taken < ENOUGH:
        began = perf_counter()
        left = -(-(len(portion.order) - row) // size)
        done = run.train.run(state, portion.data, portion.order, row, size, left, settings)
        seconds = perf_counter() - began
        row = (row + done.steps * size) if done.steps < left else 0
        if warm < WARM and done.finite:
            warm += seconds
            continue
        taken, measured = taken + seconds, measured + max(done.steps, 1)
        if not done.finite:
            break
    return taken / measured, measured


def _counted(until: Rule, an_epoch: int) -> tuple[int | None, float]:
    """The steps after which a run ends, None where nothing counts them, and the seconds that it has at the most."""
    share = until.share(_moment(1, an_epoch, 0.0)) or 0.0
    of_second = until.share(_moment(0, 0, 1.0)) or 0.0
    return round(an_epoch / share) if share > 0 else None, 1 / of_second if of_second > 0 else math.inf


def _moment(epochs: int, steps: int, seconds: float) -> Moment:
    return Moment(epochs, steps, seconds, math.nan, None, True, Controls(1))


def _most(before: Memory | None) -> int | None:
    """The most that was held since: the peak of the process where that has risen, else what it holds now."""
    after = memory()
    if before is None or after is None:
        return None
    return after.most if after.most > before.most else after.now


def _seconds(action: Callable[[], object]) -> float:
    began = perf_counter()
    action()
    return perf_counter() - began


def _row(part: str, times: int | None, each: float) -> tuple[str, str, str, str]:
    if times is None:
        return part, "", in_words(each), ""
    return part, f"{times:,}", in_words(each), in_words(times * each)


def in_words(seconds: float) -> str:
    """Seconds as a person says them.

    >>> [in_words(seconds) for seconds in (3e-6, 0.0042, 7.31, 75, 5400)]
    ['3 us', '4.2 ms', '7.31 s', '1 min 15 s', '1 h 30 min']
    """
    if seconds >= 60:
        return duration(seconds)
    scale, unit = (1, "s") if seconds >= 1 else (1e3, "ms") if seconds >= 1e-3 else (1e6, "us")
    return f"{seconds * scale:.3g} {unit}"
