"""One run of a network: begun or gone on with, kept on the way, and reported."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from glassnet.errors import ModelFileError, SettingError
from glassnet.files.container import checksum
from glassnet.files.generations import before, read_newest
from glassnet.network.blend import SAMPLE_OF_MEMBERS, blend
from glassnet.network.checkpoint import Checkpoint, Checkpoints, Contents
from glassnet.network.given import Given
from glassnet.network.learnt import Learnt
from glassnet.network.linear_start import start_linear
from glassnet.network.options import check_all_rows
from glassnet.network.pieces import check_call, in_pieces
from glassnet.network.preparation import SAMPLE, division_of, rows_of, sample_of
from glassnet.network.reporting import report_of
from glassnet.network.serial import learnt_to_json
from glassnet.network.terms import Asked, Terms, fingerprint
from glassnet.network.unfinished import SECTION, Unfinished, to_file
from glassnet.network.wishes import Wishes
from glassnet.nn.graph import STEP
from glassnet.plan import Planned
from glassnet.training.callbacks import Callback
from glassnet.training.feed import Feed
from glassnet.training.held_out import HeldOut
from glassnet.training.keeper import Keeper
from glassnet.training.layout import State
from glassnet.training.loop import INTERRUPTED, Run, begin, go_on
from glassnet.training.recovery import copied
from glassnet.training.report import Report
from glassnet.training.rows import Rows
from glassnet.training.standing import Standing
from glassnet.training.stopping import Stop
from glassnet.training.turnstile import Turnstile

MET_BEFORE: Final = (
    "these are other rows than those of the call before, divided into folds anew: members may have learnt rows that "
    "they are judged on now, so that scores and intervals may be too good; hold rows out with validation= to know"
)


@dataclass
class Learning:
    """A network with rows made ready, and the terms to learn them by; `resumed` is the run that is gone on with.

    `around` are the settings of the network around it, as its file holds them. `begun` says whether a step was taken.
    """

    learnt: Learnt
    training: Rows
    held: Rows | None
    notes: tuple[str, ...]
    terms: Terms
    seed: int
    turns: Turnstile
    around: Mapping[str, Any]
    resumed: Unfinished | None
    asked: Asked
    begun: bool = False

    @classmethod
    def of(
        cls,
        learnt: Learnt,
        planned: Planned | None,
        resumed: Unfinished | None,
        wishes: Wishes,
        turns: Turnstile,
        asked: Asked,
        given: Given,
    ) -> Learning:
        """The run that was asked for, on data as it was given; of one that goes on, compared with what it began with.

        Raises DataError, TargetError or SettingError for what cannot be learnt from, or is no part of that run.
        """
        validation = asked.validation if resumed is None else resumed.validation(asked.validation)
        training, held, notes = rows_of(
            learnt.contract,
            given,
            validation=validation,
            division=division_of(validation, given.data, wishes.seed),
            check=learnt.check,
            seed=wishes.seed,
            members=learnt.members,
        )
        check_call(learnt.streams, asked.truncate, asked.mode, asked.batch_size)
        optimizer = learnt.programs.model.optimizer
        if optimizer.joint:
            check_all_rows(type(optimizer).__name__, learnt.streams, asked.mode, asked.batch_size, len(training))
        training, held = learnt.begun(training), None if held is None else learnt.begun(held)
        terms = Terms.of(
            asked,
            len(training),
            planned,
            learnt.metrics,
            streams=learnt.streams,
            kind=learnt.kind,
            joint=optimizer.joint,
        )
        if asked.stream is not None:
            notes = (*notes, asked.stream.note(sampled=learnt.members is not None))
        if resumed is not None:
            resumed.agree(asked, terms, _described(training, held, asked), int(learnt.state[STEP]))
            terms = resumed.terms
        elif wishes.initializer is None:
            start_linear(learnt, training)
        return cls(learnt, training, held, notes, terms, wishes.seed, turns, wishes.to_json(planned), resumed, asked)

    def __post_init__(self) -> None:
        self._before = int(self.learnt.state[STEP]) if self.resumed is None else self.resumed.before

    def _meet(self) -> None:
        """Note where members of an ensemble may be judged on rows that they learnt in an earlier call."""
        if self.learnt.members is None or self.resumed is not None:
            return
        seen = checksum(np.frombuffer(repr(fingerprint(self.training, None)).encode(), np.uint8))
        if self.learnt.seen not in (None, seen):
            self.notes = (*self.notes, MET_BEFORE)
        self.learnt.seen = seen

    def go(self, callback: Callback, checkpoint: Checkpoint | None) -> Report:
        """Learn to the end of the run; raises ModelFileError where its first checkpoint cannot be written."""
        learnt, keeper = self.learnt, None if checkpoint is None else self._checkpoints(checkpoint)
        run = self.run(callback, keeper or Keeper())
        standing = begin(run, learnt.state, learnt.epochs) if self.resumed is None else self.resumed.standing
        done = standing.course.steps
        try:
            if keeper is not None:
                keeper.first(learnt.state, standing, rotated=self.resumed is not None and self.resumed.whole)
            go_on(run, learnt.state, standing)
        except BaseException as error:
            self.begun = standing.course.steps > done
            if self.begun:
                self._break_off(standing, error)
            raise
        finally:
            if keeper is not None:
                keeper.finish()
        report = self.report(standing, scored=True)
        if keeper is not None and standing.course.stop != Stop(INTERRUPTED, False):
            keeper.end((learnt.arrays(), learnt_to_json(learnt, self.around)))
        return report

    def run(self, callback: Callback, keeper: Keeper) -> Run:
        """The run as the training loop takes it."""
        learnt, training = self.learnt, self.training
        if learnt.streams is not None:
            steps = learnt.programs.model.answers_steps
            training = in_pieces(training, learnt.streams, self.terms.truncate, answers_steps=steps)
        return Run(
            train=learnt.train,
            evaluate=learnt.evaluate,
            training=training,
            sample=sample_of(self.training, self.seed, SAMPLE if self.unseen is None else SAMPLE_OF_MEMBERS),
            validation=self.held,
            every=self.terms.every,
            held_out=self.unseen,
            feed=self._feed,
            parts=learnt.programs.parts,
            batch_size=self.terms.batch[0],
            shuffle=self.terms.batch[1],
            until=self.terms.until,
            seed=self.seed,
            keep_best=self.terms.keep == "best",
            mean_weight=self._mean_weight(training),
            plateau=learnt.programs.model.optimizer.schedule.plateau,
            callback=callback,
            keeper=keeper,
            turns=self.turns,
            began=self.asked.began,
        )

    def _mean_weight(self, training: Rows) -> float:
        """The mean weight of the rows of an epoch, as far as these are known beforehand."""
        learnt, stream = self.learnt, self.asked.stream
        of_all = None if stream is None or learnt.members is not None else stream.weights.mean(learnt.contract)
        return training.mean_weight(learnt.members) if of_all is None else of_all

    @property
    def _feed(self) -> Feed | None:
        """The rows of every epoch, where those in memory are not all; members learn from these alone."""
        learnt, stream = self.learnt, self.asked.stream
        if stream is None or learnt.members is not None:
            return None
        dtypes = {name: call.dtype for name, call in learnt.train.program.inputs.items()}
        return stream.feed(learnt.contract, dtypes, self.terms.batch[0], self.seed)

    @cached_property
    def unseen(self) -> HeldOut | None:
        """The rows that the members of an ensemble do not learn from, each its own; None of a single network."""
        members, executable = self.learnt.members, self.learnt.unseen
        if members is None or executable is None:
            return None
        return HeldOut.of(executable, members, self.training, self.seed)

    def _checkpoints(self, checkpoint: Checkpoint) -> Checkpoints:
        """The checkpoints of this run; what does not change on the way is made here, once."""
        if self.resumed is None or not _same(checkpoint, self.resumed.checkpoint):
            refuse_unfinished(checkpoint)
        layout, document = self.learnt.programs.layout, learnt_to_json(self.learnt, self.around)
        data = _described(self.training, self.held, self.asked)

        def contents(state: State, standing: Standing) -> Contents:
            run = Unfinished(self.terms, data, standing, self._before, int(state[STEP]), checkpoint)
            arrays, section = to_file(run, layout)
            settings = {**document, "epochs": standing.epoch, SECTION: section}
            return {**layout.arrays(copied(state)), **arrays}, settings

        return Checkpoints(checkpoint, contents)

    def report(self, standing: Standing, *, scored: bool) -> Report:
        """The report of the run, which is then the network's own and rests where it answers."""
        with self.turns.gate, self.turns.room, self.turns.held:
            self.learnt.programs.layout.settle(self.learnt.state)
            unseen = None if self.unseen is None else blend(self.learnt, self.unseen)
        if self.unseen is not None:
            self.learnt.get_ready()
        self.learnt.epochs = standing.epoch
        self._meet()
        self.learnt.report = report_of(
            self.learnt, standing.course, self.training, self.held, self._before, self.notes, unseen, scored=scored
        )
        return self.learnt.report

    def _break_off(self, standing: Standing, error: BaseException) -> None:
        """Have the network's report say what ended the run."""
        step = int(self.learnt.state[STEP])
        words = f"broken off by {type(error).__name__}({error}); the network is as after step {step:,}, a whole one"
        standing.course.stop = Stop(words, False)
        self.report(standing, scored=False)


def _described(training: Rows, held: Rows | None, asked: Asked) -> dict[str, str]:
    """What tells the data of a run from others, those of a stream by how many there are besides."""
    return {**fingerprint(training, held), **({} if asked.stream is None else asked.stream.described)}


def refuse_unfinished(checkpoint: Checkpoint) -> None:
    """Raise SettingError where a checkpoint would take the place of another unfinished run, or of no network at all."""
    path = checkpoint.path
    try:
        settings = read_newest(path)[1]
    except ModelFileError as error:
        if not os.path.lexists(path):
            return
        raise SettingError(f"checkpoint: {error} It would be overwritten: give another name, or remove it") from error
    if SECTION in settings:
        raise SettingError(
            f"checkpoint: {path} holds an unfinished run, which would be lost; go on with it by "
            f"Network.resume({str(path)!r}), give another name, or remove it and {before(path).name}"
        )


def _same(one: Checkpoint, other: Checkpoint) -> bool:
    """Whether two checkpoints are of one file."""
    return os.path.realpath(one.path) == os.path.realpath(other.path)
