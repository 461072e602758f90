"""Several targets of any kinds, each encoded by itself; a row may lack some of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.label_lists import LabelLists
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.table import Column, counted
from glassnet.data.targets import Doubles, Mask, TargetEncoding
from glassnet.errors import TargetError


class Need(NamedTuple):
    """What the loss of one target takes: classes or numbers, these scaled or as they are; `width` of its answer."""

    classes: bool
    scaled: bool
    width: int


class Answered(NamedTuple):
    """One target of rows, in user's numbers: its name, its classes, None for a number; targets, and what they count.

    `known` are numbers (rows, 1) or class numbers (rows,), `answers` (rows, width) numbers or probabilities, `counts`
    (rows,) 0 where a row has no such target.
    """

    name: str
    labels: tuple[Any, ...] | None
    known: npt.NDArray[Any]
    answers: npt.NDArray[Any]
    counts: Doubles


@dataclass(frozen=True)
class SeveralTargets:
    """How several targets are encoded, each as it would be alone.

    `widths` are those of the answers, one after the other. As arrays they are (rows, 2 k) for k targets: a column for
    each, a standardised number or the place of a label, and then one for each that is 1 where a row has it, else 0.
    """

    task: ClassVar = "several"
    labels: ClassVar[tuple[Any, ...]] = ()

    parts: tuple[TargetEncoding, ...]
    widths: tuple[int, ...]

    @classmethod
    def fit(
        cls,
        columns: Mapping[str, Column],
        schemas: Sequence[ColumnSchema],
        weights: Doubles | None = None,
        needs: Sequence[Need] | None = None,
    ) -> SeveralTargets:
        """The encodings of the target columns, by what their losses need, or else by what the columns hold.

        Raises TargetError as `TargetEncoding.fit` does, and where there are not as many losses as targets.
        """
        if needs is not None and len(needs) != len(schemas):
            raise TargetError(
                f"a loss for each of {len(needs)} targets, and {counted(len(schemas), 'target')}: "
                f"{', '.join(repr(schema.name) for schema in schemas)}; expected as many of both"
            )
        parts = []
        for place, schema in enumerate(schemas):
            own = {schema.name: columns[schema.name]}
            need = None if needs is None else needs[place]
            scaled, classes = (True, None) if need is None else (need.scaled, need.classes)
            parts.append(TargetEncoding.fit(own, [schema], weights, scaled=scaled, classes=classes))
            _check_width(parts[-1], need)
        widths = [_width(part) if needs is None else needs[place].width for place, part in enumerate(parts)]
        return cls(tuple(parts), tuple(widths))

    @property
    def columns(self) -> tuple[ColumnSchema, ...]:
        """The schemas of the target columns."""
        return tuple(part.columns[0] for part in self.parts)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the target columns."""
        return tuple(part.names[0] for part in self.parts)

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be said of each of the targets."""
        return tuple(note for part in self.parts for note in part.notes)

    @property
    def numbers_alone(self) -> bool:
        """Whether each target is a number."""
        return all(part.task == "regression" for part in self.parts)

    def alone(self, place: int) -> TargetEncoding:
        """The encoding of the target at that place as if it were the only one."""
        return self.parts[place]

    def read(self, columns: Mapping[str, Column]) -> tuple[Doubles, Mask]:
        """Targets as a loss takes them, and for each row whether it has any; raises as `TargetEncoding.read` does."""
        found = [part.read(columns) for part in self.parts]
        present = np.stack([there for _, there in found], axis=1)
        values = np.stack([ids.reshape(len(ids)).astype(np.float64) for ids, _ in found], axis=1)
        values = np.where(present, values, [_stand_in(part) for part in self.parts])
        return np.concatenate([values, present], axis=1), np.asarray(present.any(axis=1))

    def gaps(self, encoded: npt.NDArray[Any]) -> tuple[str, ...]:
        """A note on each target that rows lack which have others."""
        there = encoded[:, len(self.parts) :] > 0
        lacking = (there.any(axis=1, keepdims=True) & ~there).sum(axis=0).tolist()
        return tuple(
            f"{counted(count, 'row')} without the target {name!r} {'learns' if count == 1 else 'learn'} the others"
            for name, count in zip(self.names, lacking, strict=True)
            if count
        )

    def single(self, features: Doubles) -> Doubles:
        """Those of the `features` that are of a target with one column: numbers, and two classes."""
        widths = [1 if part.task == "regression" else len(_classes(part)) for part in self.parts]
        return features[:, np.repeat(widths, widths) == 1]

    def features(self, encoded: npt.NDArray[Any], weights: Doubles) -> Doubles:
        """Targets (rows, columns) as encoders of inputs learn from them: numbers, and a column of 0 and 1 for a class.

        Where a row has no such target stands the mean, by `weights` (rows,), of those that have it.
        """
        columns = []
        for place, part in enumerate(self.parts):
            own, counts = encoded[:, place], encoded[:, len(self.parts) + place] > 0
            shown = own[:, None] if part.task == "regression" else own[:, None] == _classes(part)
            mean = np.average(shown[counts], axis=0, weights=weights[counts]) if counts.any() else 0.0
            columns.append(np.where(counts[:, None], shown, mean))
        return np.concatenate(columns, axis=1)

    def shares(self, encoded: npt.NDArray[Any], weights: Doubles) -> tuple[Doubles | None, ...]:
        """For each target the share of each class in the weight of the rows that have it; None for numbers."""
        found = []
        for place, part in enumerate(self.parts):
            counts = encoded[:, len(self.parts) + place] * weights
            ids = encoded[:, place].astype(np.int64)
            sums = None if part.task == "regression" else np.bincount(ids, counts, minlength=len(part.labels))
            found.append(None if sums is None else np.asarray(sums / max(float(sums.sum()), 1e-300)))
        return tuple(found)

    def apart(self, targets: npt.NDArray[Any], answers: npt.NDArray[Any]) -> list[Answered]:
        """Encoded targets (rows, 2 k) and the answers of a network (rows, widths) as those of each target."""
        found = []
        for place, (part, own) in enumerate(zip(self.parts, self.split(answers), strict=True)):
            known, counts = targets[:, place], targets[:, len(self.parts) + place].astype(np.float64)
            if part.task == "regression":
                found.append(Answered(part.names[0], None, part.numbers(known[:, None]), part.numbers(own), counts))
            else:
                found.append(Answered(part.names[0], part.labels, known.astype(np.int64), own, counts))
        return found

    def numbers(self, answers: npt.NDArray[Any]) -> Doubles:
        """The answers of those targets that are numbers, (rows, such targets), on the user's own scale."""
        each = zip(self.parts, self.split(answers), strict=True)
        numbers = [part.numbers(own) for part, own in each if part.task == "regression"]
        return np.concatenate(numbers, axis=1) if numbers else np.empty((len(answers), 0))

    def known_numbers(self, targets: npt.NDArray[Any]) -> tuple[Doubles, Doubles]:
        """Encoded targets as `numbers` gives answers, and what each counts."""
        places = [place for place, part in enumerate(self.parts) if part.task == "regression"]
        known = [self.parts[place].numbers(targets[:, [place]])[:, 0] for place in places]
        counts = targets[:, [len(self.parts) + place for place in places]].astype(np.float64)
        return np.stack(known, axis=1) if known else np.empty((len(targets), 0)), counts

    def split(self, answers: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
        """The answers of each target."""
        return np.split(answers, np.cumsum(self.widths)[:-1], axis=1)

    def to_json(self) -> dict[str, Any]:
        """The encodings as plain JSON values, without the schemas."""
        return {"task": self.task, "parts": [part.to_json() for part in self.parts], "widths": list(self.widths)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any], schemas: Sequence[ColumnSchema]) -> SeveralTargets:
        """The encodings that `to_json` wrote."""
        read = zip(document["parts"], schemas, strict=True)
        return cls(tuple(TargetEncoding.from_json(part, [one]) for part, one in read), tuple(document["widths"]))


Targets: TypeAlias = TargetEncoding | SeveralTargets | LabelLists  # how the targets of a table are encoded


def encoding_of(
    columns: Mapping[str, Column],
    schemas: Sequence[ColumnSchema],
    weights: Doubles | None,
    *,
    scaled: bool,
    classes: bool | None,
    needs: Sequence[Need] | None,
) -> Targets:
    """The encoding of target columns: of one, or of numbers that a loss takes together, or of several by themselves.

    One that holds lists is of labels, whatever the loss.

    `classes` and `scaled` are as `TargetEncoding.fit` takes them, `needs` those of a loss for each target, if it is
    such a loss. Where no loss is given numbers are taken together, unless a row lacks some of them.
    """
    if len(schemas) == 1 and schemas[0].kind is Kind.LABELS:
        return LabelLists.fit(schemas[0], columns[schemas[0].name])
    if needs is not None:
        return SeveralTargets.fit(columns, schemas, weights, needs)
    if len(schemas) > 1 and classes is None:
        several = SeveralTargets.fit(columns, schemas, weights)
        there = several.read(columns)[0][:, len(schemas) :] > 0
        if not several.numbers_alone or (there.any(axis=1) & ~there.all(axis=1)).any():
            return several
    return TargetEncoding.fit(columns, schemas, weights, scaled=scaled, classes=classes)


def encoding_from_json(document: Mapping[str, Any], schemas: Sequence[ColumnSchema]) -> Targets:
    """The encoding that one of these kinds wrote."""
    kinds: Mapping[str, type[SeveralTargets | LabelLists]] = {each.task: each for each in (SeveralTargets, LabelLists)}
    return kinds.get(document["task"], TargetEncoding).from_json(document, schemas)


def _check_width(part: TargetEncoding, need: Need | None) -> None:
    """Raise TargetError where a loss could answer with a class that is not there."""
    if need is not None and part.labels and need.width > len(part.labels):
        raise TargetError(
            f"the target {part.names[0]!r} has {len(part.labels)} classes, and its loss answers for {need.width}; give "
            f"its part {counted(need.width - len(part.labels), 'output')} less"
        )


def _width(part: TargetEncoding) -> int:
    """How many answers the loss that suits a target gives."""
    return 1 if part.task in ("regression", "binary") else len(part.labels)


def _classes(part: TargetEncoding) -> npt.NDArray[np.int64]:
    """The places of the labels that have a column: one does for two classes."""
    return np.arange(1 if part.task == "binary" else 0, len(part.labels))


def _stand_in(part: TargetEncoding) -> float:
    """What stands where a target is missing: a number that any loss takes, even one of amounts above 0."""
    return 1.0 if part.task == "regression" else 0.0
