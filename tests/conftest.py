"""Settings of all tests."""

from __future__ import annotations

import os
import signal
import tempfile

import pytest
from hypothesis import settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("glassnet", deadline=None)
settings.load_profile("glassnet")


def pytest_configure(config: pytest.Config) -> None:
    """Keep compiled programs in a folder of this run, not in the user's, and heed Ctrl-C, which some tests send.

    A shell that starts the tests in the background has Ctrl-C ignored.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = tempfile.TemporaryDirectory(prefix="glassnet-tests-")
    config.add_cleanup(folder.cleanup)
    os.environ["GLASSNET_CACHE_DIR"] = folder.name
    os.environ["SCIPY_ARRAY_API"] = "1"  # without it scikit-learn leaves a check of estimators out
