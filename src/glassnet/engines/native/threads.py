"""Worker threads that run the same code side by side, and sleep between the runs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any


class Crew:
    """Threads that work for one executable at a time; `work(tid)` is called with 0 in the caller's own thread.

    They start when they are first needed and end with the process. After a fork the child starts its own.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._go: list[threading.Semaphore] = []
        self._done = threading.Semaphore(0)
        self._work: Callable[[int], Any] = _nothing

    def run(self, threads: int, work: Callable[[int], Any]) -> Any:
        """Have so many threads work, the caller's own among them; gives what its own work gave.

        Where another thread of the program has the crew at work, the answer is None, and `work` is never called: the
        caller may work alone.
        """
        if not self._lock.acquire(blocking=False):
            return None
        try:
            while len(self._go) < threads - 1:
                self._hire()
            self._work = work
            for go in self._go[: threads - 1]:
                go.release()
            try:
                return work(0)
            finally:
                for _ in range(threads - 1):
                    self._done.acquire()
        finally:
            self._work = _nothing
            self._lock.release()

    def _hire(self) -> None:
        go, done, tid = threading.Semaphore(0), self._done, len(self._go) + 1
        self._go.append(go)

        def life() -> None:
            while True:
                go.acquire()
                self._work(tid)
                done.release()

        threading.Thread(target=life, name=f"glassnet-{tid}", daemon=True).start()


def _nothing(tid: int) -> None:
    """No work."""


CREW = Crew()
