"""What each column of a table is taken for, and why: decided once from the whole column, and part of the model."""

from glassnet.data.schema.kinds import ColumnSchema, Kind
from glassnet.data.schema.schema import NEEDED, Schema

__all__ = ["NEEDED", "ColumnSchema", "Kind", "Schema"]
