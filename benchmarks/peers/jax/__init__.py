"""JAX, compiled."""
