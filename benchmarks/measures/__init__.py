"""What is measured, in the order of the table."""

from __future__ import annotations

from collections.abc import Mapping

from measures.busy import Busy
from measures.calls import ANSWERING, ONE_BY_ONE
from measures.dictionary import Dictionary
from measures.fitting import Fitting
from measures.keeping import Keeping
from measures.line import Line
from measures.measure import Measure
from measures.searching import Searching
from measures.start import FirstStep, Import
from measures.training import TRAINING
from measures.updating import Updating

_COSTS = Updating(), Busy(), Keeping()
_ALL: tuple[Measure, ...] = (
    *ONE_BY_ONE,
    Dictionary(),
    *TRAINING,
    Fitting(),
    Searching(),
    *ANSWERING,
    *_COSTS,
    FirstStep(),
    Import(),
    Line(),
)
MEASURES: Mapping[str, Measure] = {measure.name: measure for measure in _ALL}
