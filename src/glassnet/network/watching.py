"""The display of a run's progress, as a callback."""

from __future__ import annotations

from glassnet.display.progress import Progress
from glassnet.training.callbacks import Callback
from glassnet.training.stopping import Moment, Rule


class Shown(Callback):
    """Shows the moments of a run that ends by a rule."""

    def __init__(self, progress: Progress, until: Rule) -> None:
        self._progress, self._until = progress, until

    def on_slice_end(self, moment: Moment) -> None:
        """Show how far the run is."""
        share = self._until.share(moment)
        words = {"epoch": f"{moment.epochs:,}", "loss": f"{moment.training_loss:.4g}"}
        if moment.validation_loss is not None:
            words["validation"] = f"{moment.validation_loss:.4g}"
        if moment.seconds > 0:
            words["rows/s"] = f"{moment.steps * moment.run.batch_size / moment.seconds:,.0f}"
        left = moment.seconds * (1 - share) / share if share else None
        self._progress.update(share, words, left, epoch_ended=moment.epoch_ended)

    on_epoch_end = on_slice_end
