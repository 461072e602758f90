"""Plain data turned into what people look at: terminal, notebook, plots, progress."""
