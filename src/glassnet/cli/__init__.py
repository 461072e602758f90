"""The command line: learn, predict, test, show and walkthrough. Data go to stdout, everything else to stderr."""
