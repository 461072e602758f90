"""Every kind of contract, read back from a model file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glassnet.data.contract import ArrayContract, SequenceContract, TableContract
from glassnet.data.step_contract import StepContract

KINDS = {kind.kind: kind for kind in (ArrayContract, SequenceContract, StepContract, TableContract)}


def contract_from(document: Mapping[str, Any]) -> ArrayContract | TableContract:
    """The contract that one of them wrote."""
    return KINDS[document["kind"]].from_json(document)
