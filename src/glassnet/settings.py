"""Settings: checked when an object is made, written to JSON and read back, found by name.

Layers, losses, initializers, optimizers and schedules are frozen dataclasses, and their fields say all there is to know
about them. What is written is the class's name and its fields; what is read back is looked up among classes that the
caller gives: no code is stored, and none is loaded.
"""

from __future__ import annotations

import dataclasses
import inspect
import math
from collections.abc import Iterable, Mapping
from typing import Any, Self, TypeVar, cast

import numpy as np

from glassnet.errors import SettingError, nearest, sentence, short

T = TypeVar("T")

FAMILIAR = {  # what other libraries call a setting, and its names here, of which a class may have one
    "lr": ("learning_rate", "rate"),
    "rate": ("learning_rate",),
    "eta": ("learning_rate",),
    "eps": ("epsilon",),
    "beta_1": ("beta1",),
    "beta_2": ("beta2",),
    "betas": ("beta1",),
    "rho": ("decay",),
    "weight_decay": ("l2",),
    "clipvalue": ("clip",),
    "clipnorm": ("clip",),
    "global_clipnorm": ("clip",),
    "max_grad_norm": ("clip",),
    "gradient_accumulation_steps": ("accumulate",),
    "every_k_schedule": ("accumulate",),
    "units": ("outputs",),
    "outputs": ("units",),
    "out_features": ("outputs",),
    "hidden_size": ("units",),
    "output_dim": ("outputs",),
    "embedding_dim": ("outputs",),
    "num_embeddings": ("levels",),
    "input_dim": ("levels",),
    "act": ("activation",),
    "nonlinearity": ("activation",),
    "use_bias": ("bias",),
    "kernel_initializer": ("initializer",),
    "p": ("rate",),
    "std": ("standard_deviation",),
    "stddev": ("standard_deviation",),
    "return_sequences": ("sequences",),
    "num_groups": ("groups",),
    "target_shape": ("shape",),
    "min_delta": ("least",),
    "history_size": ("memory",),
    "threshold": ("least",),
    "min_lr": ("lowest",),
}

CLASS = "class"  # the key under which JSON keeps a class's name: no field can have it, since it is a word of Python


class Configured:
    """What its dataclass fields describe completely; own subclasses are saved and loaded as the built-in ones are.

    It prints as the call that makes it, with its first setting and all that are not as they are by default.
    Raises SettingError for a setting that the class does not have, with the one that was probably meant.
    """

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        cls.__repr__ = cls.__repr__  # type: ignore[method-assign] # its own now: a dataclass would write another

    def __new__(cls, *_: object, **settings: object) -> Self:
        """An object of the class, whose settings are all known."""
        known = inspect.signature(cls.__init__).parameters if settings else {}
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in known.values()):
            _refuse_unknown(cls, settings, [name for name in known if name != "self"])
        return super().__new__(cls)

    def __repr__(self) -> str:
        known = [f for f in dataclasses.fields(cast(Any, self)) if f.init and f.repr]
        ordered = sorted(known, key=lambda f: bool(f.kw_only))
        told = [f for f in ordered if (f is ordered[0] and not f.kw_only) or repr(getattr(self, f.name)) != _unset(f)]
        return f"{type(self).__name__}({', '.join(f'{f.name}={getattr(self, f.name)!r}' for f in told)})"

    def settings(self) -> dict[str, Any]:
        """The fields as plain JSON values; raises SettingError for a field that JSON cannot hold."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(cast(Any, self)) if f.init}
        return {name: as_json(value, f"{type(self).__name__}: {name}") for name, value in values.items()}

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], classes: Mapping[str, type[Configured]]) -> Self:
        """An object of this class with the given `settings`; objects inside are looked up by name in `classes`."""
        return construct(cls, {name: from_json(value, classes) for name, value in settings.items()})


def _unset(field: dataclasses.Field[Any]) -> str | None:
    """How the default of a field prints, or None where it has none."""
    if field.default_factory is not dataclasses.MISSING:
        return repr(field.default_factory())
    return None if field.default is dataclasses.MISSING else repr(field.default)


def as_json(value: Any, where: str) -> Any:
    """`value` in the types of JSON: an object as its class's name and settings, an array as nested lists.

    >>> as_json((1, np.float64(0.5)), "Mine: sizes")
    [1, 0.5]
    """
    match value:
        case Configured():
            return {CLASS: type(value).__name__, **value.settings()}
        case np.generic() | np.ndarray():  # before the numbers of Python, since np.float64 is one of them
            return value.tolist()
        case None | bool() | int() | float() | str():
            return value
        case tuple() | list():
            return [as_json(item, where) for item in value]
        case Mapping() if all(isinstance(key, str) for key in value):
            return {key: as_json(item, where) for key, item in value.items()}
    raise SettingError(
        f"{where} is {value!r}, which cannot be saved: expected numbers, text, tuples or arrays of them, or an object "
        f"that is described by settings itself, as layers, losses, initializers, optimizers and schedules are"
    )


def finite(value: Any) -> Any:
    """A value of JSON's types with None in place of numbers that are not finite, which JSON has no way to write.

    >>> finite({"losses": (0.5, float("nan"))})
    {'losses': [0.5, None]}
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: finite(item) for key, item in value.items()}
    return [finite(item) for item in value] if isinstance(value, list | tuple) else value


def from_json(value: Any, classes: Mapping[str, type[Configured]]) -> Any:
    """The value that `as_json` wrote; lists come back as tuples, as the fields of a frozen object should be.

    Raises SettingError for a class that is not among `classes`, and for settings that it does not have.
    """
    match value:
        case {"class": str(name)}:
            settings = {key: item for key, item in value.items() if key != CLASS}
            if name not in classes:
                raise SettingError(
                    f"no class is called {name!r} here{nearest(name, classes)}; give your own with classes=[{name}]"
                )
            return classes[name].from_settings(settings, classes)
        case dict():
            return {key: from_json(item, classes) for key, item in value.items()}
        case list():
            return tuple(from_json(item, classes) for item in value)
    return value


def construct(cls: type[T], settings: Mapping[str, Any]) -> T:
    """An object of the dataclass `cls`; raises SettingError where a setting is unknown or wanting."""
    known = {f.name: f for f in dataclasses.fields(cast(Any, cls)) if f.init}
    _refuse_unknown(cls, settings, known)
    for name, f in known.items():
        if name not in settings and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            raise SettingError(f"{cls.__name__} needs the setting {name!r}")
    return cls(**settings)


def _refuse_unknown(cls: type, settings: Iterable[str], known: Iterable[str]) -> None:
    """Raise SettingError for a setting that is not among those `known`, with the one that was probably meant."""
    names = tuple(known)
    for name in settings:
        if name not in names:
            ours = [each for each in FAMILIAR.get(name, ()) if each in names]
            hint = f"; here it is called {ours[0]!r}" if ours else nearest(name, names)
            said = sentence(f"{cls.__name__} has no setting {name!r}{hint}")
            raise SettingError(f"{said} It has {', '.join(names) or 'none'}")


def find(kind: str, name: str, known: Mapping[str, T], familiar: Mapping[str, str]) -> T:
    """What is called `name` among `known`; case, spaces, hyphens and underscores make no difference.

    `familiar` maps what other libraries say to the name here: it is not a second spelling, but the error gives it.
    Raises SettingError for any other name, with the nearest known one.
    """
    if not isinstance(name, str):
        raise SettingError(f"{kind} {name!r}: expected a name, one of {', '.join(known)}")
    folded = {fold(each): each for each in known}
    if fold(name) in folded:
        return known[folded[fold(name)]]
    ours = {fold(each): called for each, called in familiar.items()}.get(fold(name))
    hint = f"; here it is called {ours!r}" if ours else nearest(name, known)
    raise SettingError(f"{sentence(f'no {kind} is called {name!r}{hint}')} Known: {', '.join(known)}")


def check_name(setting: str, given: object, known: Iterable[str]) -> None:
    """Raise SettingError, with the nearest, unless what a setting was given is one of the `known` names."""
    names = tuple(known)
    if not isinstance(given, str) or given not in names:
        hint = nearest(given, names)
        raise SettingError(f"{setting}={short(given)}: expected one of {', '.join(map(repr, names))}{hint}")


def as_names(setting: str, given: Any) -> tuple[str, ...]:
    """The names that a setting was given, one or a list of them; raises SettingError for what is neither.

    >>> as_names("target", "price")
    ('price',)
    """
    several = isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping)
    names = tuple(given) if several else (given,)
    if not all(isinstance(name, str) for name in names):
        such = repr(str(given)) if isinstance(given, int) else "'0'"
        raise SettingError(
            f"{setting}={short(given)}: expected a name, or a list of names; names are text, such as {such}"
        )
    return names


def fold(name: str) -> str:
    """`name` as lookups compare it.

    >>> fold("Leaky ReLU") == fold("leaky-relu") == fold("leaky_relu") == fold("LeakyReLU")
    True
    """
    return name.casefold().translate({ord(separator): None for separator in " -_"})


def check_number(owner: object, setting: str, interval: str) -> None:
    """Raise SettingError unless the owner's `setting` is a number in `interval`, as in "[0, 1)" or "(0, inf)"."""
    if not lies_in(getattr(owner, setting), interval):
        finite = "finite " if "-inf" in interval else ""
        raise refusal(owner, setting, f"a {finite}number in {interval}")


def lies_in(value: object, interval: str) -> bool:
    """Whether a value is a number in `interval`.

    >>> lies_in(0.5, "[0, 1)"), lies_in(1, "[0, 1)"), lies_in(True, "[0, 1]")
    (True, False, False)
    """
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        return False
    low, high = (float(end) for end in interval[1:-1].split(","))
    above = value >= low if interval[0] == "[" else value > low
    return bool(above and (value <= high if interval[-1] == "]" else value < high))


def check_numbers(owner: object, setting: str, interval: str) -> None:
    """Have the owner's `setting` be a number in `interval`, or a tuple of such numbers, one for each member.

    Raises SettingError for anything else.
    """
    given = getattr(owner, setting)
    plain = given.tolist() if isinstance(given, np.ndarray | np.generic) else given
    several = isinstance(plain, list | tuple)
    numbers = tuple(plain) if several else (plain,)
    if not numbers or not all(lies_in(number, interval) for number in numbers):
        raise refusal(owner, setting, f"a number in {interval}, or one for each member")
    kept = tuple(float(number) for number in numbers)
    object.__setattr__(owner, setting, kept if several else kept[0])


def check_whole(owner: object, setting: str, least: int) -> None:
    """Raise SettingError unless the owner's `setting` is a whole number of at least `least`."""
    value = getattr(owner, setting)
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise refusal(owner, setting, f"a whole number of at least {least}")


def check_flag(owner: object, setting: str) -> None:
    """Raise SettingError unless the owner's `setting` is True or False."""
    if not isinstance(getattr(owner, setting), (bool, np.bool_)):
        raise refusal(owner, setting, "True or False")


def refusal(owner: object, setting: str, expected: str) -> SettingError:
    """The error for a setting out of its range: whose it is, what was given, and what was expected."""
    return SettingError(f"{type(owner).__name__}: {setting}={getattr(owner, setting)!r}, expected {expected}")
