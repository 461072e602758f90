"""A row of the table: figures, what they must reach, the limit of the machine, and how all that is shown."""
