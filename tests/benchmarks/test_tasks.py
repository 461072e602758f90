"""What a peer does in a turn."""

from __future__ import annotations

import numpy as np

from tasks import TASKS
from tasks.answering import ROW, ROWS
from tasks.learning import CALL
from tasks.training import RAGGED


def test_a_turn_of_a_stream_goes_on_with_the_examples_that_come_next() -> None:
    seen: list[float] = []
    turn = CALL.turn(lambda x, y: seen.append(float(x[0])))
    for _ in range(3):
        turn.run()
    assert len(seen) == 3 * turn.units
    assert len(set(seen)) == len(seen)


def test_a_turn_of_questions_asks_once_for_each_batch() -> None:
    batches = ROW.batches()
    seen: list[np.ndarray] = []
    turn = ROW.turn(seen.append, batches)
    turn.run()
    assert turn.units == len(seen) == len(batches)
    assert {batch.shape for batch in batches} == {(1, 784)}
    assert {batch.dtype for batch in batches} == {np.dtype(np.float32)}
    assert ROWS.rows == 100_000


def test_ragged_sequences_fill_the_room_of_every_batch() -> None:
    lengths = RAGGED.lengths().reshape(RAGGED.steps, RAGGED.batch)
    assert (lengths.max(axis=1) == RAGGED.time_steps).all()
    assert lengths.min() >= 20
    assert lengths.min() < 60


def test_every_task_is_found_by_its_name() -> None:
    assert all(task.name == name for name, task in TASKS.items())
    assert {"online", "small", "table", "big", "lstm", "ragged"} <= set(TASKS)
