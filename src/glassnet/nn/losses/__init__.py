"""Losses: how far an output is from what was desired."""
