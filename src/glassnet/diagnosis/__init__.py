"""Why a network does not learn: the checks that an expert makes, on the user's own network and rows."""

from glassnet.diagnosis.diagnosis import Diagnosis
from glassnet.diagnosis.finding import Finding

__all__ = ["Diagnosis", "Finding"]
