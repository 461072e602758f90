"""How a run of learning goes: how far it has come, its curves, and how it ended."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from glassnet.optimizers.schedules import ReduceOnPlateau
from glassnet.optimizers.schedules.plateau import PlateauState
from glassnet.training.controls import Controls
from glassnet.training.stopping import Moment, RuleState, Stop


@dataclass
class Course:
    """The counters and curves of a run; with the state and the snapshots they are all that it goes on from.

    `row` is the place in the order of the epoch that is being learnt, or of the portion of it of the number `portion`,
    0 where none is begun; `losses` and `weights` are the sums of weight x loss and of weight over the rows since
    `mark`, the last place in this order that a run can go back to. `plateau` is what a rate that is reduced on
    plateaus knows, and `reductions` after which epochs it was reduced, and to what share. `began` is when the clock of
    the run stood at 0: when `learn` was called, if that is known.
    """

    controls: Controls
    training_losses: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    epochs: int = 0
    row: int = 0
    mark: int = 0
    losses: float = 0.0
    weights: float = 0.0
    steps: int = 0
    best_epoch: int | None = None
    retries: int = 0
    diverged: bool = False
    stop: Stop | None = None
    rules: RuleState = field(default_factory=dict)
    plateau: PlateauState = field(default_factory=dict)
    reductions: list[tuple[int, float]] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)
    portion: int = 0

    @property
    def seconds(self) -> float:
        """What the clock of the run says now."""
        return time.perf_counter() - self.began

    @property
    def rate_scale(self) -> float:
        """What the learning rate is multiplied by: what the controls say, times what plateaus left of it."""
        return self.controls.rate_scale * (self.reductions[-1][1] if self.reductions else 1.0)

    def moment(self, *, epoch_ended: bool) -> Moment:
        """How far the run has come."""
        validation = self.validation_losses[-1] if self.validation_losses else None
        loss = self.training_losses[-1]
        return Moment(self.epochs, self.steps, self.seconds, loss, validation, epoch_ended, self.controls)

    def judge_plateau(self, rule: ReduceOnPlateau | None) -> None:
        """Where an epoch has ended: let the rule reduce the rate, if there is one."""
        if rule is None:
            return
        before = self.plateau.get("scale", 1.0)
        self.plateau = rule.judge(self.plateau, self.moment(epoch_ended=True).loss)
        if self.plateau["scale"] != before:
            self.reductions.append((self.epochs, self.plateau["scale"]))

    def go_to(self, row: int) -> None:
        """Be at a place of the epoch from which losses are summed anew."""
        self.row, self.mark, self.losses, self.weights = row, row, 0.0, 0.0

    def end_epoch(self) -> None:
        """Be at the beginning of the next epoch."""
        self.epochs, self.portion = self.epochs + 1, 0
        self.go_to(0)

    def end_portion(self) -> None:
        """Be at the beginning of the next portion of an epoch."""
        self.portion += 1
        self.go_to(0)
