"""What a caller has called as a run of learning goes on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, Final

from glassnet.errors import SettingError, nearest, sentence
from glassnet.training.stopping import Moment


class Callback:
    """What is called as a run goes on: override the hooks that are wanted, and give an object of the class.

    Each is called between two steps, in the thread that learns, with the moment of the run; `moment.run` may be changed
    there, and the network asked. An exception ends the run: the network is then as after the last whole step, and its
    report says so.

    >>> class Halving(Callback):
    ...     def on_epoch_end(self, moment):
    ...         if moment.epochs % 10 == 0:
    ...             moment.run.rate_scale /= 2
    """

    def on_begin(self, moment: Moment) -> None:
        """Called once, before the first step; in a run that is resumed, before the first one after that."""

    def on_slice_end(self, moment: Moment) -> None:
        """Called between the slices of an epoch, about every 50 ms; how often depends on the machine."""

    def on_epoch_end(self, moment: Moment) -> None:
        """Called where an epoch has ended, with its losses."""

    def on_end(self, moment: Moment) -> None:
        """Called once, after the last step, where a rule or Ctrl-C ended the run."""


HOOKS: Final = tuple(name for name in vars(Callback) if name.startswith("on_"))


class _Function(Callback):
    """A function that is called where a slice or an epoch ends."""

    def __init__(self, function: Callable[[Moment], Any]) -> None:
        self._function = function

    def on_slice_end(self, moment: Moment) -> None:
        """Call the function."""
        self._function(moment)

    on_epoch_end = on_slice_end


class Callbacks(Callback):
    """Several, one after another."""

    def __init__(self, several: Iterable[Callback]) -> None:
        self._several = tuple(several)

    def on_begin(self, moment: Moment) -> None:
        """Call each."""
        for each in self._several:
            each.on_begin(moment)

    def on_slice_end(self, moment: Moment) -> None:
        """Call each."""
        for each in self._several:
            each.on_slice_end(moment)

    def on_epoch_end(self, moment: Moment) -> None:
        """Call each."""
        for each in self._several:
            each.on_epoch_end(moment)

    def on_end(self, moment: Moment) -> None:
        """Call each."""
        for each in self._several:
            each.on_end(moment)


def as_callbacks(given: Any) -> list[Callback]:
    """The callbacks of a list of functions and of objects of `Callback`.

    Raises SettingError for what is neither, and for a method that looks like a hook and is none, with the nearest.
    """
    if callable(given) or isinstance(given, Callback | str) or not isinstance(given, Iterable):
        raise SettingError(f"callbacks={given!r}: expected a list, as in callbacks=[mine]")
    return [_as_callback(each) for each in given]


def _as_callback(given: Any) -> Callback:
    if inspect.isclass(given):
        raise SettingError(f"callbacks: {given.__name__} is a class; give an object of it, as in {given.__name__}()")
    for name in dir(given):
        if name.startswith("on_") and name not in HOOKS and callable(getattr(given, name)):
            kind = type(given).__name__
            said = sentence(f"callbacks: {kind}.{name} is no hook{nearest(name, HOOKS)}")
            raise SettingError(f"{said} Hooks: {', '.join(HOOKS)}")
    if isinstance(given, Callback):
        return given
    if any(hasattr(given, name) for name in HOOKS):
        raise SettingError(f"callbacks: {given!r} has hooks, and its class is to derive from gn.Callback")
    if not callable(given):
        raise SettingError(f"callbacks: {given!r} is neither a function of the moment nor an object of gn.Callback")
    return _Function(given)
