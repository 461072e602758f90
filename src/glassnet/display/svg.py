"""Curves as a small picture within HTML, drawn in the colour of the text around it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from glassnet.display.parts import Floats, Picture
from glassnet.display.words import escaped

WIDTH, HEIGHT = 460, 190
LEFT, RIGHT, TOP, BOTTOM = 64, 8, 22, 22  # the margins of the field that curves are drawn in
COLOURS: Final = ("#2f7fd1", "#d9730d", "#2e9e6b", "#b05fc9")  # each at least 3 : 1 on white and on near-black
DASHES: Final = ("", "6 3", "2 2", "8 2 2 2")  # so that colours are not all that tells curves apart
SIGN, LINE = 6.6, 16  # about how wide a sign is, and how high a line of words
FAR: Final = 20.0  # times the least from which on the scale of positive values is logarithmic


def is_far(lines: Sequence[Floats]) -> bool:
    """Whether the values of curves are positive and so far apart that they are drawn on a logarithmic scale."""
    values = np.concatenate(lines)
    return bool(values.min() > 0 and values.max() > FAR * values.min())


def as_svg(picture: Picture) -> str:
    """The curves of a picture with the least and the largest value, the names of both ends, and a legend.

    Its label tells it in words to those who hear the page.
    """
    lines = [np.minimum(line, picture.ceiling) for line in picture.lines.values()]
    log = is_far(lines)
    title = picture.title + (", logarithmic" if log else "")
    parts = [_words(0, 12, title, "start"), *_frame(picture, lines)]
    scaled = [np.log(line) for line in lines] if log else lines
    ends = min(float(line.min()) for line in scaled), max(float(line.max()) for line in scaled)
    parts += [_curve(_across(picture, picture.x), line, ends, place) for place, line in enumerate(scaled)]
    if picture.mark is not None:
        parts.append(_mark(picture, picture.mark))
    legend, height = _legend(list(picture.lines)) if len(lines) > 1 else ([], 0)
    curves = zip(picture.lines, lines, strict=True)
    told = ", ".join(f"{name} from {line[0]:.4g} to {line[-1]:.4g}" for name, line in curves)
    style = "max-width: 34em; font: inherit; font-size: 12px"
    return (
        f'<svg role="img" aria-label="{escaped(title)}: {escaped(told)}" viewBox="0 0 {WIDTH} {HEIGHT + height}"'
        f' width="{WIDTH}" style="{style}" xmlns="http://www.w3.org/2000/svg" fill="currentColor">'
        f"{''.join(parts + legend)}</svg>"
    )


def _frame(picture: Picture, lines: Sequence[Floats]) -> list[str]:
    """The axes, the least and the largest value beside them, and the names of both ends below."""
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    low, high = (f"{find(line for one in lines for line in one.tolist()):.4g}" for find in (min, max))
    return [
        f'<path d="M{LEFT} {TOP}V{bottom}H{right}" fill="none" stroke="currentColor" stroke-opacity="0.5"/>',
        _words(LEFT - 5, TOP + 9, high, "end"),
        _words(LEFT - 5, bottom, low, "end"),
        _words(LEFT, HEIGHT - 6, picture.ends[0], "start"),
        _words(right, HEIGHT - 6, picture.ends[1], "end"),
    ]


def _curve(across: Floats, line: Floats, ends: tuple[float, float], place: int) -> str:
    """One curve between the least and the largest value of all; a single point is a dot."""
    down = HEIGHT - BOTTOM - _share(line, *ends) * (HEIGHT - BOTTOM - TOP)
    if len(across) == 1:
        return f'<circle cx="{across[0]:.1f}" cy="{down[0]:.1f}" r="3" fill="{COLOURS[place % len(COLOURS)]}"/>'
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across.tolist(), down.tolist(), strict=True))
    return f'<polyline points="{points}" fill="none" {_stroke(place)}/>'


def _mark(picture: Picture, mark: float) -> str:
    """A dotted line at the x that is pointed out, and its name beside it."""
    x = float(_across(picture, np.array([mark]))[0])
    line = (
        f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="currentColor" stroke-dasharray="2 3" '
        f'stroke-opacity="0.8"/>'
    )
    if not picture.mark_name:
        return line
    after = x < (LEFT + WIDTH) / 2
    return line + _words(
        x + (4 if after else -4), (TOP + HEIGHT - BOTTOM) / 2, picture.mark_name, "start" if after else "end"
    )


def _legend(names: Sequence[str]) -> tuple[list[str], int]:
    """The name of each curve after a piece of it, in lines below the field, where they hide none; and their height."""
    parts, x, y = [], float(LEFT), HEIGHT + 10
    for place, name in enumerate(names):
        width = 27 + SIGN * len(name)
        if place and x + width > WIDTH:
            x, y = float(LEFT), y + LINE
        parts.append(f'<path d="M{x:.1f} {y - 4}h22" {_stroke(place)}/>' + _words(x + 27, y, name, "start"))
        x += width + 14
    return parts, y + 6 - HEIGHT


def _stroke(place: int) -> str:
    """The colour and the dashes of a curve."""
    colour, dash = COLOURS[place % len(COLOURS)], DASHES[place % len(DASHES)]
    return f'stroke="{colour}" stroke-width="1.8"' + (f' stroke-dasharray="{dash}"' if dash else "")


def _words(x: float, y: float, text: str, anchor: str) -> str:
    """A line of text; a line break after it keeps words apart where tags are taken away."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escaped(text)}\n</text>'


def _across(picture: Picture, x: Floats) -> Floats:
    low, high = float(picture.x.min()), float(picture.x.max())
    return LEFT + _share(x, low, high) * (WIDTH - RIGHT - LEFT)


def _share(values: Floats, low: float, high: float) -> Floats:
    """How far each value lies between two ends, from 0 to 1; halfway where they are one."""
    if not math.isfinite(high - low) or high <= low:
        return np.full(len(values), 0.5)
    return (values - low) / (high - low)
