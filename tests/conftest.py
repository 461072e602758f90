"""Settings of all tests."""

from __future__ import annotations

import os
import tempfile

import pytest
from hypothesis import settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("glassnet", deadline=None)
settings.load_profile("glassnet")


def pytest_configure(config: pytest.Config) -> None:
    """Keep compiled programs in a folder of this run, not in the user's."""
    folder = tempfile.TemporaryDirectory(prefix="glassnet-tests-")
    config.add_cleanup(folder.cleanup)
    os.environ["GLASSNET_CACHE_DIR"] = folder.name
