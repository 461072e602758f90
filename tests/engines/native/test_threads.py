from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.engines.native.threads import Crew

WAIT = 60.0  # seconds after which a thread counts as stuck
CONTEXTS = [name for name in ("fork", "spawn") if name in multiprocessing.get_all_start_methods()]
X = np.random.default_rng(0).normal(size=(700, 6)).astype(np.float32)


@pytest.fixture(scope="module")
def crew() -> Crew:
    return Crew()


# -- the crew ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("threads", [5, 1, 2, 3])
def test_each_thread_does_its_share_and_the_first_answers(crew: Crew, threads: int) -> None:
    seen: list[int] = []
    answer = crew.run(threads, lambda tid: seen.append(tid) or tid + 40)
    assert answer == 40
    assert sorted(seen) == list(range(threads))


def test_all_work_at_once(crew: Crew) -> None:
    meeting = threading.Barrier(4)
    assert crew.run(4, lambda tid: meeting.wait(WAIT) >= 0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a thread choose its cores")
def test_threads_share_out_the_cores_of_their_caller_and_follow_where_these_change(crew: Crew) -> None:
    seats: dict[int, set[int]] = {}

    def sit(tid: int) -> None:
        seats[tid] = os.sched_getaffinity(0)

    before = os.sched_getaffinity(0)
    crew.run(2, sit)
    assert seats[0] | seats[1] == before
    assert len(before) < 2 or not seats[0] & seats[1]
    assert os.sched_getaffinity(0) == before
    try:
        os.sched_setaffinity(0, {min(before)})
        crew.run(2, sit)
        assert seats == {0: {min(before)}, 1: {min(before)}}
    finally:
        os.sched_setaffinity(0, before)


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_what_goes_wrong_in_a_thread_is_raised_and_the_crew_works_on(crew: Crew, wrong: int) -> None:
    def work(tid: int) -> int:
        if tid == wrong:
            raise ZeroDivisionError(f"in thread {tid}")
        return 7

    with pytest.raises(ZeroDivisionError, match=f"in thread {wrong}"):
        crew.run(3, work)
    assert crew.run(3, lambda tid: 8) == 8


def test_nested_and_concurrent_callers_are_told_to_work_alone(crew: Crew) -> None:
    found: list[Any] = []

    def work(tid: int) -> int:
        if tid == 1:
            found.append(crew.run(2, lambda tid: 1))
            with ThreadPoolExecutor(1) as pool:
                found.append(pool.submit(crew.run, 2, lambda tid: 1).result(WAIT))
        return 5

    assert crew.run(2, work) == 5
    assert found == [None, None]
    assert crew.run(2, lambda tid: 6) == 6


def test_many_callers_never_mix_their_work(crew: Crew) -> None:
    def caller(number: int) -> int:
        worked = 0
        for turn in range(60):
            seen: list[int] = []
            answer = crew.run(3, lambda tid, seen=seen, mark=(number, turn): seen.append(tid) or mark)
            if answer is not None:
                assert answer == (number, turn)
                assert sorted(seen) == [0, 1, 2]
                worked += 1
        return worked

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(caller, range(4), timeout=WAIT)) > 0


class InterruptionError(Exception):
    """What the handler of a signal raises in these tests, as that of Ctrl-C raises KeyboardInterrupt."""


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals to threads on this system")
def test_an_exception_from_a_signal_waits_for_the_work_to_end(crew: Crew) -> None:
    main, ended = threading.main_thread().ident, []
    assert main is not None

    def raising(number: int, frame: Any) -> None:
        raise InterruptionError

    def work(tid: int) -> int:
        if tid == 0:
            signal.pthread_kill(main, signal.SIGUSR1)
        ended.append(tid)
        return 1

    before = signal.signal(signal.SIGUSR1, raising)
    try:
        for turn in range(1, 101):
            with pytest.raises(InterruptionError):
                crew.run(2, work)
            assert len(ended) == 2 * turn
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert crew.run(3, lambda tid: 9) == 9


def test_where_no_more_threads_can_be_had_the_caller_works_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    new = Crew()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refused)
        assert new.run(2, lambda tid: 1) is None
    assert new.run(2, lambda tid: 1) == 1


# -- networks ----------------------------------------------------------------------------------------------------------
def network(threads: int | None = 2, seed: int = 0) -> gn.Network:
    layers = [gn.Dense(16, "tanh"), gn.Dropout(0.1), gn.Dense(1)]
    return gn.Network(layers, loss="squared", optimizer=gn.Adam(0.01), seed=seed, threads=threads)


def learnt(threads: int | None = 2, seed: int = 0) -> bytes:
    """The answers of a network after some steps."""
    made = network(threads, seed)
    made.learn(X, X[:, 0], epochs=6, batch_size=300, verbose=0)
    return made.predict(X).tobytes()


def test_networks_that_learn_at_once_learn_as_each_would_alone() -> None:
    alone = [learnt(1, seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(learnt, [2] * 4, range(4), timeout=WAIT)) == alone


def test_one_network_answers_several_callers_at_once() -> None:
    made = network()
    made.learn(X, X[:, 0], epochs=2, batch_size=300, verbose=0)
    pieces = [X[start : start + 300] for start in range(0, 400, 7)]
    alone = [made.predict(piece).tobytes() for piece in pieces]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            found = pool.map(lambda piece: made.predict(piece).tobytes(), pieces, timeout=WAIT)
            assert list(found) == alone


# -- processes ---------------------------------------------------------------------------------------------------------
def run(code: str, *arguments: str, **environment: str) -> str:
    """What a program prints that runs in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=WAIT,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def test_importing_glassnet_starts_no_thread() -> None:
    code = """
import threading
import glassnet
[getattr(glassnet, name) for name in glassnet.__all__]
import glassnet.engines.native.engine
print([thread.name for thread in threading.enumerate()])
"""
    assert run(code) == "['MainThread']\n"


SEARCH = """
import hashlib, multiprocessing, os, sys, threading
import numpy as np
import glassnet as gn

X = np.random.default_rng(0).normal(size=(700, 6)).astype("float32")

def network(seed):
    layers = [gn.Dense(16, "tanh"), gn.Dropout(0.1), gn.Dense(1)]
    return gn.Network(layers, loss="squared", optimizer=gn.Adam(0.01), seed=seed)

def learnt(seed):
    made = network(seed)
    made.learn(X, X[:, 0], epochs=6, batch_size=300, verbose=0)
    digest = hashlib.sha256(made.predict(X).tobytes()).hexdigest()
    return digest, sum(thread.name.startswith("glassnet-") for thread in threading.enumerate())

def again(seed):
    return hashlib.sha256(MADE.predict(X).tobytes()).hexdigest()
"""
WHOLE = """
if __name__ == "__main__":
    alone = [learnt(seed) for seed in range(4)]
    assert max(threads for _, threads in alone) == 2, alone  # this process has a crew at work
    os.environ.update(json.loads(sys.argv[2]))
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        found = pool.map_async(learnt, range(4), chunksize=1).get(60)
    assert [digest for digest, _ in found] == [digest for digest, _ in alone]
    print(max(threads for _, threads in found))
"""
INHERITED = """
if __name__ == "__main__":
    MADE = network(0)
    MADE.learn(X, X[:, 0], epochs=6, batch_size=300, verbose=0)
    alone, stop = again(0), threading.Event()
    def predict():
        while not stop.is_set():
            MADE.predict(X)
    busy = threading.Thread(target=predict)  # it holds the network and the crew while the process forks
    busy.start()
    try:
        for _ in range(5):
            with multiprocessing.get_context("fork").Pool(2) as pool:
                assert pool.map_async(again, range(4)).get(60) == [alone] * 4
    finally:
        stop.set()
        busy.join()
    print("done")
"""


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize(("environment", "threads"), [({}, 2), ({"OMP_NUM_THREADS": "1"}, 0)])
def test_processes_of_a_search_learn_the_same_on_no_more_threads_than_they_may(
    tmp_path: Any, context: str, environment: dict[str, str], threads: int
) -> None:
    script = tmp_path / "search.py"
    script.write_text("import json\n" + SEARCH + WHOLE)
    variables = {**os.environ, "GLASSNET_THREADS": "", "OMP_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, str(script), context, json.dumps(environment)],
        env=variables,
        capture_output=True,
        text=True,
        timeout=2 * WAIT,
    )
    assert (done.returncode, done.stdout) == (0, f"{threads}\n"), done.stderr


@pytest.mark.skipif("fork" not in CONTEXTS, reason="no fork on this system")
def test_a_forked_child_uses_a_network_that_a_thread_of_its_parent_was_using(tmp_path: Any) -> None:
    script = tmp_path / "inherited.py"
    script.write_text(SEARCH + INHERITED)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=2 * WAIT)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


DAEMON = """
import threading, time
import numpy as np
import glassnet as gn
X = np.random.default_rng(0).normal(size=(700, 6)).astype("float32")
made = gn.Network([gn.Dense(64, "tanh"), gn.Dense(1)], loss="squared", optimizer=gn.Adam(0.01), seed=0, threads=2)
made.learn(X, X[:, 0], epochs=2, batch_size=300, verbose=0)
def forever():
    made.learn(X, X[:, 0], epochs=10**9, batch_size=300, verbose=0)
threading.Thread(target=forever, daemon=True).start()
time.sleep(0.3)
"""
LATE = """
import atexit
import numpy as np
import glassnet as gn
X = np.random.default_rng(0).normal(size=(700, 6)).astype("float32")
made = gn.Network([gn.Dense(8, "tanh"), gn.Dense(1)], loss="squared", seed=0, threads=2)
@atexit.register
def last():
    made.learn(X, X[:, 0], epochs=4, batch_size=300, verbose=0)
    print(made.predict(X).shape)
"""


def test_the_interpreter_ends_while_a_network_learns() -> None:
    for _ in range(3):
        run(DAEMON)


def test_a_network_learns_while_the_interpreter_ends() -> None:
    assert run(LATE) == "(700,)\n"
