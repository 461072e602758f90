"""What answers on rows that were held out say of the answers to come: intervals, decisions, and how sure a score is."""

from __future__ import annotations

from glassnet.judging.decision import Decision
from glassnet.judging.estimate import Estimate, estimated
from glassnet.judging.intervals import Intervals

__all__ = ["Decision", "Estimate", "Intervals", "estimated"]
