"""What a network takes and gives where it learns tables: schema, encoders and targets, fixed by the first `learn`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Self

import numpy as np
import numpy.typing as npt

from glassnet.data.answers import like, like_each
from glassnet.data.contract import GIVEN, Array, both, check_count, likeliest
from glassnet.data.encode import Encoding, MemberEncoding
from glassnet.data.encode.encoding import Encoded
from glassnet.data.encode.mixed import Mixed
from glassnet.data.encode.summed import Summed
from glassnet.data.frames import as_table
from glassnet.data.label_lists import LabelLists
from glassnet.data.schema import Schema
from glassnet.data.several_targets import SeveralTargets, Targets, encoding_from_json
from glassnet.data.table import Column, Table
from glassnet.data.targets import TargetEncoding
from glassnet.errors import TargetError

ROWS_OF_A_CORNER: Final = 2  # from which on it is worth its while to multiply at the corners first


@dataclass(frozen=True, eq=False)
class TableContract:
    """Tables: the schema of their columns, the encoders of the inputs and of the targets.

    `beside` says that the targets came beside the inputs, not as columns of the table; `flat` that they had the shape
    (rows,).
    """

    kind: ClassVar[str] = "table"
    over_time: ClassVar[bool] = False
    of_steps: ClassVar[bool] = False

    schema: Schema
    encoding: Encoding | MemberEncoding
    target: Targets
    beside: bool
    flat: bool

    @property
    def labels(self) -> Sequence[Any] | None:
        """The classes in the order of their numbers, or None for numbers as targets."""
        return self.target.labels or None

    @property
    def several(self) -> SeveralTargets | None:
        """The targets where they are several, each of its own kind; None where a loss takes them together."""
        return self.target if isinstance(self.target, SeveralTargets) else None

    @property
    def lists(self) -> LabelLists | None:
        """The target where its values are lists of labels; None where they are not."""
        return self.target if isinstance(self.target, LabelLists) else None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the target columns."""
        return self.target.names

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noticed in the columns and the targets when the schema was decided."""
        encoded = self.encoding.notes if isinstance(self.encoding, MemberEncoding) else ()
        return (*self.schema.notes, *self.target.notes, *encoded)

    @property
    def folded(self) -> bool:
        """Whether the encoding learnt from the targets, fold by fold, so that rows are encoded by their folds."""
        return isinstance(self.encoding, MemberEncoding)

    @property
    def gated(self) -> bool:
        """Whether members of an ensemble see some of the columns only, chosen without the targets of their own fold."""
        return isinstance(self.encoding, MemberEncoding) and self.encoding.gated

    @property
    def echoes(self) -> npt.NDArray[np.bool_]:
        """For each feature that members see whether it repeats others, as targets have it; see `MemberEncoding`."""
        assert isinstance(self.encoding, MemberEncoding)  # no other learns from targets
        return np.array(self.encoding.echoes)

    @property
    def shape(self) -> tuple[int | str, ...]:
        """The shape of a row as a list of layers takes it, encoded one-hot."""
        (spec,) = self.encoding.inputs
        return spec.shape

    def examples(self, data: Any) -> Any:
        """The data as they are."""
        return data

    def inputs(self, data: Any) -> tuple[dict[str, Array], tuple[str, ...]]:
        """The encoded inputs of rows that are new, and notes on unseen values, gaps and extra columns."""
        encoded = self.encoding.apply(as_table(data))
        return dict(encoded.inputs), encoded.notes

    def mixed(self, table: Table) -> tuple[Mixed, Encoded] | None:
        """New rows as sums of corners, with the other inputs; None where they are too few, or this is no quicker."""
        encoding = self.encoding
        if not isinstance(encoding, MemberEncoding) or encoding.corners is None:
            return None
        return encoding.mix(table) if len(table) >= ROWS_OF_A_CORNER * len(encoding.corners) else None

    def summed(self, data: Any) -> Summed | None:
        """What several columns of new rows add to features that they feed together; None where there are none."""
        return self.encoding.summed(as_table(data)) if isinstance(self.encoding, MemberEncoding) else None

    def inputs_to_learn(self, data: Any, folds: npt.NDArray[np.int64]) -> tuple[dict[str, Array], tuple[str, ...]]:
        """The encoded inputs of rows to learn from, and notes; no row's own target has a part in its features.

        `folds` (rows,) are those of the rows by which the encoding learnt from targets, -1 for rows that are new.
        """
        assert isinstance(self.encoding, MemberEncoding)  # no other learns from targets
        table = as_table(data)
        check_count(len(table), len(folds))
        encoded = self.encoding.apply(table, folds)
        return dict(encoded.inputs), encoded.notes

    def targets(self, data: Any, targets: Any) -> tuple[Array, npt.NDArray[np.bool_]]:
        """The encoded targets; rows without one are marked."""
        return self.target.read(self.columns(data, targets))

    def columns(self, data: Any, targets: Any) -> dict[str, Column]:
        """The target columns: of the table itself, or given beside it."""
        learnt = [each.name for each in self.schema.targets]  # all of them, where the target is one of several too
        table = as_table(data) if targets is None else target_table(targets, learnt)
        return {name: table.require(name) for name in self.target.names}

    def known(self, data: Any, targets: Any) -> Array:
        """The targets on the user's own scale; NaN, or class -1, where a row has none."""
        encoded, present = self.targets(data, targets)
        known = self.numbers(encoded) if self.labels is None else encoded
        known[~present] = np.nan if self.labels is None else -1
        return known

    def alone(self, place: int) -> Self:
        """The contract of the target at that place, by which rows are read as if no other had been learnt.

        Targets that come beside the rows are still all of them.
        """
        assert not isinstance(self.target, LabelLists)  # which are one target
        return replace(self, target=self.target.alone(place))

    def numbers(self, answers: Array) -> Array:
        """The answers on the user's own scale."""
        assert not isinstance(self.target, SeveralTargets)  # several targets are asked one by one
        return self.target.numbers(answers)

    def answers(self, data: Any, answers: Array) -> Any:
        """Labels, lists of them or numbers in the user's own types; of several targets a column for each, by name."""
        if isinstance(self.target, SeveralTargets):
            return self._of_each(data, answers, self.target)
        values = self.target.decode(likeliest(answers) if self.labels is not None else answers)
        values = values[:, 0] if values.ndim == 2 and values.shape[1] == 1 and self.flat else values
        zone = self.target.zone if isinstance(self.target, TargetEncoding) else ""
        return like(data, values, lambda: self.target.names, zone)

    def probabilities(self, data: Any, answers: Array) -> Any:
        """One column a class, or a label of lists; of several targets a table for each that has classes, by name."""
        if (lists := self.lists) is not None:
            return like(data, answers, lambda: list(map(str, lists.held)))
        if (several := self.several) is not None:
            each = zip(several.parts, several.split(answers), strict=True)
            return {
                part.names[0]: like(data, both(own), lambda part=part: list(map(str, part.labels)))  # type: ignore[misc]
                for part, own in each
                if part.labels
            }
        return like(data, both(answers), lambda: [str(label) for label in self.labels or ()])

    def _of_each(self, data: Any, answers: Array, several: SeveralTargets) -> Any:
        """A column for each target; an array (rows, targets) where all are numbers, and where none had a name."""
        each = zip(several.parts, several.split(answers), strict=True)
        values = [part.decode(likeliest(own)) if part.labels else part.decode(own)[:, 0] for part, own in each]
        unnamed = self.beside and list(several.names) == _targets_named(len(several.names))
        if (several.numbers_alone or unnamed) and len({column.dtype.kind for column in values}) == 1:
            return like(data, np.stack(values, axis=1), lambda: several.names)
        zones = {part.names[0]: part.zone for part in several.parts}
        return like_each(data, dict(zip(several.names, values, strict=True)), zones)

    def to_json(self) -> dict[str, Any]:
        """The contract as plain JSON values."""
        return {
            "kind": self.kind, "schema": self.schema.to_json(), "encoding": self.encoding.to_json(),
            "target": self.target.to_json(), "beside": self.beside, "flat": self.flat, "folded": self.folded,
        }  # fmt: skip

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The contract that `to_json` wrote."""
        schema = Schema.from_json(document["schema"])
        kind = MemberEncoding if document.get("folded") else Encoding  # which earlier files do not have
        encoding = kind.from_json(document["encoding"], schema)
        target = encoding_from_json(document["target"], schema.targets)
        return cls(schema, encoding, target, document["beside"], document["flat"])


def target_table(targets: Any, names: Sequence[str] | None = None) -> Table:
    """Targets given beside the inputs, as a table under `names`, their own or "target"."""
    table = as_table(targets)
    if names is None:
        names = table.names if table.named else _targets_named(len(table.names))
    if len(names) != len(table.names):
        raise TargetError(
            f"{len(table.names)} targets a row were given; expected {len(names)}, {' and '.join(map(repr, names))}"
        )
    return Table(dict(zip(names, table.columns.values(), strict=True)), "the targets")


def _targets_named(count: int) -> list[str]:
    return [GIVEN] if count == 1 else [f"{GIVEN} {i + 1}" for i in range(count)]
