"""What is diagnosed: a network as it stands, as it began, and the rows that it is to learn from."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from glassnet.core.operation import Array
from glassnet.data.sequences import there
from glassnet.diagnosis.chance import Chance
from glassnet.diagnosis.goal import Goal, Measure
from glassnet.diagnosis.layers import Floats, LayerView, laid_open, seen
from glassnet.diagnosis.trials import on_rows, sample, tried, usual_rate
from glassnet.errors import DivergenceError, SettingError
from glassnet.nn.graph import LENGTHS, STEP
from glassnet.training.layout import State
from glassnet.training.loop import Run, mean_loss
from glassnet.training.programs import OUTPUT, Programs
from glassnet.training.rate_range import RangeTest, steepest
from glassnet.training.recovery import copied
from glassnet.training.rows import Rows

MOST_ROWS: Final = 1_000  # on which losses are measured and neighbours looked for
SWEEP: Final = RangeTest(1e-6, 10.0, 60)
FEWEST_STEPS: Final = 20  # of a sweep
SWEEP_SECONDS: Final = 1.0
SLOWEST: Final = 0.2  # seconds of a step beyond which nothing is tried
MOST_TARGETS: Final = 4  # of which each is tried by itself
CLEARLY: Final = 0.5  # of the way from the constant answer to the best: a network that came so far does learn


@dataclass(frozen=True, eq=False)
class Subject:
    """A network and its rows, as programs, states and arrays.

    `state` is the network as it stands, `start` as it began; `run` is what `learn` would do with the encoded `rows`.
    `labels` are the classes, None for numbers. `copies` and `oddities` are notes on the columns of a table that tell
    the target, and on others that make scores too good; None for arrays. `planned` says that the network laid its
    layers out by itself, `carried` that they keep the states of sequences from step to step. `goals` are the targets
    where they are several, each with a loss of its own; of one of them by itself, `goal` is that one, and `whole` the
    subject of all.
    """

    programs: Programs
    run: Run
    state: State
    start: State
    rows: Rows
    labels: Sequence[Any] | None
    copies: tuple[str, ...] | None
    oddities: tuple[str, ...] | None
    planned: bool
    carried: bool
    seed: int
    goals: tuple[Goal, ...] = ()
    goal: Goal | None = None
    whole: Subject | None = None

    @cached_property
    def apart(self) -> tuple[Subject, ...]:
        """The same network for each of several targets that some row has, on those rows; none for a single target."""
        parts = (
            replace(self, rows=goal.rows(self.rows), labels=goal.labels, goals=(), goal=goal, whole=self)
            for goal in self.goals
        )
        return tuple(each for each in parts if len(each.rows))

    @property
    def lacking(self) -> tuple[str, ...]:
        """The names of those of several targets that no row has."""
        there = {each.goal for each in self.apart}
        return tuple(goal.name for goal in self.goals if goal not in there)

    @property
    def steps(self) -> int:
        """The steps that the network has learnt."""
        return int(self.state[STEP])

    @cached_property
    def sample(self) -> Rows:
        """At most 1,000 of the rows."""
        return sample(self.rows, MOST_ROWS, self.seed)

    @cached_property
    def layers(self) -> tuple[LayerView, ...]:
        """The layers as the network stands, on at most 200 of the rows, fewer of long sequences.

        Of the layer that gives the output, those of one target alone where one is looked at.
        """
        if self.whole is not None:
            own = self.learnt_by.outputs
            return tuple(each.only(own) if each.last else each for each in self.whole.layers)
        return seen(self.programs, self.state, sample(self.rows, laid_open(self.rows), self.seed))

    @property
    def learnt_by(self) -> Measure:
        """The loss that is learnt by, with its raw outputs for a row, or for each step of it."""
        return Measure(self.programs.model.loss, self._width) if self.goal is None else self.goal.learnt

    @property
    def measured_by(self) -> Measure:
        """The loss that is measured."""
        return Measure(self.programs.model.losses[1], self._width) if self.goal is None else self.goal.measured

    @property
    def _width(self) -> int:
        last = self.programs.train.outputs[OUTPUT].shape[-1]
        return last if isinstance(last, int) else 1

    @property
    def weights(self) -> int:
        """How many numbers the network learns."""
        return sum(group.size for group in self.programs.layout.groups)

    def targets(self, rows: Rows) -> Array:
        """The targets of rows as the loss takes them."""
        return rows.targets if self.goal is None else self.goal.targets(rows)

    def single(self, rows: Rows) -> tuple[Array, Floats]:
        """The targets of rows and what each counts; of sequences with a target for each step those of every step."""
        if not self.programs.model.answers_steps:
            return self.targets(rows), rows.weights
        counted = there(rows.inputs[LENGTHS], rows.targets.shape[1])
        return rows.targets[counted], np.broadcast_to(rows.weights[:, None], counted.shape)[counted]

    def chance(self, rows: Rows, measure: Measure | None = None) -> Chance | None:
        """What a constant answer and the best answers come to on rows, by the loss that is measured or another."""
        return (measure or self.measured_by).chance(*self.single(rows))

    def loss(self, state: State, rows: Rows) -> float:
        """The loss of a state on rows."""
        return mean_loss(self.run.evaluate, state, rows)

    @cached_property
    def standing(self) -> Chance | None:
        """What a constant answer and the best answers come to on the sample."""
        return self.chance(self.sample)

    @cached_property
    def learns(self) -> bool:
        """Whether the network has learnt, and does clearly better than a constant answer for a target at least."""
        if self.goals:
            return any(each.learns for each in self.apart)
        if self.steps == 0 or self.standing is None:
            return False
        return self.standing.progress(self.loss(self.state, self.sample)) >= CLEARLY

    @cached_property
    def step_seconds(self) -> float:
        """How long a step takes, at the least of three."""
        times = []
        for _ in range(3):
            began = time.perf_counter()
            tried(self.brief, self.start, self.programs.model.optimizer.schedule, self.rate, 1, 0.0)
            times.append(time.perf_counter() - began)
        return min(times)

    @cached_property
    def brief(self) -> Run:
        """The run on at most 1,000 rows, as what is tried takes it; layers that keep states have all of them."""
        return self.run if self.carried else on_rows(self.run, self.sample)

    @cached_property
    def rate(self) -> float:
        """The learning rate of the network's own optimizer; of a schedule the highest one."""
        return usual_rate(self.programs.model.optimizer.schedule, self.start)

    @cached_property
    def suggestion(self) -> float | None:
        """The rate at which the loss falls most steeply in a short sweep from the start, None where it falls at none.

        Raises SettingError where the schedule begins at the rate 0.
        """
        steps = min(SWEEP.steps, max(FEWEST_STEPS, int(SWEEP_SECONDS / 2 / max(self.step_seconds, 1e-9))))
        test = RangeTest(SWEEP.lowest, SWEEP.highest, steps)
        try:
            found = test(self.brief, copied(self.start), self.programs.model.optimizer.schedule, 0)
        except DivergenceError:
            return None
        return steepest(found, steps)

    @cached_property
    def unready(self) -> str:
        """Why nothing can be tried with the network, or ""."""
        if self.planned:
            return "the network plans its layers and rates by itself, and its members do not learn from the same rows"
        if self.goal is not None and self.goal.count > MOST_TARGETS:
            return f"there are {self.goal.count} targets, too many to try each by itself"
        if self.whole is not None:
            return self.whole.unready
        try:
            tried(self.brief, self.start, self.programs.model.optimizer.schedule, self.rate, 1, 0.0)
        except SettingError as error:
            return str(error)
        if self.step_seconds > SLOWEST:
            return f"one step takes {self.step_seconds:.2g} s, too long to try many"
        return ""
