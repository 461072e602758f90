"""The terms of a run: what `learn` was asked for, so that a run that is resumed goes on by the same."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from glassnet.data.division import DIVISIONS, Divided
from glassnet.data.frames import is_table
from glassnet.errors import DataError, SettingError
from glassnet.files.container import checksum
from glassnet.network.options import batch_of, rule_of, seconds_of
from glassnet.network.scoring import Kind, as_metrics
from glassnet.plan import Planned
from glassnet.settings import Configured, as_json, check_name, from_json
from glassnet.training.rows import Rows
from glassnet.training.stopping import RULES, Rule

if TYPE_CHECKING:
    from glassnet.network.from_batches import Stream

KEEP: Final = ("best", "last")
GIVEN: Final = "rows"  # what stands for validation rows that the caller gave


@dataclass(frozen=True)
class Asked:
    """The arguments of `learn` that say how, as they were given, and when it `began`, by the clock of a run.

    `stream` is what the rows in memory are a part of, where there are more. A table to validate on, which holds its
    targets, is kept as (table,), as rows with targets beside them are.
    """

    mode: str | None = None
    batch_size: int | None = None
    epochs: int | None = None
    time_limit: float | None = None
    until: Rule | None = None
    validation: Any = None
    keep: str | None = None
    metric: str | Sequence[str] | None = None
    truncate: int | None = None
    began: float = field(default_factory=time.perf_counter)
    stream: Stream | None = None

    def __post_init__(self) -> None:
        if self.keep is not None:
            check_name("keep", self.keep, KEEP)
        if self.time_limit is not None:
            seconds_of(self.time_limit)  # by which a network is planned before a rule is made of it
        if is_table(self.validation):
            object.__setattr__(self, "validation", (self.validation,))

    @property
    def given(self) -> dict[str, str]:
        """Which of the terms were given, each with the arguments that say it."""
        groups = {
            "batch": ("mode", "batch_size"),
            "until": ("epochs", "time_limit", "until"),
            "validation": ("validation",),
            "keep": ("keep",),
            "metrics": ("metric",),
            "truncate": ("truncate",),
        }
        said = {term: [n for n in names if getattr(self, n) is not None] for term, names in groups.items()}
        return {term: ", ".join(names) for term, names in said.items() if names}


@dataclass(frozen=True)
class Terms:
    """How a run learns: rows of a batch and whether they are shuffled, what ends it, what is held out, kept, scored.

    `truncate` is the number of steps of a sequence that are learnt at a time, None for all; `every` that of the steps
    after which losses are measured within an epoch, None where they are not.
    """

    batch: tuple[int, bool]
    until: Rule
    validation: float | str | Divided | None
    keep: str
    metrics: tuple[str, ...]
    truncate: int | None = None
    every: int | None = None

    @classmethod
    def of(
        cls,
        asked: Asked,
        rows: int,
        planned: Planned | None,
        metrics: tuple[str, ...],
        *,
        streams: int | None,
        kind: Kind,
        joint: bool,
    ) -> Terms:
        """The terms for so many training rows; `metrics` are those of the network, where none are asked for.

        Layers that keep the states of so many `streams` take a batch of as many, always in one order; an optimizer
        that is `joint` takes all rows.
        """
        size, shuffled = batch_of(asked.mode, asked.batch_size, rows, planned.batch_size if planned else None)
        if streams is not None or joint:
            size, shuffled = max(rows, 1) if streams is None else streams, False
        return cls(
            (size, shuffled),
            rule_of(asked.epochs, asked.time_limit, asked.until, planned.until if planned else None),
            GIVEN if isinstance(asked.validation, tuple) else asked.validation,
            asked.keep or KEEP[0],
            metrics if asked.metric is None else as_metrics(asked.metric, kind),
            asked.truncate,
            planned.every if planned else None,
        )

    def agree(self, asked: Asked, fresh: Terms) -> None:
        """Raise SettingError where a run of these terms is asked to go on by other ones, `fresh`."""
        for term, names in asked.given.items():
            mine, other = getattr(self, term), getattr(fresh, term)
            if mine != other:
                raise SettingError(
                    f"{names}: the unfinished run has {term} {mine!r}, and {other!r} was asked for; leave {names} out "
                    f"to go on, or open the file with gn.load to learn by other settings"
                )

    def to_json(self) -> dict[str, Any]:
        """The terms as plain JSON values; raises SettingError for a rule of one's own that cannot be saved."""
        return {
            "batch": list(self.batch),
            "until": as_json(self.until, "until"),
            "validation": as_json(self.validation, "validation"),
            "keep": self.keep,
            "metrics": list(self.metrics),
            "truncate": self.truncate,
            "every": self.every,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any], classes: Mapping[str, type[Configured]]) -> Terms:
        """The terms that `to_json` wrote; `classes` are rules of one's own by name."""
        rows, shuffled = document["batch"]
        until = from_json(document["until"], {**RULES, **classes})
        metrics = tuple(document["metrics"])
        validation = from_json(document["validation"], DIVISIONS)
        keep, truncate = document["keep"], document["truncate"]
        every = document.get("every")  # which earlier files do not have
        return cls((rows, shuffled), until, validation, keep, metrics, truncate, every)


def fingerprint(training: Rows, held: Rows | None) -> dict[str, str]:
    """What tells data from other data, as the network takes them: dtype, shape and a checksum of each array."""
    found = {}
    for of, rows in (("", training), ("validation ", held)):
        if rows is not None:
            found.update({f"{of}{name}": _described(array) for name, array in rows.data.items()})
    return found


def check_same(known: Mapping[str, str], given: Mapping[str, str]) -> None:
    """Raise DataError, naming the first that differs, where data are not those of an unfinished run."""
    for name in {**known, **given}:
        if known.get(name) != given.get(name):
            was, now = (_shown(each.get(name)) for each in (known, given))
            differ = f"{now} was given and {was} expected" if was != now else f"the same {was} with other values"
            raise DataError(
                f"the data are not those of the unfinished run, {name}: {differ}; give the same data, targets, "
                f"weights and validation rows to go on, or open the file with gn.load to learn from others"
            )


def _described(array: Any) -> str:
    return f"{array.dtype} {'x'.join(map(str, array.shape))} {checksum(array)}"


def _shown(described: str | None) -> str:
    """The dtype and the shape of what was described."""
    return "nothing" if described is None else described.rpartition(" ")[0]
