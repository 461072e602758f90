"""What is measured, in the order of the table."""

from __future__ import annotations

from collections.abc import Mapping

from measures.busy import Busy
from measures.calls import ANSWERING, ONE_BY_ONE
from measures.line import Line
from measures.measure import Measure
from measures.start import FirstStep, Import
from measures.training import TRAINING

_ALL: tuple[Measure, ...] = (*ONE_BY_ONE, *TRAINING, *ANSWERING, Busy(), FirstStep(), Import(), Line())
MEASURES: Mapping[str, Measure] = {measure.name: measure for measure in _ALL}
