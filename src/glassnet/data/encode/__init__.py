"""Columns turned into the arrays that a network takes; fitted on the training rows, and part of the model."""

from glassnet.data.encode.encoding import Encoded, Encoding, InputSpec
from glassnet.data.encode.member_encoding import MemberEncoding
from glassnet.data.encode.scale import BEND, Scale

__all__ = ["BEND", "Encoded", "Encoding", "InputSpec", "MemberEncoding", "Scale"]
