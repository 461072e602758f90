"""What the machine itself can do, which no step is quicker than."""
