"""The report of a run, put together from its course and the scores of the network."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from glassnet.data.contract import counted_examples
from glassnet.data.table import counted
from glassnet.judging import estimated
from glassnet.metrics.table import METRICS
from glassnet.network.blend import Unseen
from glassnet.network.learnt import Learnt
from glassnet.network.scoring import as_scored
from glassnet.optimizers.schedules import ReduceOnPlateau, Schedule
from glassnet.optimizers.schedules.plateau import improved
from glassnet.training.course import Course
from glassnet.training.report import Report, advise
from glassnet.training.rows import Rows

LOOKED_AT: Final = 50  # steps of a run from which on its layers are looked at where it did badly
CLEARLY: Final = 0.5  # of the way from the baseline to the best score
TOLD: Final = 4  # reductions of the rate that are told one by one; of more, these but one, and the last


def report_of(
    learnt: Learnt,
    course: Course,
    training: Rows,
    held: Rows | None,
    before: int,
    notes: tuple[str, ...],
    unseen: Unseen | None = None,
    *,
    scored: bool = True,
) -> Report:
    """What a run came to; scores are those of the rows held out, or of the training rows where none were.

    Of an ensemble these are answered by the members that did not see them. `before` is the number of steps that the
    network had done before. A run that an error broke off is not `scored`.
    """
    assert course.stop is not None  # the loop ends only with a reason
    honest = unseen if held is None else None
    judged = honest.rows if honest else training if held is None else held
    losses = course.validation_losses or course.training_losses
    if course.retries:
        times, scale = counted(course.retries, "time"), course.controls.rate_scale
        notes = (*notes, f"diverged {times}; the learning rate was scaled by {scale:g}")
    schedule = learnt.programs.model.optimizer.schedule
    notes = (*notes, *_at_rest(schedule, before), *_reduced(schedule.plateau, course))
    where = "the training rows" if held is None else f"{counted_examples(learnt.contract, len(held))} held out"
    if honest:
        where = f"{counted_examples(learnt.contract, len(honest.rows))}, each answered by members that did not see it"
    score = _scores(learnt, judged, honest) if scored else {}
    baseline = learnt.baseline(training, judged) if scored else {}
    ranges = _ranges(learnt, judged, honest) if scored and honest else {}
    notes = (*notes, *_health(learnt, course, training, score, baseline))
    return Report(
        converged=course.stop.converged,
        reason=course.stop.reason,
        advice=advise(
            converged=course.stop.converged,
            diverged=course.diverged,
            losses=tuple(losses),
            reached=score.get("loss", math.inf),
        ),
        steps=course.steps,
        epochs=course.epochs,
        seconds=course.seconds,
        training_losses=tuple(course.training_losses),
        validation_losses=tuple(course.validation_losses),
        best_epoch=course.best_epoch if course.validation_losses else None,
        score=score,
        baseline=baseline,
        ranges=ranges,
        continued_from=before,
        notes=(*notes, f"scores are those of {where}") if scored else notes,
    )


def _health(
    learnt: Learnt, course: Course, training: Rows, score: Mapping[str, float], baseline: Mapping[str, float]
) -> tuple[str, ...]:
    """Notes on layers that do not learn, where layers were laid out by hand and the first score is a poor one.

    Poor is less than half of the way from the baseline to the best score: who does better is not slowed by a look, nor
    is who learns by a few steps at a time.
    """
    name = next(iter(baseline), None)
    if name is None or learnt.members is not None or course.steps < LOOKED_AT:
        return ()
    metric = METRICS[name.rpartition(" ")[2]]  # after the name of one of several targets
    best = 1.0 if metric.higher_is_better else 0.0
    if (score[name] - baseline[name]) / ((best - baseline[name]) or 1.0) >= CLEARLY:
        return ()
    from glassnet.diagnosis.unasked import unasked  # a network that does well does not wait for it

    return unasked(learnt.programs, learnt.state, training, learnt.seed)


def _scores(learnt: Learnt, judged: Rows, unseen: Unseen | None) -> dict[str, float]:
    """The loss and the scores on the rows by which the network is judged."""
    return learnt.scores(judged) if unseen is None else learnt.scored(judged, unseen.answers, unseen.loss)


def _ranges(learnt: Learnt, judged: Rows, unseen: Unseen) -> dict[str, tuple[float, float]]:
    """How far each score on the rows that members did not see may be off, as these are a sample."""
    found = {}
    for each in learnt.shown(judged, unseen.answers):
        for name in () if each.paired else each.metrics:  # the labels of one row are no sample of their own
            estimate = estimated(name, *as_scored(name, each.known, each.answers), each.weights, learnt.seed)
            if math.isfinite(estimate.low) and math.isfinite(estimate.high):
                found[each.called(name)] = estimate.low, estimate.high
    return found


def _at_rest(schedule: Schedule, before: int) -> list[str]:
    """A note where a call began after the learning rate had come to its last value."""
    if schedule.end is None or before < schedule.end[0]:
        return []
    step, rate = schedule.end
    return [
        f"the learning rate had come to its last value, {rate:g}, by step {step:,}, so this call learnt at that rate "
        f"throughout; give an optimizer with a rate of its own, or start afresh with reset()"
    ]


def _reduced(plateau: ReduceOnPlateau | None, course: Course) -> list[str]:
    """A note on where the rate was reduced, or that a run which ended on a plateau left no time for it."""
    if plateau is None:
        return []
    told = [f"to {plateau.rate * scale:g} after epoch {epoch:,}" for epoch, scale in course.reductions]
    if len(told) > TOLD:
        told[TOLD - 1 : -1] = [f"{counted(len(told) - TOLD, 'time')} more"]
    if told:
        return [f"the learning rate was reduced {', '.join(told)}"]
    losses = course.validation_losses or course.training_losses
    risen = not improved(losses[-1], course.plateau["best"], plateau.least)
    if course.stop is None or not (course.stop.converged and risen):
        return []
    return [
        f"the run ended before its learning rate was reduced, for which {counted(plateau.patience, 'epoch')} without "
        f"improvement were needed; give a rule with more patience, such as until=gn.Plateau({3 * plateau.patience})"
    ]
