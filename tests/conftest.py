"""Settings of all tests."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("glassnet", deadline=None)
settings.load_profile("glassnet")


def pytest_configure(config: pytest.Config) -> None:
    """Keep compiled programs in a folder of this run, not in the user's, and heed Ctrl-C, which some tests send.

    All workers of a run share the folder, which they inherit, so that each program is compiled once. A shell that
    starts the tests in the background has Ctrl-C ignored.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="glassnet-tests-")
        config.add_cleanup(folder.cleanup)
        os.environ["GLASSNET_CACHE_DIR"] = folder.name
    os.environ["SCIPY_ARRAY_API"] = "1"  # without it scikit-learn leaves a check of estimators out


@pytest.fixture(scope="session")
def script() -> Callable[[str], ModuleType]:
    """A script of the project by its name, as a module."""

    def loaded(name: str) -> ModuleType:
        path = Path(__file__).resolve().parent.parent / "scripts" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # where its dataclasses are looked up
        spec.loader.exec_module(module)
        return module

    return loaded
