"""The training loop on the line y = 2 x."""

from __future__ import annotations

import math
import signal
import time

import numpy as np
import pytest

import glassnet as gn
from glassnet.engines.engine import Engine
from glassnet.engines.reference import Reference
from glassnet.nn import Dense, Input, Squared
from glassnet.nn.graph import Graph, chain
from glassnet.nn.initializers import Constant
from glassnet.optimizers import GradientDescent
from glassnet.training import recovery
from glassnet.training.callbacks import Callbacks, as_callbacks
from glassnet.training.course import Course
from glassnet.training.loop import Run, learn, mean_loss
from glassnet.training.programs import Model, Programs
from glassnet.training.recovery import RETRIES
from glassnet.training.rows import Rows
from glassnet.training.stopping import Epochs, Moment, Plateau, Rule, Seconds, Steps, TargetLoss

X = np.arange(5.0)[:, None]


LINE = Rows({"inputs": X}, 2 * X, np.ones(5))


def line(
    start: float, rate: float, until: Rule, training: Rows = LINE, engine: Engine | None = None, **settings
) -> tuple[float, Course, Programs]:
    """Learn y = 2 x from W = `start`; the weight, the course and the programs."""
    graph = Graph.of(chain([Dense(1, bias=False, initializer=Constant(start))], Input(1)))
    programs = Programs.of(Model(graph, Squared(), GradientDescent(rate), (1,), "float64", "float64"))
    engine = engine or Reference()
    given = {"batch_size": 5, "shuffle": False, "validation": None, "keep_best": True, **settings}
    run = Run(
        train=engine.compile(programs.train), evaluate=engine.compile(programs.evaluate), training=training,
        sample=training, until=until, seed=0, mean_weight=1.0, **given,
    )  # fmt: skip
    state = programs.layout.initial(0)
    course = learn(run, state)
    return float(programs.layout.weights(state)["dense_1.weights"][0, 0]), course, programs


@pytest.mark.parametrize("start", [3.0, 5.0, 0.5])
def test_every_start_converges_to_two(start):
    weight, course, _ = line(start, 0.05, TargetLoss(1e-20) | Epochs(1000))
    assert weight == pytest.approx(2, abs=1e-9)
    assert course.stop is not None
    assert course.stop.converged


def test_the_losses_are_those_of_one_fixed_network_before_the_first_step_and_after_each_epoch():
    _, course, _ = line(3.0, 0.05, Epochs(2))
    # W = 3: mean of x^2 = 6. The derivative of the mean is 2 (W - 2) 6 = 12, so W becomes 2.4, then 2.16.
    np.testing.assert_allclose(course.training_losses, [6.0, 6 * 0.4**2, 6 * 0.16**2], rtol=1e-12)


def test_losses_are_measured_within_an_epoch_too_after_every_so_many_steps():
    _, course, _ = line(3.0, 0.01, Epochs(1), batch_size=1, every=2)
    # Each row x = 0, ..., 4 multiplies W - 2 by 1 - 0.02 x^2: after 2 steps it is 0.98, after 4 0.98 x 0.92 x 0.82.
    away = [1.0, 0.98, 0.98 * 0.92 * 0.82, 0.98 * 0.92 * 0.82 * 0.68]
    np.testing.assert_allclose(course.training_losses, [6 * e**2 for e in away], rtol=1e-12)
    assert (course.epochs, course.steps) == (1, 5)


def test_a_rate_too_high_is_seen_undone_and_lowered():
    weight, course, _ = line(3.0, 10.0, Epochs(300))
    assert course.retries > 0
    assert course.rate_scale == 2.0**-course.retries
    assert weight == pytest.approx(2, abs=1e-6)


def test_a_run_that_diverges_whatever_the_rate_stops_and_keeps_the_best_weights():
    weight, course, _ = line(3.0, 1e9, Epochs(300))
    assert course.diverged
    assert course.retries == RETRIES + 1
    assert course.stop is not None
    assert "diverged" in course.stop.reason
    assert weight == 3.0


def test_the_clock_of_a_run_counts_what_was_done_before_its_first_step():
    until = Seconds(50) | Epochs(3)
    assert line(3.0, 0.05, until, began=time.perf_counter() - 60)[1].steps == 0
    assert line(3.0, 0.05, until, began=time.perf_counter())[1].steps == 3


def test_a_run_that_diverges_within_an_epoch_goes_on_from_the_last_mark(monkeypatch):
    monkeypatch.setattr(recovery, "MARK_ROWS", 10)
    x = np.concatenate([np.ones(25), [1e200], np.ones(14)])[:, None]  # the square of the delta of row 25 overflows
    rows = Rows({"inputs": x}, 2 * x, np.ones(40))
    seen: list[tuple[int, int, bool]] = []

    class Watched(Reference):
        def compile(self, program):
            executable = super().compile(program)
            run = executable.run

            def watched(state, data, order, start, *others):
                done = run(state, data, order, start, *others)
                seen.append((start, start + done.steps, done.finite))
                return done

            executable.run = watched
            return executable

    weight, course, _ = line(3.0, 0.01, Epochs(1), training=rows, batch_size=1, engine=Watched())
    tried = [(0, 10, True), (10, 20, True), (20, 25, False), (20, 25, False)]  # once more from the mark, then from afar
    assert seen == tried * (RETRIES // 2) + tried[:3]
    assert course.diverged
    assert weight == 3.0


def test_marks_change_nothing_where_all_goes_well(monkeypatch):
    x = np.linspace(-1, 1, 40)[:, None]
    rows = Rows({"inputs": x}, 2 * x, np.ones(40))
    plain, _, _ = line(3.0, 0.01, Epochs(2), training=rows, batch_size=3)
    monkeypatch.setattr(recovery, "MARK_ROWS", 7)
    moments: list[Moment] = []
    marked, course, _ = line(
        3.0, 0.01, Epochs(2), training=rows, batch_size=3, callback=Callbacks(as_callbacks([moments.append]))
    )
    assert marked == plain
    assert course.steps == 28
    assert [moment.steps for moment in moments] == [*range(2, 14, 2), 14, *range(16, 28, 2), 28]


def test_steps_end_a_run_in_the_middle_of_an_epoch():
    _, course, _ = line(3.0, 0.001, Steps(7), batch_size=2)
    assert (course.steps, course.epochs) == (7, 2)  # three batches an epoch


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_every_row_counts_once_an_epoch_whatever_the_batch(size):
    tiny = 1e-9
    weight, _, _ = line(3.0, tiny, Epochs(1), batch_size=size)
    # At W = 3 the delta of a row is 2 x^2; an update takes the mean over its batch.
    batches = [np.arange(5)[i : i + size] for i in range(0, 5, size)]
    assert (3.0 - weight) / tiny == pytest.approx(sum((2.0 * b**2).mean() for b in batches), rel=1e-5)


def test_a_slot_that_overflows_is_divergence_though_the_loss_is_finite():
    """In float32 the square of a delta beyond 1e19 is infinite, and Adam's weight would never move again."""
    network = gn.Network([gn.Dense(1, bias=False, initializer=Constant(3.0))], loss="squared", seed=0)
    report = network.learn(np.array([1e12]), np.array([2e12]), mode="full-batch", epochs=3)
    assert "diverged" in report.reason
    assert np.isfinite(network.predict(np.array([1e12]))).all()


def test_the_best_state_on_validation_rows_is_what_one_gets_whatever_ended_the_run():
    held = Rows({"inputs": X}, 2.5 * X, np.ones(5))  # best at W = 2.5, on the way from 3 to 2
    weight, course, _ = line(3.0, 0.005, Epochs(200), validation=held)
    assert course.best_epoch == int(np.argmin(course.validation_losses))
    assert weight == pytest.approx(2.5, abs=0.05)
    last, _, _ = line(3.0, 0.005, Epochs(200), validation=held, keep_best=False)
    assert last == pytest.approx(2, abs=0.01)


def test_a_row_of_weight_nothing_does_not_count_in_the_loss():
    _, _, programs = line(3.0, 0.05, Epochs(0))
    evaluate = Reference().compile(programs.evaluate)
    state = programs.layout.initial(0)
    rows = Rows({"inputs": np.array([[1.0], [np.nan]])}, np.array([[2.0], [0.0]]), np.array([1.0, 0.0]))
    assert mean_loss(evaluate, state, rows) == pytest.approx(1.0)
    assert math.isnan(mean_loss(evaluate, state, Rows({"inputs": X[:0]}, X[:0], np.ones(0))))


def test_control_c_ends_a_run_after_a_whole_step_and_keeps_what_was_learnt():
    def interrupt(moment):
        if moment.epochs == 3:
            signal.raise_signal(signal.SIGINT)

    weight, course, _ = line(3.0, 0.05, Plateau(10) | Epochs(10_000), callback=Callbacks(as_callbacks([interrupt])))
    assert course.stop is not None
    assert "interrupted" in course.stop.reason
    assert course.epochs in (3, 4)
    assert weight < 2.1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
