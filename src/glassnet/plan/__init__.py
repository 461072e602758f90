"""What a network chooses for the data at hand, and why: layers, a loss, an optimizer and the settings of a run."""

from glassnet.plan.choices import Choice, Choices, Plan, column_choices
from glassnet.plan.limit import Effort, judged_every, within
from glassnet.plan.losses import loss_for
from glassnet.plan.schedule import Planned
from glassnet.plan.size import CHOSEN, FEW, MOST_LEARNT, Size
from glassnet.plan.streams import stream_layers, stream_plan
from glassnet.plan.tables import GATED, HIDDEN, LINEAR, as_planned, opened

__all__ = [
    "CHOSEN", "FEW", "GATED", "HIDDEN", "LINEAR", "MOST_LEARNT", "Choice", "Choices", "Effort", "Plan", "Planned",
    "Size", "as_planned", "column_choices", "judged_every", "loss_for", "opened", "stream_layers", "stream_plan",
    "within",
]  # fmt: skip
