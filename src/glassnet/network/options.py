"""The settings of a network and of one call of `learn`: checked once, with familiar names answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from glassnet.errors import SettingError, nearest, sentence, short
from glassnet.plan.limit import FEWEST_STEPS
from glassnet.settings import as_names, check_name
from glassnet.training.stopping import Epochs, Plateau, Rule, Seconds, Steps

MODES = ("online", "mini-batch", "full-batch")
DEFAULT_BATCH = 32
DEFAULT_UNTIL = Plateau(10) | Epochs(500)

NEEDS_TARGETS = "learn needs targets: learn(inputs, targets), or learn(table, target='name of a column')"

FAMILIAR = {  # what other libraries call it: what it is called here
    "lr": "optimizer=gn.Adam(0.001)",
    "learning_rate": "optimizer=gn.Adam(0.001)",
    "learning_rate_init": "optimizer=gn.Adam(0.001)",
    "random_state": "seed=",
    "random_seed": "seed=",
    "max_epochs": "epochs=",
    "max_iter": "epochs=",
    "n_epochs": "epochs=",
    "num_epochs": "epochs=",
    "n_jobs": "threads=",
    "init": "initializer=",
    "weight_init": "initializer=",
    "kernel_initializer": "initializer=",
    "label": "target=",
    "label_column": "target=",
    "y": "targets=",
    "validation_split": "validation=0.2",
    "validation_data": "validation=(X, y), or a table",
    "eval_set": "validation=(X, y), or a table",
    "tuning_data": "validation=table",
    "early_stopping": "until=gn.Plateau(10)",
    "patience": "until=gn.Plateau(10)",
    "hidden_layer_sizes": "layers: [gn.Dense(64, 'relu'), gn.Dense(1)]",
    "activation": "layers: [gn.Dense(64, 'relu'), gn.Dense(1)]",
    "solver": "optimizer=",
    "criterion": "loss=",
    "sample_weights": "sample_weight=",
    "class_weights": "class_weight=",
    "metrics": "metric= of learn",
    "epochs": "epochs= of learn",
    "batch_size": "batch_size= of learn",
    "callbacks": "callbacks= of learn",
    "verbose": "verbose= of learn",
    "device": "engine= and threads=; networks compute on the CPU",
}
METHODS = {  # what other libraries call a method: how it is called here
    "fit": "learn",
    "train": "learn",
    "partial_fit": "learn, which goes on from where it stands, or online()",
    "lr_find": "find_rate",
    "compile": "nothing: loss= and optimizer= are given to Network",
    "evaluate": "test",
    "score": "test",
    "cross_validate": "gn.cross_validate(network, data, ...)",
    "cross_val_score": "gn.cross_validate(network, data, ...)",
    "predict_proba": "predict_probabilities",
    "importance": "explain",
    "feature_importance": "explain",
    "feature_importances_": "explain",
    "summary": "layers",
    "plot": "report.plot(), compare(rows).plot(), landscape(rows).plot() or open(rows).plot()",
    "plot_model": "layers.plot()",
    "history": "report, with training_losses, validation_losses and plot()",
    "history_": "report, with training_losses, validation_losses and plot()",
    "loss_curve_": "report.training_losses, and report.plot()",
    "confusion_matrix": "compare",
    "parameters": "weights",
    "get_weights": "weights",
    "state_dict": "weights",
    "classes_": "labels",
    "load": "gn.load(path)",
}


def refuse(call: str, given: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raise SettingError for arguments that a call does not have, naming ours where another library's is familiar."""
    names = tuple(known)
    for name in given:
        ours = FAMILIAR.get(name)
        hint = f"; here it is {ours}" if ours else nearest(name, names)
        raise SettingError(f"{sentence(f'{call} has no argument {name!r}{hint}')} It has {', '.join(names)}")


def batch_of(mode: str | None, batch_size: int | None, rows: int, planned: int | None) -> tuple[int, bool]:
    """The rows of a batch, and whether their order is shuffled.

    Raises SettingError for an unknown mode, a batch size out of range, or two that contradict each other.
    """
    if mode is not None:
        check_name("mode", mode, MODES)
    if batch_size is not None:
        if isinstance(batch_size, bool) or not isinstance(batch_size, int | np.integer) or batch_size < 1:
            raise SettingError(f"batch_size={batch_size!r}: expected a whole number of at least 1")
        if mode in ("online", "full-batch"):
            raise SettingError(f"batch_size={batch_size} with mode={mode!r}: the mode fixes the batch; leave one out")
        return int(batch_size), True
    if mode == "online":
        return 1, True
    if mode == "full-batch":
        return max(rows, 1), False
    return planned or DEFAULT_BATCH, True


def check_all_rows(optimizer: str, streams: int | None, mode: str | None, batch_size: int | None, rows: int) -> None:
    """Raise SettingError where an optimizer that takes all rows in each step is asked to learn by fewer."""
    if mode not in (None, "full-batch") or (batch_size is not None and batch_size < rows):
        given = f"batch_size={batch_size}" if mode is None else f"mode={mode!r}"
        raise SettingError(
            f"{given}: {optimizer} takes all {rows:,} rows in each step; expected mode='full-batch', which it also has "
            f"where nothing is said"
        )
    if streams is not None:
        raise SettingError(
            f"{optimizer} takes all rows in each step, and the layers keep the states of {streams} sequences from step "
            f"to step; give the layers stateful=False, or learn by another optimizer such as gn.Adam(0.001)"
        )


def rule_of(epochs: int | None, time_limit: float | None, until: Rule | None, planned: Rule | None) -> Rule:
    """The rule that ends a run: what was given, whichever comes first, or the default.

    A run that was planned is not ended by a limit of time before it has done its fewest steps.
    """
    if until is not None and not isinstance(until, Rule):
        raise SettingError(f"until={until!r}: expected rules such as gn.Plateau(10) | gn.Seconds(60)")
    rules: list[Rule] = [] if until is None else [until]
    if epochs is not None:
        rules.append(_limit("epochs", Epochs, epochs))
    elif until is None and planned is not None:
        rules.append(planned)
    if time_limit is not None:
        limit = seconds_of(time_limit)
        rules.append(limit if planned is None else limit & Steps(FEWEST_STEPS))
    if not rules or (until is None and epochs is None and planned is None):
        rules.append(DEFAULT_UNTIL)
    rule = rules[0]
    for other in rules[1:]:
        rule = rule | other
    return rule


def seconds_of(time_limit: float) -> Rule:
    """The rule of a time limit; raises SettingError for what is no number of seconds."""
    return _limit("time_limit", Seconds, time_limit)


def _limit(setting: str, rule: Callable[[Any], Rule], given: Any) -> Rule:
    """The rule of a limit; raises SettingError, in the words of the setting, for one that it cannot have."""
    try:
        return rule(given)
    except SettingError as error:
        expected = str(error).rpartition(", expected ")[2]
        raise SettingError(f"{setting}={given!r}: expected {expected}") from None


def check_target(given: str | Iterable[str] | None, targets: object, learnt: tuple[str, ...] | None) -> None:
    """Raise SettingError where `target` names columns and targets came beside them, or others than were `learnt`."""
    if given is None:
        return
    if targets is not None:
        raise SettingError(f"target={short(given)}: the targets were given beside the inputs; leave one of the two out")
    if learnt is not None and as_names("target", given) != learnt:
        raise SettingError(
            f"target={given!r}: this network has learnt {' and '.join(map(repr, learnt))}; leave target= out to go on, "
            f"or call reset() to start afresh"
        )


def arguments_of(method: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the arguments of a method, without its object and what collects others."""
    code = method.__code__
    return code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
