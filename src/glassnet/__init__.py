"""Glassnet: a neural network as a black box with two methods, `learn` and `predict`, that opens like glass."""
