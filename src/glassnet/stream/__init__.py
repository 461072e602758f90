"""What a stream keeps beside its network: rows to learn again, a running score, a drift alarm, what was refused."""

from glassnet.stream.drift import DriftAlarm
from glassnet.stream.kept import Kept
from glassnet.stream.recent import Recent
from glassnet.stream.refused import Refused
from glassnet.stream.score import Score

__all__ = ["DriftAlarm", "Kept", "Recent", "Refused", "Score"]
