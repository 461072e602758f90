"""Intervals around numbers: how far answers on rows that were held out lay from the truth, carried to new rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.errors import DataError, SettingError, ShapeError
from glassnet.judging.tails import Tails
from glassnet.judging.width import Width
from glassnet.metrics.rows import Floats, counted, numbers

TRIMMED: Final = 0.99  # errors beyond this quantile count as it, where their mean square is taken
LEAST_KEPT: Final = 0.5  # of an error, however much of it is noise that the blend averages out


@dataclass(frozen=True)
class Intervals:
    """Prediction intervals of one or several targets, adaptive to the row: what is kept of the out-of-fold answers.

    An interval of level L around an answer a is [a + s(x) q_low, a + s(x) q_high], where s(x) is the size of the error
    to be expected from the spread of the members' answers and from the answer (`Width`), and q the quantiles, each with
    (1 - L) / 2 beyond it, of the out-of-fold errors divided by s(x) (`Tails`). Where new rows are like those learnt
    from, an interval of level 0.9 holds the truth in 90 % of the rows, over all of them; it is wider where the errors
    were. The two ends have quantiles of their own, so that skewed errors have skewed intervals.

    Sources: Barber, Candes, Ramdas and Tibshirani, "Predictive inference with the jackknife+", 2021, for residuals of
    rows by models that had not seen them; Papadopoulos, Proedrou, Vovk and Gammerman, "Inductive confidence machines
    for regression", 2002, for dividing by the error to be expected.
    """

    widths: tuple[Width, ...]
    tails: tuple[Tails, ...]

    @classmethod
    def fit(
        cls,
        known: npt.ArrayLike,
        answers: npt.ArrayLike,
        spread: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
        *,
        noise: npt.ArrayLike | None = None,
    ) -> Intervals:
        """The intervals for out-of-fold `answers` to `known` targets and the `spread` of the members' answers.

        All are (rows, targets) or (rows,), in the unit of the targets; `weights` are (rows,), 0 or more. The spread has
        to be that of members that had not seen the row: one among them that had would tell the error, and the intervals
        of new rows would be too narrow. `noise` is the deviation of one fold's answer from the blend of all folds, the
        part of an out-of-fold error that the blend averages out: the deviation among the F folds, times
        sqrt(1 - 1 / F). An error counts sqrt(1 - noise^2 / E r^2) of its size then, at least half.

        Raises ShapeError or DataError where they do not fit, and for numbers that are not finite.

        >>> rng = np.random.default_rng(0)
        >>> intervals = Intervals.fit(rng.normal(size=999), np.zeros(999), np.ones(999))
        >>> low, high = intervals.of([5.0], [1.0], 0.9)
        >>> round(float(low[0]), 1), round(float(high[0]), 1)
        (3.4, 6.5)
        """
        given = {"known": known, "answers": answers, "spread": spread}
        given["noise"] = np.zeros(np.shape(known)) if noise is None else noise
        columns = {name: _finite(values, name) for name, values in given.items()}
        shapes = [values.shape for values in columns.values()]
        if len(set(shapes)) > 1 or len(shapes[0]) not in (1, 2):
            told = ", ".join(f"{name} {shape}" for name, shape in zip(columns, shapes, strict=True))
            raise ShapeError(f"the shapes are {told}; expected (rows, targets) or (rows,), all alike")
        y, rest, w = counted(columns["known"], np.stack([*columns.values()][1:], axis=1), weights)
        rest = rest.reshape(len(y), 3, -1)
        each = zip(y.reshape(len(y), -1).T, rest.T, strict=True)
        fitted = [_fit(own, others, w / w.mean()) for own, others in each]
        return cls(tuple(width for width, _ in fitted), tuple(tails for _, tails in fitted))

    @classmethod
    def joined(cls, each: Iterable[Intervals]) -> Intervals:
        """The intervals of several targets, side by side."""
        parts = tuple(each)
        return cls(
            tuple(width for part in parts for width in part.widths),
            tuple(tails for part in parts for tails in part.tails),
        )

    def of(self, answers: npt.ArrayLike, spread: npt.ArrayLike, level: float) -> tuple[Floats, Floats]:
        """The lower and the upper ends of the intervals around `answers`, each of the shape that these have.

        `answers` and `spread` are (rows, targets), or (rows,) for one target. Raises SettingError unless `level` lies
        in (0, 1), and ShapeError or DataError where the others do not fit.
        """
        if isinstance(level, bool) or not isinstance(level, (int, float, np.floating)) or not 0 < level < 1:
            raise SettingError(
                f"an interval of {level!r}: expected a number in (0, 1), such as 0.9 for 90 % of the rows"
            )
        a, s = _finite(answers, "answers"), _finite(spread, "spread")
        targets = len(self.widths)
        if a.shape != s.shape or (a.shape[1:] != (targets,) and not (a.ndim == 1 and targets == 1)):
            raise ShapeError(
                f"answers of shape {a.shape} and spread of shape {s.shape}; expected (rows, {targets}) of both"
            )
        share = (1 - float(level)) / 2
        ends = np.empty((2, len(a), targets))
        rows = zip(a.reshape(len(a), targets).T, s.reshape(len(a), targets).T, self.widths, self.tails, strict=True)
        for target, (own, spreads, width, tails) in enumerate(rows):
            ends[:, :, target] = own + np.outer(tails.at(share), width.at(own, spreads))
        return ends[0].reshape(a.shape), ends[1].reshape(a.shape)

    def to_json(self) -> dict[str, Any]:
        """The intervals as plain JSON values."""
        return {
            "widths": [width.to_json() for width in self.widths], "tails": [tails.to_json() for tails in self.tails],
        }  # fmt: skip

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Intervals:
        """The intervals that `to_json` wrote."""
        widths = tuple(Width.from_json(each) for each in document["widths"])
        return cls(widths, tuple(Tails.from_json(each) for each in document["tails"]))


def _fit(known: Floats, others: Floats, weights: Floats) -> tuple[Width, Tails]:
    """The width and the tails of one target (rows,); `others` (3, rows) are its answers, spread and noise."""
    answers, spread, noise = others
    errors = known - answers
    if not errors.any():
        return Width(0.0), Tails.of(errors, weights)
    width, crossed = Width.fit(answers, spread, np.abs(errors), weights)
    if noise.any():
        errors = errors * _kept(errors / crossed, noise / crossed, weights)
        width, crossed = Width.fit(answers, spread, np.abs(errors), weights)
    return width, Tails.of(errors / crossed, weights)


def _kept(errors: Floats, noise: Floats, weights: Floats) -> Floats:
    """What share of each error is left in the blend; errors and noise (rows,) are divided by the size expected."""
    sizes = np.abs(errors)
    furthest = np.quantile(sizes, TRIMMED, weights=weights, method="inverted_cdf")
    expected = np.average(np.minimum(sizes, furthest) ** 2, weights=weights)
    kept: Floats = np.sqrt(np.clip(1 - noise**2 / expected, LEAST_KEPT**2, 1)) if expected > 0 else np.ones(len(errors))
    return kept


def _finite(values: npt.ArrayLike, what: str) -> Floats:
    """`values` in float64; raises DataError where one is not finite."""
    array = numbers(values, what)
    wrong = ~np.isfinite(array)
    if wrong.any():
        raise DataError(f"{what}: {array[wrong][0]} is among them; an interval is made of finite numbers")
    return array
