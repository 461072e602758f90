"""What may be changed in a run as it goes on."""

from __future__ import annotations

from glassnet.settings import check_number, check_whole


class Controls:
    """What a callback may change in a run, as `moment.run`: it holds from the next step on, and a checkpoint keeps it.

    `rate_scale` is what the learning rate of the optimizer and its schedule is multiplied by; a run that diverges
    halves it. `batch_size` is the number of rows of a batch. Raises SettingError for a value out of range and
    AttributeError for another name.

    >>> controls = Controls(batch_size=32)
    >>> controls.rate_scale /= 10
    >>> controls.rate_scale
    0.1
    """

    __slots__ = ("_batch_size", "_rate_scale")

    def __init__(self, batch_size: int, rate_scale: float = 1.0) -> None:
        self._batch_size, self._rate_scale = batch_size, rate_scale

    @property
    def batch_size(self) -> int:
        """The rows of a batch."""
        return self._batch_size

    @batch_size.setter
    def batch_size(self, rows: int) -> None:
        asked = Controls(rows)
        check_whole(asked, "batch_size", 1)
        self._batch_size = int(rows)

    @property
    def rate_scale(self) -> float:
        """What the learning rate is multiplied by."""
        return self._rate_scale

    @rate_scale.setter
    def rate_scale(self, scale: float) -> None:
        asked = Controls(1, scale)
        check_number(asked, "rate_scale", "[0, inf)")
        self._rate_scale = float(scale)
