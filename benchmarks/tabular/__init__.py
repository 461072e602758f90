"""Real tables from installed packages, their folds, the scores of a fit, and how systems compare over all of them."""
