"""Fits as tables in Markdown, whose columns also stand under each other in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from tabular.comparison import errors, mean_ranks, means, ratios, spread, typical, wins
from tabular.fits import OURS, Fit
from tabular.must import Must
from tabular.musts import FIRST, compared


def of_tables(fits: Sequence[Fit]) -> str:
    """A line for each table: our error, its spread over seeds, the rivals' errors, the ratios to the rival to beat."""
    found, varied = errors(fits), spread(fits)
    seconds = means(fits, lambda fit: fit.fit_s)
    rivals = sorted({fit.system for fit in fits} - {OURS})
    to_first, times = ratios(found, FIRST), ratios(seconds, FIRST)
    lines = [["table", "error", "+-", *rivals, f"of {FIRST}", "seconds", f"of {FIRST}"]]
    for name, own in found.items():
        beside = [f"{own[rival]:.4f}" if rival in own else "" for rival in rivals]
        shares = [f"{each[name]:.3f}" if name in each else "" for each in (to_first, times)]
        error = [f"{own[OURS]:.4f}", f"{varied[name]:.1%}"]
        lines.append([name, *error, *beside, shares[0], f"{seconds[name][OURS]:.1f}", shares[1]])
    return ruled(lines)


def of_trust(fits: Sequence[Fit]) -> str:
    """A line for each table: the calibration errors of classes, ours and the rivals', and what our intervals held."""
    errors = means([fit for fit in fits if fit.calibration is not None], lambda fit: fit.calibration or 0.0)
    chance = means([fit for fit in fits if fit.chance is not None], lambda fit: fit.chance or 0.0)
    held = means([fit for fit in fits if fit.coverage is not None], lambda fit: fit.coverage or 0.0)
    rivals = sorted({system for own in errors.values() for system in own} - {OURS})
    lines = [["table", "calibration error", "by chance", *rivals, "held of 90 %"]]
    for name in dict.fromkeys(fit.name for fit in fits if fit.system == OURS):
        own, share = errors.get(name, {}), held.get(name, {}).get(OURS)
        ours = [_four(own.get(OURS)), _four(chance.get(name, {}).get(OURS))]
        beside = [*ours, *(_four(own.get(rival)) for rival in rivals)]
        lines.append([name, *beside, "" if share is None else f"{share:.1%}"])
    return ruled(lines)


def _four(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def verdicts(fits: Sequence[Fit], reached: Sequence[Must]) -> str:
    """A line for each system with its mean rank, our wins and our errors; then a line for each must."""
    found = errors(compared(fits))
    lines = [["system", "mean rank", "our wins", "our error"]]
    for system, rank in mean_ranks(found).items():
        won, of = wins(found, system)
        beside = (
            ["", ""] if system == OURS else [f"{won} of {of}", f"{typical(list(ratios(found, system).values())):.3f}"]
        )
        lines.append([system, f"{rank:.2f}", *beside])
    met = [["must", "reached", "met"], *([must.what, must.reached, "yes" if must.met else "NO"] for must in reached)]
    return f"{ruled(lines)}\n\n{ruled(met)}"


def ruled(lines: Sequence[Sequence[str]]) -> str:
    """Cells under each other, with a rule under the first line; all columns but the first to the right.

    >>> print(ruled([["table", "error"], ["sonar", "0.06"]]))
    | table | error |
    | ----- | ----: |
    | sonar |  0.06 |
    """
    widths = [max(3, *(len(line[column]) for line in lines)) for column in range(len(lines[0]))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_joined(line, widths) for line in (lines[0], rule, *lines[1:]))


def _joined(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = (
        cell.rjust(width) if place else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(line, widths, strict=True))
    )
    return f"| {' | '.join(cells)} |"
