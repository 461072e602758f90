"""PyTorch as people write it: eager, a step at a time."""
