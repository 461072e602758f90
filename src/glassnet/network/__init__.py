"""The black box: Network, and what it needs to learn, answer and be kept in a file."""

from glassnet.network.checkpoint import Checkpoint
from glassnet.network.cross_validation import CrossValidation, cross_validate
from glassnet.network.network import Network, load

__all__ = ["Checkpoint", "CrossValidation", "Network", "cross_validate", "load"]
