from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def floors(script) -> ModuleType:
    return script("floors")


def house(folder: Path, **files: str) -> Path:
    source = folder / "glassnet"
    for name, text in files.items():
        path = source / (name.replace("__in__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return source


def test_every_import_of_the_house_goes_down(floors: ModuleType) -> None:
    assert floors.breaches(ROOT / "src" / "glassnet") == []


def test_an_import_from_a_floor_below_is_fine(floors: ModuleType, tmp_path: Path) -> None:
    source = house(
        tmp_path, nn__in__dense="import numpy\nfrom glassnet.core.tensor import Tensor\nfrom . import loss\n"
    )
    assert floors.breaches(source) == []


@pytest.mark.parametrize(
    "text",
    [
        "from glassnet.network import Network\n",
        "import glassnet.network\n",
        "from glassnet import network\n",
        "from ..network import Network\n",
        "def f():\n    from glassnet.network import Network\n",
    ],
)
def test_an_import_from_above_is_found_however_it_is_written(floors: ModuleType, tmp_path: Path, text: str) -> None:
    (sentence,) = floors.breaches(house(tmp_path, core__in__tape=text))
    line = text.count("\n")
    assert sentence == (
        f"glassnet/core/tape.py:{line}: core (floor 2) imports network (floor 6); only lower floors are open to it"
    )


def test_a_room_does_not_import_from_its_own_floor(floors: ModuleType, tmp_path: Path) -> None:
    (sentence,) = floors.breaches(house(tmp_path, core__in__tape="from glassnet.data import table\n"))
    assert "core (floor 2) imports data (floor 2)" in sentence


def test_imports_for_type_checkers_are_not_looked_at(floors: ModuleType, tmp_path: Path) -> None:
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from glassnet.network import Network\n"
    assert floors.breaches(house(tmp_path, core__in__tape=text)) == []


def test_the_doors_of_the_house_name_every_floor(floors: ModuleType, tmp_path: Path) -> None:
    text = "from glassnet.cli import main\n"
    assert floors.breaches(house(tmp_path, __init__=text, __main__=text)) == []


def test_star_imports_and_rooms_without_a_floor_are_found(floors: ModuleType, tmp_path: Path) -> None:
    source = house(tmp_path, nn="from numpy import *\n", shed="from glassnet import core\n")
    first, second = floors.breaches(source)
    assert first == "glassnet/nn.py:1: a star import from numpy; name what is needed"
    assert second == "glassnet/shed.py:1: the room shed has no floor; give it one in scripts/floors.py"
