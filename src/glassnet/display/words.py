"""Text from the user's data, made safe for where it is shown."""

from __future__ import annotations

import html


def printable(text: str) -> str:
    """`text` on one line and without control characters: names come from the user's file."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def escaped(text: object) -> str:
    """Text as HTML shows it, sign by sign: no name or value of a table is ever markup, in an attribute neither.

    Lines stay lines; other control characters, such as those that turn the direction of writing, become spaces.

    >>> escaped("<b> & 'c'")
    '&lt;b&gt; &amp; &#x27;c&#x27;'
    """
    return html.escape("\n".join(map(printable, str(text).split("\n"))), quote=True)
