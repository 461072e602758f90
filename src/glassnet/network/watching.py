"""What is called as a run goes on: the display of its progress, and the caller's own functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from glassnet.display.progress import Progress
from glassnet.training.stopping import Moment, Rule


def watcher(
    progress: Progress, until: Rule, batch_size: int, callbacks: Sequence[Callable[[Moment], None]]
) -> Callable[[Moment], None]:
    """A function that shows a moment of a run of batches of this size, then calls each of the callbacks with it."""

    def watch(moment: Moment) -> None:
        share = until.share(moment)
        words = {"epoch": f"{moment.epochs:,}", "loss": f"{moment.training_loss:.4g}"}
        if moment.validation_loss is not None:
            words["validation"] = f"{moment.validation_loss:.4g}"
        if moment.seconds > 0:
            words["rows/s"] = f"{moment.steps * batch_size / moment.seconds:,.0f}"
        left = moment.seconds * (1 - share) / share if share else None
        progress.update(share, words, left, epoch_ended=moment.epoch_ended)
        for callback in callbacks:
            callback(moment)

    return watch
