"""Every kind of contract, read back from a model file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glassnet.data.contract import ArrayContract, SequenceContract
from glassnet.data.long_contract import LongContract, LongStepContract
from glassnet.data.step_contract import StepContract
from glassnet.data.stream_contract import StreamContract
from glassnet.data.table_contract import TableContract

CONTRACTS = (
    ArrayContract, SequenceContract, StepContract, TableContract, LongContract, LongStepContract, StreamContract,
)  # fmt: skip
KINDS: Mapping[str, type[ArrayContract | TableContract | StreamContract]] = {kind.kind: kind for kind in CONTRACTS}


def contract_from(document: Mapping[str, Any]) -> ArrayContract | TableContract | StreamContract:
    """The contract that one of them wrote."""
    return KINDS[document["kind"]].from_json(document)
