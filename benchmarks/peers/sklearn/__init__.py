"""The networks of scikit-learn."""
