from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.places import cache_folder, lesser_processor, processors, threads, verbosity

HOME = Path.home()


@pytest.mark.parametrize(
    ("environment", "platform", "folder"),
    [
        ({}, "linux", HOME / ".cache" / "glassnet"),
        ({"GLASSNET_CACHE_DIR": ""}, "linux", HOME / ".cache" / "glassnet"),
        ({"XDG_CACHE_HOME": "/var/cache/me"}, "linux", Path("/var/cache/me/glassnet")),
        ({"XDG_CACHE_HOME": "relative"}, "linux", HOME / ".cache" / "glassnet"),
        ({"XDG_CACHE_HOME": "/var/cache/me"}, "darwin", HOME / "Library" / "Caches" / "glassnet"),
        ({"LOCALAPPDATA": "/users/me/local"}, "win32", Path("/users/me/local/glassnet")),
        ({}, "win32", HOME / "AppData" / "Local" / "glassnet"),
        ({"GLASSNET_CACHE_DIR": "/data/x", "XDG_CACHE_HOME": "/var/cache/me"}, "linux", Path("/data/x")),
        ({"GLASSNET_CACHE_DIR": "~/x"}, "darwin", HOME / "x"),
        ({"GLASSNET_CACHE_DIR": "x"}, "win32", Path.cwd() / "x"),
    ],
)
def test_the_cache_lies_where_the_system_keeps_caches(environment: dict[str, str], platform: str, folder: Path) -> None:
    assert cache_folder(environment, platform) == folder


@pytest.mark.parametrize("text", ["off", " OFF "])
def test_the_cache_can_be_turned_off(text: str) -> None:
    assert cache_folder({"GLASSNET_CACHE_DIR": text, "XDG_CACHE_HOME": "/var/cache/me"}) is None


def test_a_user_without_a_home_has_no_cache() -> None:
    code = """
import os, pwd
from glassnet.places import cache_folder
os.environ.pop("HOME", None)
def unknown(uid): raise KeyError(uid)
pwd.getpwuid = unknown
print(cache_folder({}))
"""
    if sys.platform == "win32":
        pytest.skip("no such users on this system")
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "None\n"


def test_asking_for_the_cache_makes_no_folder(tmp_path: Path) -> None:
    folder = cache_folder({"GLASSNET_CACHE_DIR": str(tmp_path / "cache")})
    assert folder is not None
    assert not folder.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SettingError, match=r"GLASSNET_CACHE_DIR=.*file is a file; expected a folder"):
        cache_folder({"GLASSNET_CACHE_DIR": str(file)})


def test_a_home_that_is_unknown_is_named() -> None:
    with pytest.raises(SettingError, match="no home folder; set GLASSNET_CACHE_DIR"):
        cache_folder({"GLASSNET_CACHE_DIR": "~nobody-of-this-name/x"})


@pytest.mark.parametrize(
    ("text", "level"),
    [("0", 0), ("1", 1), (" 2 ", 2), ("true", 1), ("False", 0), ("on", 1), ("off", 0), ("", None)],
)
def test_the_variable_says_how_much_to_talk(text: str, level: int | None) -> None:
    assert verbosity(environment={"GLASSNET_VERBOSE": text}) == level


@pytest.mark.parametrize(("argument", "level"), [(0, 0), (2, 2), (True, 1), (False, 0), (np.int64(1), 1)])
def test_the_argument_counts_before_the_variable(argument: int, level: int) -> None:
    assert verbosity(argument, {"GLASSNET_VERBOSE": "wrong"}) == level


def test_nobody_has_said_how_much_to_talk() -> None:
    assert verbosity(environment={}) is None


@pytest.mark.parametrize("text", ["3", "-1", "loud", "1.0", "9" * 5000])
def test_a_variable_with_a_wrong_verbosity_is_named(text: str) -> None:
    with pytest.raises(SettingError, match=rf"^GLASSNET_VERBOSE={text}: expected a whole number from 0 to 2$"):
        verbosity(environment={"GLASSNET_VERBOSE": text})


@pytest.mark.parametrize("argument", [3, -1, "1", 1.0])
def test_an_argument_with_a_wrong_verbosity_is_named(argument: object) -> None:
    with pytest.raises(SettingError, match=rf"^verbose={argument!r}: expected a whole number from 0 to 2$"):
        verbosity(argument)


@pytest.mark.parametrize(
    ("argument", "environment", "count"),
    [
        (3, {"GLASSNET_THREADS": "2"}, 3),
        (None, {"GLASSNET_THREADS": "2", "OMP_NUM_THREADS": "5"}, 2),
        (None, {"GLASSNET_THREADS": "", "OMP_NUM_THREADS": "5"}, 5),
        (None, {"OMP_NUM_THREADS": " 4 , 2"}, 4),
        (np.int32(7), {}, 7),
    ],
)
def test_threads_are_those_of_argument_then_variable(
    argument: int | None, environment: dict[str, str], count: int
) -> None:
    assert threads(argument, environment) == count


def test_threads_are_otherwise_the_processors_of_this_process() -> None:
    assert threads(environment={}) == processors()


@pytest.mark.parametrize("variable", ["GLASSNET_THREADS", "OMP_NUM_THREADS"])
@pytest.mark.parametrize("text", ["0", "-2", "many", "1.5", "5000"])
def test_a_variable_with_a_wrong_number_of_threads_is_named(variable: str, text: str) -> None:
    with pytest.raises(SettingError, match=rf"^{variable}={text}: expected a whole number from 1 to 4096$"):
        threads(environment={variable: text})


@pytest.mark.parametrize("argument", [0, -1, 2.0, "4"])
def test_an_argument_with_a_wrong_number_of_threads_is_named(argument: object) -> None:
    with pytest.raises(SettingError, match=rf"^threads={argument!r}: expected"):
        threads(argument, {"GLASSNET_THREADS": "2"})


def container(root: Path, group: str, files: dict[str, str]) -> Path:
    """A folder that looks like / to a process in the control group `group`."""
    for name, text in {"proc/self/cgroup": group, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


LIMITS = {
    "version 2": ("0::/\n", {"sys/fs/cgroup/cpu.max": "100000 100000\n"}),
    "half a processor": ("0::/\n", {"sys/fs/cgroup/cpu.max": "50000 100000\n"}),
    "a group within": ("0::/a/b\n", {"sys/fs/cgroup/a/b/cpu.max": "100000 100000\n"}),
    "the group above": (
        "0::/a/b\n",
        {"sys/fs/cgroup/a/cpu.max": "20000 20000\n", "sys/fs/cgroup/a/b/cpu.max": "max 100000\n"},
    ),
    "version 1": (
        "3:memory:/docker/1\n2:cpu,cpuacct:/docker/1\n1:name=systemd:/\n0::/\n",
        {"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "100000\n", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n"},
    ),
}


@pytest.mark.parametrize("case", LIMITS)
def test_the_limit_of_a_container_counts(tmp_path: Path, case: str) -> None:
    assert processors(container(tmp_path, *LIMITS[case])) == 1


NO_LIMITS = {
    "version 2": ("0::/\n", {"sys/fs/cgroup/cpu.max": "max 100000\n"}),
    "version 1": (
        "1:cpu:/\n",
        {"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n"},
    ),
    "more than there are": ("0::/\n", {"sys/fs/cgroup/cpu.max": "100000000 100000\n"}),
    "period of 0": ("0::/\n", {"sys/fs/cgroup/cpu.max": "100000 0\n"}),
    "unreadable": ("cpu\n", {"sys/fs/cgroup/cpu.max": "one two three\n"}),
    "no groups": ("", {}),
    "outside the tree": ("0::/../..\n", {}),
}


@pytest.mark.parametrize("case", NO_LIMITS)
def test_without_a_limit_the_affinity_counts(tmp_path: Path, case: str) -> None:
    affinity = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0)
    assert processors(container(tmp_path, *NO_LIMITS[case])) == len(affinity)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")
def test_a_process_bound_to_one_processor_uses_one_thread() -> None:
    code = """
import os
from glassnet.places import threads
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
print(threads(environment={}))
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "1\n"


def test_the_environment_is_read_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSNET_THREADS", "3")
    assert threads() == 3
    monkeypatch.setenv("GLASSNET_THREADS", "4")
    assert threads() == 4


@pytest.mark.parametrize(("text", "name"), [(None, None), (" ", None), (" x86-64-v3", "x86-64-v3")])
def test_a_lesser_processor_is_one_that_was_named(text: str | None, name: str | None) -> None:
    assert lesser_processor({} if text is None else {"GLASSNET_CPU": text}) == name
