"""All checks, causes before what follows from them: what stands first is the likelier cause of two that are wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from glassnet.diagnosis.checks.classes import classes
from glassnet.diagnosis.checks.constant import constant
from glassnet.diagnosis.checks.dead import dead
from glassnet.diagnosis.checks.deltas import deltas
from glassnet.diagnosis.checks.effect import effect
from glassnet.diagnosis.checks.inputs import inputs
from glassnet.diagnosis.checks.labels import labels
from glassnet.diagnosis.checks.leakage import leakage
from glassnet.diagnosis.checks.output import output
from glassnet.diagnosis.checks.overfit import overfit
from glassnet.diagnosis.checks.rate import rate
from glassnet.diagnosis.checks.saturated import saturated
from glassnet.diagnosis.checks.start import start
from glassnet.diagnosis.checks.symmetry import symmetry
from glassnet.diagnosis.checks.targets import targets
from glassnet.diagnosis.finding import Finding, together
from glassnet.diagnosis.subject import Subject


@dataclass(frozen=True)
class Check:
    """One check; `of_data` says that it is about the rows, not about how the network takes to them.

    `of_target` says that it is about what is asked for: several targets are looked at each by itself.
    """

    look: Callable[[Subject], Finding]
    of_data: bool = False
    of_target: bool = False

    def __call__(self, subject: Subject) -> Finding:
        """The finding, of several targets that of all of them together."""
        if not self.of_target or not subject.apart:
            return self._found(subject)
        found = together({each.goal.name: self._found(each) for each in subject.apart if each.goal is not None})
        if not subject.lacking:
            return found
        return replace(found, words=f"{found.words}; no row has {' or '.join(map(repr, subject.lacking))}")

    def _found(self, subject: Subject) -> Finding:
        """The finding; what would keep a network from learning is only suspect in one that does learn."""
        with np.errstate(over="ignore", invalid="ignore"):  # weights that have run away are to be told of
            found = self.look(subject)
        if found.verdict == "wrong" and not self.of_data and subject.learns:
            return replace(found, verdict="suspect", words=f"{found.words}; yet the network has learnt")
        return found


CHECKS: Final = (
    Check(classes, of_data=True, of_target=True),
    Check(leakage, of_data=True),
    Check(inputs),
    Check(targets, of_target=True),
    Check(output, of_target=True),
    Check(symmetry),
    Check(dead),
    Check(saturated),
    Check(deltas),
    Check(effect),
    Check(labels, of_data=True, of_target=True),
    Check(rate),
    Check(constant, of_target=True),
    Check(start, of_target=True),
    Check(overfit, of_target=True),
)
