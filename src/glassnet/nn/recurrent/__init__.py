"""Recurrent layers: a state carried through the steps of a sequence."""

from glassnet.nn.recurrent.bidirectional import Bidirectional
from glassnet.nn.recurrent.gru import GRU
from glassnet.nn.recurrent.lstm import LSTM
from glassnet.nn.recurrent.mean import MeanOverTime
from glassnet.nn.recurrent.recurrent import Recurrent
from glassnet.nn.recurrent.rnn import RNN

__all__ = ["GRU", "LSTM", "RNN", "Bidirectional", "MeanOverTime", "Recurrent"]
