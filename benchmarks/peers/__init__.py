"""The libraries that are timed: a package each, with a module for each kind of task that it is asked to do."""
