"""An opened step, as it prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from glassnet.core.program import Program
from glassnet.display.parts import Part, Table, as_table
from glassnet.display.shown import Shown
from glassnet.display.spreads import Spread, draw_spreads
from glassnet.engines.native.made import Made, made
from glassnet.training.glass import Glass, WeightView


@dataclass(frozen=True, repr=False)
class Opened(Shown):
    """One learning step laid open: `glass` holds its numbers as plain data.

    `print` shows it as text; `rich.print` shows it in the width and the colours of the terminal. `program` shows what
    the compiler makes of the step.
    """

    glass: Glass
    step: Program

    @property
    def program(self) -> Made:
        """The program of the step: its tape, its loop nests after each pass, and LLVM IR, each tied to its layer."""
        return made(self.step)

    @property
    def sizes(self) -> dict[str, list[Spread | None]]:
        """How large the weights, their derivatives and the changes of this step are, for each parameter in order."""
        weights = self._by_layer
        return {
            "weights": [Spread.of(each.before) for each in weights],
            "deltas": [Spread.of(each.derivative) for each in weights],
            "changes": [Spread.of(each.after - each.before) for each in weights],
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw how large the weights, their derivatives and the changes are, by parameter; returns the axes.

        It is done with matplotlib, on a logarithmic scale: a point at the median of the sizes, and a line from 5 to
        95 %; zeros are left out. `ax` is where to draw, a new figure where it is None. Raises MissingExtraError where
        matplotlib is missing.
        """
        return draw_spreads(self.sizes, [each.name for each in self._by_layer], ax)

    def parts(self) -> Sequence[Part]:
        """Its tables and words."""
        tables = [as_table(table.title, table.headers, table.rows) for table in self.glass.tables]
        return [*tables, self._by_parameter(), f"total loss {self.glass.total:.6g}"]

    @property
    def _by_layer(self) -> list[WeightView]:
        """The weights, those of a layer together."""
        layers = list(dict.fromkeys(_layer(each) for each in self.glass.weights))
        return sorted(self.glass.weights, key=lambda each: layers.index(_layer(each)))

    def _by_parameter(self) -> Table:
        """How large the numbers of each parameter are."""
        sizes = zip(*self.sizes.values(), strict=True)
        rows = [
            [view.name, str(view.before.shape), *("0" if each is None else str(each) for each in three)]
            for view, three in zip(self._by_layer, sizes, strict=True)
        ]
        headers = ("parameter", "shape", *self.sizes)
        return as_table("How large the numbers are: the median of their sizes (5 to 95 %)", headers, rows)


def _layer(view: WeightView) -> str:
    return view.name.rpartition(".")[0]
