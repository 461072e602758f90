"""The display of a run's progress, as a callback, and of what goes by before it."""

from __future__ import annotations

from glassnet.display.progress import Progress
from glassnet.training.callbacks import Callback
from glassnet.training.stopping import Moment, Rule


class Shown(Callback):
    """Shows the moments of a run that ends by a rule."""

    def __init__(self, progress: Progress, until: Rule) -> None:
        self._progress, self._until = progress, until
        self._before: tuple[int, float, float] = 0, 0.0, 0.0

    def on_begin(self, moment: Moment) -> None:
        """Note what was done before the first step: the clock has run since before the data were read."""
        self._before = moment.steps, moment.seconds, self._until.share(moment) or 0.0

    def on_slice_end(self, moment: Moment) -> None:
        """Show how far the run is."""
        share = self._until.share(moment)
        words = {"epoch": f"{moment.epochs:,}", "loss": f"{moment.training_loss:.4g}"}
        if moment.validation_loss is not None:
            words["validation"] = f"{moment.validation_loss:.4g}"
        steps, seconds = moment.steps - self._before[0], moment.seconds - self._before[1]
        done = (share or 0.0) - self._before[2]
        if seconds > 0:
            words["rows/s"] = f"{steps * moment.run.batch_size / seconds:,.0f}"
        left = None if share is None or done <= 0 else seconds * (1 - share) / done
        self._progress.update(share, words, left, epoch_ended=moment.epoch_ended)

    on_epoch_end = on_slice_end


class Passed:
    """Shows how many rows of a stream have gone by before anything is learnt from them."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __call__(self, rows: int) -> None:
        """Show so many rows."""
        self._progress.update(None, {"rows looked at": f"{rows:,}"})
