"""What is said of a network without being asked: the plainest of what keeps one from learning."""

from __future__ import annotations

from glassnet.diagnosis.checks import dead, deltas, effect
from glassnet.diagnosis.layers import laid_open, seen
from glassnet.diagnosis.trials import sample
from glassnet.training.layout import State
from glassnet.training.programs import Programs
from glassnet.training.rows import Rows

MORE = "network.diagnose(inputs, targets) says more"


def unasked(programs: Programs, state: State, rows: Rows, seed: int) -> tuple[str, ...]:
    """Notes on layers whose units are dead, whose deltas have vanished, or that no delta reaches; none where all learn.

    The bounds are those from which on the checks of the same names say that something is wrong.
    """
    views = seen(programs, state, sample(rows, laid_open(rows), seed))
    silent = [each for each in views if each.dead >= dead.MOST]
    last = next((each for each in views if each.last), None)
    notes = [dead.said(each) for each in silent]
    idle = [] if last is None or last.delta == 0 else effect.idle(views)
    if idle and not silent:
        notes.append(f"nothing moves the weights of {' and '.join(idle)}: the loss depends on them in no row")
    vanished = [] if silent or idle else deltas.vanished(views)
    if vanished and last is not None:
        least = min((each for each in views if each.name in vanished), key=lambda each: each.delta)
        notes.append(deltas.said(least.name, least.delta / last.delta, last.name))
    return tuple(f"{note}; {MORE}" for note in notes)
