"""What a range test of learning rates found, as it prints and as it is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from glassnet.display.drawing import as_axes
from glassnet.display.pictures import as_picture
from glassnet.display.shown import Shown
from glassnet.display.tables import as_table
from glassnet.network.learning import Learning
from glassnet.training.callbacks import Callback
from glassnet.training.keeper import Keeper
from glassnet.training.rate_range import RangeTest, Seen, steepest
from glassnet.training.recovery import copied

if TYPE_CHECKING:
    from rich.console import RenderableType

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Rates(Shown):
    """Learning rates, and the loss that the network had on a batch before the step at each of them.

    `rates` rise by one factor; `losses` are those of the batches, the mean over their rows, and `smoothed` their
    exponential mean, without what differs from batch to batch already at the first weights: see `RangeTest` for the
    formulas. `suggestion` is the rate where the smoothed loss falls most steeply, None where it does not fall.
    `reason` says why it is that, and `ended` what ended the test.

    `print` shows a table and a picture; `rich.print` in the colours of the terminal; `plot` draws with matplotlib.
    """

    rates: Floats
    losses: Floats
    smoothed: Floats
    suggestion: float | None
    reason: str
    ended: str

    @classmethod
    def of(cls, seen: Seen, test: RangeTest) -> Rates:
        """What a test saw, with its suggestion."""
        suggestion = steepest(seen, test.steps)
        lowest, highest = seen.rates[0], seen.rates[-1]
        reason = "the rate where the smoothed loss falls most steeply"
        if suggestion is None:
            reason = f"no suggestion: the smoothed loss never falls between the rates {lowest:.3g} and {highest:.3g}"
        return cls(seen.rates, seen.losses, seen.smoothed, suggestion, reason, seen.ended)

    def plot(self, axes: Any = None) -> Any:
        """Draw the losses against the rates, on a logarithmic scale, with matplotlib; returns the axes.

        `axes` is where to draw, a new figure where it is None. Raises MissingExtraError where matplotlib is missing.
        """
        axes = as_axes(axes)
        axes.plot(self.rates, self.losses, ".", label="loss of the batch")
        axes.plot(self.rates, self.smoothed, label="smoothed loss")
        if self.suggestion is not None:
            axes.axvline(self.suggestion, linestyle=":", label=f"suggestion {self.suggestion:.2g}")
        axes.set(xscale="log", xlabel="learning rate", ylabel="loss")
        axes.legend()
        return axes

    def parts(self) -> list[RenderableType]:
        """Its tables and words."""
        from rich.text import Text

        least = int(self.smoothed.argmin())
        places = {"first": 0, "least smoothed loss": least, "last": len(self.rates) - 1}
        if self.suggestion is not None:
            places = {"suggestion": int(np.abs(self.rates - self.suggestion).argmin()), **places}
        rows = [
            [name, f"{self.rates[i]:.3g}", f"{self.losses[i]:.4g}", f"{self.smoothed[i]:.4g}"]
            for name, i in sorted(places.items(), key=lambda place: place[1])
        ]
        headers = ("where", "learning rate", "loss of the batch", "smoothed loss")
        mark = None if self.suggestion is None else float(np.log10(self.suggestion))
        ends = [f"{rate:.3g}" for rate in (self.rates[0], self.rates[-1])]
        title = "The smoothed loss against the learning rate, on a logarithmic scale"
        ceiling = float(self.smoothed[: least + 1].max()) if least else math.inf  # what ran away would hide the fall
        picture = as_picture(title, np.log10(self.rates), self.smoothed, ends, mark=mark, ceiling=ceiling)
        suggested = self.reason if self.suggestion is None else f"suggestion {self.suggestion:.3g}: {self.reason}"
        return [as_table("Learning rates", headers, rows), Text(f"{picture}\n\n{suggested}; {self.ended}")]


def found(learning: Learning, test: RangeTest) -> Rates:
    """The rates of a test on a copy of the network; raises SettingError or DivergenceError as the test does."""
    learnt, turns = learning.learnt, learning.turns
    with turns.gate, turns.room, turns.held:
        state = copied(learnt.state)
    schedule = learnt.programs.model.optimizer.schedule
    return Rates.of(test(learning.run(Callback(), Keeper()), state, schedule, learnt.epochs), test)
