"""What a file is that is not one of ours, told by its first bytes: people open the wrong file."""

from __future__ import annotations

SIGNATURES = (
    (b"PK\x03\x04", "a zip archive (as PyTorch, Keras and NumPy's .npz write)"),
    (b"\x93NUMPY", "a NumPy array file"),
    (b"\x89HDF", "an HDF5 file (as older Keras writes)"),
    (b"GGUF", "a GGUF model"),
    (b"PAR1", "a Parquet table"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x08\x07\x12", "an ONNX model"),
    *((b"\x80" + bytes([protocol]), "a Python pickle, which Glassnet never opens") for protocol in range(2, 6)),
)
CONTROLS = set(range(32)) - set(b"\t\n\r")


def kind(start: bytes) -> str | None:
    """What a file that begins with `start` seems to be, or None where nothing is recognised.

    >>> kind(b"carat,cut,price")
    'text, perhaps a table'
    """
    for signature, words in SIGNATURES:
        if start.startswith(signature):
            return words
    return "text, perhaps a table" if _is_text(start) else None


def _is_text(start: bytes) -> bool:
    """Whether `start` reads as UTF-8 text; its last character may be cut."""
    if not start or not CONTROLS.isdisjoint(start):
        return False
    try:
        start.decode()
    except UnicodeDecodeError as error:
        return error.start > len(start) - 4
    return True
