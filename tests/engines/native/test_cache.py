from __future__ import annotations

import ctypes
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from glassnet.engines.native import jit
from glassnet.engines.native.cache import ABANDONED, LARGEST, MARK, Cache
from glassnet.engines.native.processor import stand_in
from glassnet.engines.native.tiles import library
from glassnet.errors import SettingError

KEY = hashlib.sha256(b"a program").hexdigest()
CODE = bytes(range(256)) * 4
posix = pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "glassnet" / "native")


def path_of(cache: Cache, key: str = KEY) -> Path:
    assert cache.folder is not None
    return cache.folder / f"{key}.o"


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# -- entries -----------------------------------------------------------------------------------------------------------
def test_what_is_put_is_had_back(cache: Cache, tmp_path: Path) -> None:
    assert cache.get(KEY) is None
    cache.put(KEY, CODE)
    assert cache.get(KEY) == CODE
    assert files(tmp_path) == [f"glassnet/native/{KEY}.o".replace("/", os.sep)]


def test_code_of_no_length_is_an_entry_too(cache: Cache) -> None:
    cache.put(KEY, b"")
    assert cache.get(KEY) == b""


DAMAGE = {
    "empty": lambda whole: b"",
    "cut within the mark": lambda whole: whole[:5],
    "without code": lambda whole: whole[: -len(CODE)],
    "cut by one byte": lambda whole: whole[:-1],
    "one byte more": lambda whole: whole + b"\0",
    "a bit of the code turned": lambda whole: whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:],
    "a bit of the checksum turned": lambda whole: whole[: len(MARK) + 9] + b"!" + whole[len(MARK) + 10 :],
    "another mark": lambda whole: b"glassnet object code 1\n" + whole[len(MARK) :],
    "another program": lambda whole: b"\x7fELF" + CODE,
    "zeros": lambda whole: bytes(len(whole)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_is_none_and_is_replaced(cache: Cache, damage: str) -> None:
    cache.put(KEY, CODE)
    whole = path_of(cache).read_bytes()
    path_of(cache).write_bytes(DAMAGE[damage](whole))
    assert cache.get(KEY) is None
    cache.put(KEY, CODE)
    assert path_of(cache).read_bytes() == whole


def test_an_entry_under_another_name_is_none(cache: Cache) -> None:
    other = hashlib.sha256(b"another program").hexdigest()
    cache.put(KEY, CODE)
    path_of(cache).rename(path_of(cache, other))
    assert cache.get(other) is None


def test_a_folder_in_the_place_of_an_entry_is_no_error(cache: Cache) -> None:
    path_of(cache).mkdir(parents=True)
    assert cache.get(KEY) is None
    cache.put(KEY, CODE)
    assert cache.get(KEY) is None


@posix
def test_an_entry_that_others_may_write_is_not_trusted(cache: Cache) -> None:
    cache.put(KEY, CODE)
    path_of(cache).chmod(0o666)
    assert cache.get(KEY) is None


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_an_entry_of_another_user_is_not_trusted(cache: Cache) -> None:
    cache.put(KEY, CODE)
    os.chown(path_of(cache), 12345, 12345)
    assert cache.get(KEY) is None


# -- the folder --------------------------------------------------------------------------------------------------------
def test_nothing_is_kept_where_the_cache_is_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GLASSNET_CACHE_DIR", "off")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache = Cache.of_user()
    cache.put(KEY, CODE)
    assert cache.get(KEY) is None
    assert files(tmp_path) == []


def test_the_cache_is_where_the_variable_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GLASSNET_CACHE_DIR", str(tmp_path / "chosen"))
    Cache.of_user().put(KEY, CODE)
    assert files(tmp_path / "chosen") == [os.path.join("native", f"{KEY}.o")]


def test_a_variable_that_names_a_file_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GLASSNET_CACHE_DIR", str(tmp_path / "file"))
    with pytest.raises(SettingError, match="GLASSNET_CACHE_DIR"):
        Cache.of_user()


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = Cache(tmp_path / "file" / "native")
    cache.put(KEY, CODE)
    assert cache.get(KEY) is None


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_read(cache: Cache) -> None:
    cache.put(KEY, CODE)
    folder = path_of(cache).parent
    folder.chmod(0o500)
    try:
        other = hashlib.sha256(b"another program").hexdigest()
        cache.put(other, CODE)
        assert (cache.get(KEY), cache.get(other)) == (CODE, None)
    finally:
        folder.chmod(0o700)


def aged(cache: Cache, keys: list[str]) -> None:
    """Let each entry have been used a second after the one before it, long ago."""
    for second, key in enumerate(keys):
        os.utime(path_of(cache, key), (10_000 + second, 10_000 + second))


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    small = Cache(tmp_path, largest=5 * (len(CODE) + 100))
    keys = [f"{digit}{KEY[1:]}" for digit in "abcde"]
    for key in keys:
        small.put(key, CODE)
    aged(small, keys)
    assert small.get(keys[0]) == CODE  # it is used, and so no longer the oldest
    small.put(f"0{KEY[1:]}", CODE)
    kept = {name[0] for name in files(tmp_path)}
    assert kept == {"0", "a", "c", "d", "e"}


def test_the_entry_just_written_stays(tmp_path: Path) -> None:
    tiny = Cache(tmp_path, largest=1)
    for key in (f"a{KEY[1:]}", f"0{KEY[1:]}"):
        tiny.put(key, CODE)
    assert files(tmp_path) == [f"0{KEY[1:]}.o"]


def test_only_what_the_cache_wrote_is_dropped(tmp_path: Path) -> None:
    for name in ("notes.txt", ".glassnet-new.part", ".glassnet-old.part"):
        (tmp_path / name).write_bytes(CODE)
    long_ago = time.time() - 2 * ABANDONED
    for name in ("notes.txt", ".glassnet-old.part"):
        os.utime(tmp_path / name, (long_ago, long_ago))
    Cache(tmp_path, largest=1).put(f"0{KEY[1:]}", CODE)
    assert files(tmp_path) == sorted([".glassnet-new.part", f"0{KEY[1:]}.o", "notes.txt"])


def test_the_cache_of_a_user_is_bounded() -> None:
    assert Cache.of_user().largest == LARGEST == 64 * 2**20


# -- several processes -------------------------------------------------------------------------------------------------
WRITER = """
import sys
from pathlib import Path
from glassnet.engines.native.cache import Cache
cache, fill = Cache(Path(sys.argv[1]), largest=20_000), sys.argv[2].encode()
for round in range(150):
    for digit in "0123456789":
        key = digit * 64
        found = cache.get(key)
        assert found is None or (len(set(found)) == 1 and len(found) == 4096), found
        cache.put(key, fill * 4096)
"""


def test_processes_that_write_at_once_never_read_half_an_entry(tmp_path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), fill]) for fill in "xyz"]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    assert all(name.endswith(".o") for name in files(tmp_path))


# -- networks ----------------------------------------------------------------------------------------------------------
LEARN = """
import hashlib, sys
import numpy as np
import glassnet as gn
x = np.random.default_rng(0).normal(size=(60, 5)).astype("float32")
layers = [gn.Dense(7, "tanh"), gn.Dropout(0.2), gn.Dense(1)]
network = gn.Network(layers, loss="squared", optimizer=gn.Adam(0.01), seed=3)
network.learn(x, x[:, 0], epochs=3, batch_size=16, verbose=0)
print(hashlib.sha256(network.predict(x).tobytes()).hexdigest())
passes = {"glassnet.engines.native." + name for name in ("lower", "fuse", "emit", "tiles")}
print(len(passes & set(sys.modules)))
"""


def learning(folder: Path | str, **environment: str) -> subprocess.Popen[str]:
    """A process that learns; it prints a checksum of its answers, and how many passes it brought."""
    variables = {**os.environ, "GLASSNET_CACHE_DIR": str(folder), **environment}
    return subprocess.Popen(
        [sys.executable, "-c", LEARN], env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def learnt(process: subprocess.Popen[str]) -> list[str]:
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    return out.splitlines()


def test_a_network_has_the_same_bits_fresh_and_cached_and_writes_nowhere_else(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    elsewhere = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    fresh, passes = learnt(learning(tmp_path / "cache", **elsewhere))
    assert passes == "4"
    entries = files(tmp_path / "cache")
    assert len(entries) == 4  # the products of float32, and three programs
    assert learnt(learning(tmp_path / "cache", **elsewhere)) == [fresh, "0"]  # no pass was so much as imported
    assert learnt(learning("off", **elsewhere)) == [fresh, passes]
    assert files(tmp_path / "cache") == entries
    assert files(home) == []
    if os.name == "posix":
        assert (tmp_path / "cache" / "native").stat().st_mode & 0o077 == 0


def test_processes_that_learn_at_once_from_an_empty_cache_have_the_same_bits(tmp_path: Path) -> None:
    found = [learnt(each)[0] for each in [learning(tmp_path) for _ in range(3)]]
    assert found == [learnt(learning(tmp_path))[0]] * 3
    assert len(files(tmp_path)) == 4


LESSER = """
import numpy as np
import glassnet as gn
from glassnet.engines.native import jit
x = np.random.default_rng(0).normal(size=(60, 5))
network = gn.Network([gn.Dense(7, "tanh"), gn.Dense(1)], loss="squared", seed=3, dtype="float64")
network.learn(x, x[:, 0], epochs=3, verbose=0)
print(jit.host().name, jit.host().vector_bytes, jit.host().vector_registers, network.predict(x[:3]).tolist())
"""


@pytest.mark.skipif(jit.host().vector_bytes < 32, reason="a processor without AVX2")
def test_code_for_a_lesser_processor_gives_the_same_numbers_and_is_kept_apart(tmp_path: Path) -> None:
    found = []
    for name in ("", "x86-64-v3"):
        variables = {**os.environ, "GLASSNET_CACHE_DIR": str(tmp_path), "GLASSNET_CPU": name}
        done = subprocess.run([sys.executable, "-c", LESSER], env=variables, capture_output=True, text=True, check=True)
        found.append(done.stdout.split(maxsplit=3))
    assert found[1][:3] == ["x86-64-v3", "32", "16"]
    assert len(files(tmp_path)) == 8  # the products of float64 and three programs, for each
    own, lesser = (np.array(json.loads(numbers)) for *_, numbers in found)
    np.testing.assert_allclose(lesser, own, rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "features", "said"),
    [
        ("x86-64-v9", {"avx2"}, "GLASSNET_CPU=x86-64-v9: expected x86-64-v3, or nothing"),
        ("x86-64-v3", {"avx", "sse4.2"}, "GLASSNET_CPU=x86-64-v3: this machine has no avx2, bmi"),
    ],
)
def test_a_processor_that_is_not_known_or_that_this_machine_is_not_is_refused(
    name: str, features: set[str], said: str
) -> None:
    with pytest.raises(SettingError, match=said):
        stand_in(name, frozenset(features))


def test_the_bits_of_products_do_not_depend_on_llvms_passes() -> None:
    cpu = jit.host()
    text = library(cpu.vector_bytes, cpu.vector_registers, ["float32"])
    random = np.random.default_rng(0)
    a, b = (random.normal(size=shape).astype(np.float32) for shape in ((37, 29), (29, 43)))
    found = []
    for as_it_is in (True, False):
        code, c = jit.Code(jit.assembled(text, cpu, as_it_is=as_it_is), cpu), np.zeros((37, 43), np.float32)
        kinds = [ctypes.c_void_p, *[ctypes.c_int64] * 2, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p]
        product = ctypes.CFUNCTYPE(None, *kinds, *[ctypes.c_int64] * 4)(code.address("glassnet_product_f32"))
        product(a.ctypes.data, 29, 1, b.ctypes.data, 43, c.ctypes.data, 43, 37, 43, 29)
        found.append(c)
    np.testing.assert_array_equal(*found)
    np.testing.assert_allclose(found[0], a @ b, rtol=0, atol=1e-4)
