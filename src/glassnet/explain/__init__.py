"""Explanations: which columns answers depend on, how, and why one answer is what it is."""

from glassnet.explain.explanation import Explanation

__all__ = ["Explanation"]
