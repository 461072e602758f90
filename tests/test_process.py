"""What the process holds of memory."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from glassnet.process import Memory, memory


def test_linux_tells_what_is_held_and_the_most_in_kilobytes(tmp_path):
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n")
    assert memory(status) == Memory(1024 * 1024, 2048 * 1024)


@pytest.mark.skipif(sys.platform != "linux", reason="the memory held now is known on Linux alone")
def test_an_array_that_is_held_is_seen():
    before = memory()
    array = np.ones(10_000_000)
    after = memory()
    assert 80e6 <= after.now - before.now + 1e6 <= 90e6
    assert after.most >= after.now
    assert array[-1] == 1
