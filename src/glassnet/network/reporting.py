"""The report of a run, put together from its course and the scores of the network."""

from __future__ import annotations

from glassnet.network.learnt import Learnt
from glassnet.optimizers.schedules import Schedule
from glassnet.training.course import Course
from glassnet.training.loop import Rows
from glassnet.training.report import Report, advise


def report_of(
    learnt: Learnt,
    course: Course,
    training: Rows,
    held: Rows | None,
    before: int,
    notes: tuple[str, ...],
    *,
    scored: bool = True,
) -> Report:
    """What a run came to; scores are those of the rows held out, or of the training rows where none were.

    `before` is the number of steps that the network had done before. A run that an error broke off is not `scored`.
    """
    assert course.stop is not None  # the loop ends only with a reason
    judged = training if held is None else held
    losses = course.validation_losses or course.training_losses
    if course.retries:
        notes = (*notes, f"diverged {course.retries} times; the learning rate was scaled by {course.rate_scale:g}")
    notes = (*notes, *_at_rest(learnt.programs.model.optimizer.schedule, before))
    where = "the training rows" if held is None else f"{len(held):,} rows held out"
    return Report(
        converged=course.stop.converged,
        reason=course.stop.reason,
        advice=advise(converged=course.stop.converged, diverged=course.diverged, losses=tuple(losses)),
        steps=course.steps,
        epochs=course.epochs,
        seconds=course.seconds,
        training_losses=tuple(course.training_losses),
        validation_losses=tuple(course.validation_losses),
        best_epoch=course.best_epoch if held is not None else None,
        score=learnt.scores(judged) if scored else {},
        baseline=learnt.baseline(training, judged) if scored else {},
        continued_from=before,
        notes=(*notes, f"scores are those of {where}") if scored else notes,
    )


def _at_rest(schedule: Schedule, before: int) -> list[str]:
    """A note where a call began after the learning rate had come to its last value."""
    if schedule.end is None or before < schedule.end[0]:
        return []
    step, rate = schedule.end
    return [
        f"the learning rate had come to its last value, {rate:g}, by step {step:,}, so this call learnt at that rate "
        f"throughout; give an optimizer with a rate of its own, or start afresh with reset()"
    ]
