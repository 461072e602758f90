"""How a program runs: engines that make a program executable."""
