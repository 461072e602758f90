"""The libraries that Glassnet is timed beside, each asked for the same work: an epoch of steps with Adam."""
