"""Streams whose rows come one at a time, and systems that answer for a row before they learn it."""
