from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from glassnet.files import read, write
from glassnet.files.atomic import replacing

posix = pytest.mark.skipif(os.name != "posix", reason="signals, limits and permissions are POSIX")


def child(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """A real process that runs `code`, its output kept."""
    return subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True)


def test_the_block_replaces_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with replacing(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_block_that_raises_leaves_the_old_file_alone(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def save() -> None:
        with replacing(path) as file:
            file.write(b"half of the n")
            raise error

    with pytest.raises(error):
        save()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_a_process_killed_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.glass", {"x": np.arange(4)}, {"version": 1})
    code = """
import os, signal, sys
from pathlib import Path
from glassnet.files.atomic import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert child(code, path).returncode == -9
    assert read(path)[1] == {"version": 1}


@posix
@pytest.mark.parametrize("saves", [1, 2, 5])
def test_a_process_killed_while_saving_leaves_one_whole_file(tmp_path: Path, saves: int) -> None:
    code = """
import sys, numpy as np
from glassnet.files import write
for number in range(1_000_000):
    write(sys.argv[1], {"x": np.full(500_000, number)}, {"number": number})
    print(number, flush=True)
"""
    path = tmp_path / "a.glass"
    with subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for number in range(saves):
            assert process.stdout.readline() == f"{number}\n"
        process.kill()  # the child is in the middle of the next save
    arrays, settings = read(path)
    assert settings["number"] >= saves - 1
    assert (arrays["x"] == settings["number"]).all()


@posix
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = write(tmp_path / "a.glass", {"x": np.arange(4)}, {"version": 1})
    code = """
import resource, sys, numpy as np
from glassnet.errors import ModelFileError
from glassnet.files import write
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    write(sys.argv[1], {"x": np.zeros(100_000)}, {"version": 2})
except ModelFileError as error:
    print(error)
"""
    result = child(code, path)
    assert (
        result.stdout
        == f"{path} could not be saved: File too large; raise the limit of file sizes, or save elsewhere\n"
    )
    assert read(path)[1] == {"version": 1}
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@posix
def test_without_permission_the_old_file_stays(open_folder: Path, tmp_path: Path) -> None:
    path = write(open_folder / "a.glass", {}, {"version": 1})
    open_folder.chmod(0o555)
    code = """
import os, sys
from glassnet.errors import ModelFileError
from glassnet.files import write
write(sys.argv[2], {}, {})  # imports all it needs while it may
if os.getuid() == 0:
    os.setuid(65534)  # the system's own user without rights: root may write anywhere
try:
    write(sys.argv[1], {}, {"version": 2})
except ModelFileError as error:
    print(error)
"""
    result = child(code, path, tmp_path / "b.glass")
    words = f"{path} could not be saved: Permission denied; allow writing in {open_folder}, or save elsewhere\n"
    assert result.stdout == words, result.stderr
    assert read(path)[1] == {"version": 1}
    assert list(open_folder.iterdir()) == [path]
