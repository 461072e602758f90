"""The black box: Network, and what it needs to learn, answer and be kept in a file."""

from glassnet.network.loading import load
from glassnet.network.network import Network

__all__ = ["Network", "load"]
