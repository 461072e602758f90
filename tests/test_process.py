"""What the process holds of memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

from glassnet.process import Memory, memory


def test_linux_tells_what_is_held_and_the_most_in_kilobytes(tmp_path):
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n")
    assert memory(status) == Memory(1024 * 1024, 2048 * 1024)


HOLDING = """
import numpy as np
from glassnet.process import memory
before = memory()
array = np.ones(10_000_000)
after = memory()
print(after.now - before.now, after.most - after.now, array[-1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the memory held now is known on Linux alone")
def test_an_array_that_is_held_is_seen():
    """In a process of its own: one that has let go of memory takes that again."""
    told = subprocess.run([sys.executable, "-c", HOLDING], check=True, capture_output=True, text=True).stdout
    grown, beyond, _ = map(float, told.split())
    assert 79e6 <= grown <= 90e6
    assert beyond >= 0
