"""What all peers are asked to do, on the same data."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.answering import QUESTIONS
from tasks.dictionaries import DICTIONARY
from tasks.fitting import FIT
from tasks.keeping import BIG_KEPT, SMALL_KEPT
from tasks.learning import STREAMS
from tasks.task import Task
from tasks.training import UPDATES, WORKLOADS

TASKS: Mapping[str, Task] = {
    task.name: task for task in (*WORKLOADS, *UPDATES, *STREAMS, DICTIONARY, *QUESTIONS, SMALL_KEPT, BIG_KEPT, FIT)
}
