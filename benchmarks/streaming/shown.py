"""Passes over streams as a table in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from tabular.fits import OURS, Fit
from tabular.shown import ruled

SLOW = "deep_river"


def of_streams(fits: Sequence[Fit]) -> str:
    """A line for each system on each stream, the least error first: how it compares with the best model of river.

    The last column is how many times as long as it deep-river takes for a row.
    """
    lines = [["stream", "system", "error", "of river's best", "us a row", "deep-river's of it"]]
    for name in dict.fromkeys(fit.name for fit in fits):
        own = sorted((fit for fit in fits if fit.name == name), key=lambda fit: fit.value)
        best = min((fit.value for fit in own if fit.system.startswith("river")), default=None)
        slow = next((_micros(fit) for fit in own if fit.system == SLOW), None)
        for fit in own:
            ours = fit.system.startswith(OURS)
            share = f"{fit.value / best:.3f}" if best else ""
            times = f"{slow / _micros(fit):.1f}" if slow and ours else ""
            lines.append([name, f"{fit.system} {fit.version}", f"{fit.value:.4f}", share, f"{_micros(fit):.0f}", times])
    return ruled(lines)


def _micros(fit: Fit) -> float:
    """Microseconds for a row: to answer, and to learn."""
    return fit.predict_s / fit.n_test * 1e6
