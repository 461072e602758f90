"""The model file: named arrays and JSON settings in one safetensors file; nothing in it is ever run as code."""

from __future__ import annotations

from glassnet.files.container import read, write

__all__ = ["read", "write"]
