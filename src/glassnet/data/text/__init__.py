"""How values are written in text: each distinct text once, gaps, truth values, numbers, dates."""
