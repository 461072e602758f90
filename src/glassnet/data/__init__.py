"""Data as people have it, taken in as tables of plain columns, and answers given back in the types that they came in.

`frames.as_table` takes anything that holds rows, `read.read_table` a file, `arrays.as_inputs` arrays for explicit
layers; `answers.like` gives answers the type of what was asked.
"""
