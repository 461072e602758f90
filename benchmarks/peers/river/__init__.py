"""The models of river."""
