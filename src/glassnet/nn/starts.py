"""What the parameters of a whole network start from, where it is said for all of them or by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from glassnet.errors import SettingError
from glassnet.nn.initializers import Initializer, as_initializer
from glassnet.nn.layer import Parameter
from glassnet.nn.named import named

AnyStart: TypeAlias = Initializer | str | Mapping[str, Initializer | str] | None  # as people write it
Start: TypeAlias = Initializer | Mapping[str, Initializer] | None

MATRIX = 2  # the axes from which on an initializer for all is meant for a parameter: biases and gains have one


def as_start(given: AnyStart) -> Start:
    """The start with every initializer looked up; raises SettingError for what is none."""
    if isinstance(given, Mapping):
        if not all(isinstance(name, str) for name in given):
            raise SettingError(f"initializer={given!r}: expected names of layers or parameters, such as 'dense_1'")
        return {name: as_initializer(each) for name, each in given.items()}
    return None if given is None else as_initializer(given)


def rules(start: Start, parameters: Mapping[str, Parameter]) -> dict[str, Initializer]:
    """The initializer of each parameter that is to start anew.

    None stands for every parameter by the rule of its layer; an initializer takes that rule's place for parameters of
    two or more axes. In a mapping the name of a layer does the same for its parameters alone, and the name of a
    parameter, which goes before that of its layer, whatever the axes. Raises SettingError for any other name.
    """
    if not isinstance(start, Mapping):
        return {name: _anew(parameter, start) for name, parameter in parameters.items()}
    return {
        name: parameters[name].initializer.replaced(start[said])
        if said == name
        else _anew(parameters[name], start[said])
        for name, said in named("initializer", start, parameters).items()
    }


def _anew(parameter: Parameter, start: Initializer | None) -> Initializer:
    """The rule of a parameter where one is given for all."""
    own = parameter.initializer
    return own if start is None or len(parameter.shape) - parameter.batch < MATRIX else own.replaced(start)
