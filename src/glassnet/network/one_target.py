"""One of the targets that a network has learnt together, chosen by its name."""

from __future__ import annotations

from dataclasses import replace

from glassnet.data.labels import listed
from glassnet.data.table_contract import TableContract
from glassnet.errors import SettingError, nearest, sentence
from glassnet.network.learnt import Learnt
from glassnet.network.scoring import as_metrics, kind_of
from glassnet.nn.losses.one_of import one_of


def of_target(learnt: Learnt, target: str | None, call: str) -> Learnt:
    """The network as it answers for its target of that name, or as it is where it has one, or takes numbers together.

    Its contract, its scores and the program that answers are those of a network of this target alone; those that learn
    and measure a loss are still those of all, so that it is there to be asked. `call` is who asks, for the words.

    Raises SettingError for a name that is no target, for none where one has to be chosen, and for a target that has no
    answer by itself.
    """
    contract, names = learnt.contract, learnt.contract.names
    if learnt.kind == "several" and not isinstance(contract, TableContract):
        raise SettingError(
            f"{call}: this network learnt several targets that came as an array, with a loss for each, and have no "
            f"names; learn from a table to ask about one of them"
        )
    check_no_lists(learnt, call)
    if target is None:
        if learnt.kind == "several":
            raise SettingError(
                f"{call}: this network learnt {listed(names)} together; say which of them is meant, as in "
                f"{call}(rows, target={names[0]!r})"
            )
        return learnt
    if target not in names:
        said = sentence(f"{call}: no target is {target!r}{nearest(target, names)}")
        raise SettingError(f"{said} This network learnt {listed(names)}")
    return learnt if len(names) == 1 else _alone(learnt, names.index(target), call)


def check_no_lists(learnt: Learnt, call: str) -> None:
    """Raise SettingError for the labels of lists, of which a row has any number; `call` is who asks."""
    if learnt.kind == "list of labels":
        raise SettingError(
            f"{call}: the labels of {learnt.contract.names[0]!r} are learnt together, and are not looked at one by one "
            f"yet; test and predict_probabilities say how good they are and what each comes to"
        )


def _alone(learnt: Learnt, place: int, call: str) -> Learnt:
    """The network as it answers for the target at that place."""
    contract, model = learnt.contract, learnt.programs.model
    assert isinstance(contract, TableContract)  # no other has several names
    loss = one_of(model.loss, place)
    if loss is None:
        raise SettingError(
            f"{call}: the loss {model.loss!r} takes {listed(contract.names)} together, and none of them has an answer "
            f"by itself; leave target= out"
        )
    if learnt.streams is not None:
        raise SettingError(
            f"{call}: the layers keep the states of sequences, and answer for {listed(contract.names)} together; a "
            f"network of {contract.names[place]!r} by itself can be asked"
        )
    own = contract.alone(place)
    programs = replace(learnt.programs, model=replace(model, loss=loss, test_loss=None))
    return replace(learnt, contract=own, programs=programs, metrics=as_metrics(None, kind_of(own, loss)))
