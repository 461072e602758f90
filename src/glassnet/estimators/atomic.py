"""A call that fails leaves an estimator as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

OURS: Final = ("_kind", "_names", "_count")  # what is learnt beside the attributes that end in "_"


@contextmanager
def as_it_was(estimator: Any) -> Iterator[None]:
    """Have an estimator know what it knew before, where something is raised.

    A network that goes on learning is as after its last whole step.
    """
    before = _learnt(estimator)
    try:
        yield
    except BaseException:
        for name in _learnt(estimator).keys() - before.keys():
            delattr(estimator, name)
        vars(estimator).update(before)
        raise


def _learnt(estimator: Any) -> dict[str, Any]:
    """The attributes that learning sets."""
    return {name: value for name, value in vars(estimator).items() if name.endswith("_") or name in OURS}
