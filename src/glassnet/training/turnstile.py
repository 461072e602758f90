"""Several threads at one network: who may look at its state, and who may change it."""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from glassnet.errors import BusyError


class Held:
    """Says, while its block runs, that the room is held; the block begins when whoever is quick has left."""

    __slots__ = ("_turns", "now")

    def __init__(self, turns: Turnstile) -> None:
        self._turns, self.now = turns, False

    def __enter__(self) -> None:
        self.now = True
        while self._turns.quick:
            time.sleep(1e-5)

    def __exit__(self, *error: object) -> None:
        self.now = False


class Turnstile:
    """Two locks by which threads take turns at a state, and one that a run of learning holds from end to end.

    Whoever looks at the state holds both, `with turns.gate, turns.room, turns.held:`. A run holds the `room` for a
    slice of steps, and passes the `gate` before the next, so that whoever waits at it comes first: a lock alone would
    go back to the run, which asks for it again at once. They are taken by `with` and not by a method, since an
    interrupt between the lines of a method would leave them locked for ever.

    What takes a microsecond does not wait for locks, which cost 0.3 us. Where neither `quick` nor `held.now` is set it
    sets `quick`, and clears it when done; else it takes the locks. Between that look and that mark no other thread of
    Python runs, since there is no call between them; and who has the room waits in `held` until `quick` is clear.

    `learning` says that a run is going on. A copy has locks of its own, and so has a forked process, in which the other
    threads do not exist.
    """

    __slots__ = ("__weakref__", "_alone", "gate", "held", "learning", "quick", "room")

    def __init__(self) -> None:
        self.renew()
        _ALIVE.add(self)

    def renew(self) -> None:
        """Have locks that nobody holds."""
        self.gate, self.room, self._alone = Lock(), Lock(), Lock()
        self.held, self.quick, self.learning = Held(self), False, False

    def __reduce__(self) -> tuple[type[Turnstile], tuple[()]]:
        return Turnstile, ()

    @contextmanager
    def alone(self, call: str) -> Iterator[None]:
        """Be the only one that learns; raises BusyError where another does."""
        alone = self._alone
        if not alone.acquire(blocking=False):
            raise busy(call)
        self.learning = True
        try:
            yield
        finally:
            self.learning = False
            alone.release()


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
