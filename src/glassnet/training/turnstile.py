"""Several threads at one network: who may look at its state, and who may change it."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from glassnet.errors import BusyError


class Turnstile:
    """Two locks by which threads take turns at a state, and one that a run of learning holds from end to end.

    Whoever looks at the state holds both, `with turns.gate, turns.room:`. A run holds the `room` for a slice of steps,
    and passes the `gate` before the next, so that whoever waits at it comes first: a lock alone would go back to the
    run, which asks for it again at once. They are taken by `with` and not by a method, since an interrupt between the
    lines of a method would leave them locked for ever. They cost 0.1 us together.

    A copy has locks of its own, and so has a forked process, in which the other threads do not exist.
    """

    def __init__(self) -> None:
        self.renew()
        _ALIVE.add(self)

    def renew(self) -> None:
        """Have locks that nobody holds."""
        self.gate, self.room, self._learning = Lock(), Lock(), Lock()

    def __reduce__(self) -> tuple[type[Turnstile], tuple[()]]:
        return Turnstile, ()

    @property
    def learning(self) -> bool:
        """Whether a run of learning is going on."""
        return self._learning.locked()

    @contextmanager
    def alone(self, call: str) -> Iterator[None]:
        """Be the only one that learns; raises BusyError where another does."""
        learning = self._learning
        if not learning.acquire(blocking=False):
            raise busy(call)
        try:
            yield
        finally:
            learning.release()


def busy(call: str) -> BusyError:
    """The error for a call that a network which is learning cannot take."""
    return BusyError(
        f"{call}: this network is learning already, in another thread or around the callback that asked; wait until "
        f"that has ended, or take a clone()"
    )


_ALIVE: Final[weakref.WeakSet[Turnstile]] = weakref.WeakSet()


def _renew() -> None:
    """Let a forked child use the networks that other threads of its parent were using."""
    for turnstile in _ALIVE:
        turnstile.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)
