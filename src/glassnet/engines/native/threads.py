"""Worker threads that run the same code side by side, and sleep between the runs."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from glassnet.engines.native.cores import ANY, Cores, allowed, moved, part

Work = Callable[[int], Any]


class Job:
    """One piece of work for several threads, and how far it has come; `answer` is what thread 0 made of it.

    Its threads share out the `cores` that the caller may use.
    """

    def __init__(self, work: Work, threads: int, cores: Cores) -> None:
        self.work, self.threads, self.cores = work, threads, cores
        self.answer: Any = None
        self.trouble: BaseException | None = None
        self.done: SimpleQueue[None] = SimpleQueue()
        self.finished = False
        self._begun: set[int] = set()
        self._left, self._counting = threads, threading.Lock()

    def begin(self, tid: int) -> bool:
        """Whether this thread has yet to do its share, which it then begins: a job may be handed over twice."""
        new = tid not in self._begun
        self._begun.add(tid)
        return new

    def run(self, tid: int, now: Cores) -> Cores:
        """Do the share of a thread on its part of the cores; what goes wrong is kept for the caller.

        `now` are the cores that the thread had so far; those that it has after that are given.
        """
        try:
            now = moved(now, part(self.cores, tid, self.threads))
            answer = self.work(tid)
            if tid == 0:
                self.answer = answer
        except BaseException as error:  # a thread that ended here would be waited for without end
            self.trouble = error
        return now

    def end(self) -> bool:
        """Say that a thread has done its share; gives whether it was the last."""
        with self._counting:
            self._left -= 1
            self.finished = self._left == 0
            return self.finished


class Crew:
    """Threads that work for one caller at a time, all at once.

    They start when they are first needed and end with the process; after a fork the child starts its own. The caller
    does no share itself: it hands over and waits, so that an exception that a signal raises in it (Ctrl-C) never leaves
    the others at a meeting to which it does not come.
    """

    def __init__(self) -> None:
        self._forget()
        if hasattr(os, "register_at_fork"):
            mine = weakref.WeakMethod(self._forget)
            os.register_at_fork(after_in_child=lambda: _call(mine()))

    def _forget(self) -> None:
        self._busy = threading.Lock()
        self._desks: list[SimpleQueue[Job]] = []  # where each thread finds its work

    def run(self, threads: int, work: Work) -> Any:
        """Have so many threads call work(0), work(1), ... side by side; gives what work(0) gave.

        None, with no call made, where the crew is at work for another, or where no more threads can be had: the caller
        may work alone. An exception that one of them raised is raised, once all have ended.
        """
        if not self._taken(threads):
            return None
        job, interrupted = Job(work, threads, allowed()), None
        while not job.finished:
            try:
                for desk in self._desks[:threads]:
                    desk.put(job)
                job.done.get()
            except BaseException as error:
                interrupted = error
        trouble = interrupted or job.trouble
        if trouble is not None:
            raise trouble
        return job.answer

    def _taken(self, threads: int) -> bool:
        """Whether the crew is now this caller's, and has so many threads."""
        if not self._busy.acquire(blocking=False):
            return False
        hired = False
        try:
            hired = self._hired(threads)
        finally:
            if not hired:
                self._busy.release()
        return hired

    def _hired(self, threads: int) -> bool:
        """Whether there are so many threads now."""
        try:
            while len(self._desks) < threads:
                desk: SimpleQueue[Job] = SimpleQueue()
                number = len(self._desks)
                name = f"glassnet-{number}"
                threading.Thread(target=self._life, args=(number, desk), name=name, daemon=True).start()
                self._desks.append(desk)
        except RuntimeError:  # the system has no more, or the interpreter is ending
            return False
        return True

    def _life(self, tid: int, desk: SimpleQueue[Job]) -> None:
        """The life of a thread: it waits for a job, does its share, and tells the caller where it was the last to."""
        cores = ANY
        while True:
            job = desk.get()
            if job.begin(tid):
                cores = job.run(tid, cores)
                if job.end():
                    self._busy.release()
                    job.done.put(None)
            del job  # and what it holds, while there is no other


def _call(forget: Callable[[], None] | None) -> None:
    """Have a crew forget its threads, if it is still there."""
    if forget is not None:
        forget()


CREW = Crew()
