"""Whether the units of a layer are all alike, and stay so."""

from __future__ import annotations

from typing import Final

from glassnet.diagnosis.finding import Finding
from glassnet.diagnosis.subject import Subject

NAME: Final = "symmetry"


def symmetry(subject: Subject) -> Finding:
    """Layers whose units have the same weights and the same derivatives: no step will ever tell them apart.

    Source: Rumelhart, Hinton and Williams, "Learning internal representations by error propagation", 1985, section on
    symmetry breaking.
    """
    twins = [each.name for each in subject.layers if each.twins]
    if not twins:
        return Finding(NAME, "fine", "the units of each layer differ, or are moved differently")
    names = " and ".join(twins)
    return Finding(
        NAME, "wrong", f"all units of {names} have the same weights and the same deltas: they will stay one unit",
        "let the weights start at random, as layers do where no initializer is given", {"layers": float(len(twins))},
    )  # fmt: skip
