"""Glassnet, by the native engine."""
