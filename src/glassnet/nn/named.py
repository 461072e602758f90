"""What is said of the parameters of a network by the names of layers and of parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from glassnet.errors import SettingError, nearest, sentence


def named(setting: str, given: Iterable[str], parameters: Mapping[str, object]) -> dict[str, str]:
    """For each parameter that is meant by the names `given`, the name that means it.

    The name of a layer, such as "dense_1", means all its parameters; that of a parameter, such as "dense_1.bias", goes
    before that of its layer. Raises SettingError, for the `setting`, where nothing bears a name.
    """
    found: dict[str, str] = {}
    for name in sorted(given, key=lambda name: name in parameters):  # layers first
        meant = [each for each in parameters if name in (each, each.rpartition(".")[0])]
        if not meant:
            layers = list(dict.fromkeys(each.rpartition(".")[0] for each in parameters))
            said = f"{setting}: no layer with parameters and no parameter is called {name!r}"
            raise SettingError(
                f"{sentence(said + nearest(name, [*layers, *parameters]))} Layers: {', '.join(layers)}; their "
                f"parameters bear names such as {next(iter(parameters), 'dense_1.weights')!r}"
            )
        found.update(dict.fromkeys(meant, name))
    return found
