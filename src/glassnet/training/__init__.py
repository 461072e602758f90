"""How a network learns: its programs, its state, the loop, and when to stop."""
