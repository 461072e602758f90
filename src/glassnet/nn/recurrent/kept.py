"""The states that a layer keeps from one call to the next, a row for each stream of sequences."""

from __future__ import annotations

import numpy as np

from glassnet.core import functions as f
from glassnet.core.extent import Size
from glassnet.core.operations.indexing import scatter_add
from glassnet.core.tensor import Tensor


def going_on(kept: Tensor, fresh: Tensor | None, rows: Size) -> Tensor:
    """What so many rows begin with, (rows, units): 0 where one is fresh, else what was kept of its stream.

    Of `kept` (streams, units) row k is that of row k; rows beyond the streams have to be fresh.
    """
    streams, units = kept.shape
    assert fresh is not None  # a graph with a layer that keeps states has that input
    assert isinstance(streams, int)
    places = kept.tape.iota((rows,), 0)
    before = f.gather(kept, f.where(places < streams, places, streams - 1)).stop()
    begins = (fresh > 0).reshape(rows, 1).broadcast((rows, units))
    return f.where(begins, kept.tape.constant(np.zeros((), kept.dtype)).broadcast((rows, units)), before)


def put(kept: Tensor, last: Tensor) -> Tensor:
    """The states to keep, those of the rows at hand in their places and the others as they were."""
    places = kept.tape.iota((last.shape[0],), 0)
    laid = scatter_add(places, last.stop(), axis=0, size=kept.shape[0])
    here = kept.tape.iota((kept.shape[0], 1), 0) < f.extent(last, 0, "int64")
    return f.where(here.broadcast(kept.shape), laid, kept)
