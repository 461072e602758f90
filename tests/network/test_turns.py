"""One network and several Python threads: whoever looks while another learns sees a state after a whole step."""

from __future__ import annotations

import copy
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import BusyError, UnsupportedError
from glassnet.files import read
from glassnet.nn.initializers import Constant

OUTPUTS = 60_000
ENGINES = ("reference", "native")
X, Y = np.ones((40, 1)), np.zeros((40, OUTPUTS))


def network(engine: str) -> gn.Network:
    """A network whose weights are all equal after every whole step."""
    layers = [gn.Dense(OUTPUTS, bias=False, initializer=Constant(1.0))]
    made = gn.Network(layers, loss="squared", optimizer="adam", engine=engine, seed=0)
    made.learn(X, Y, epochs=0)
    return made


class EnoughError(Exception):
    """What ends a run here."""


class Waiting(gn.Callback):
    """Ends the run once enough has been seen."""

    def __init__(self) -> None:
        self.began, self.enough, self.slices = threading.Event(), threading.Event(), 0

    def on_begin(self, moment):
        self.began.set()

    def on_slice_end(self, moment):
        self.slices += 1
        if self.enough.is_set():
            raise EnoughError

    on_epoch_end = on_slice_end


@contextmanager
def learning(network: gn.Network) -> Iterator[Waiting]:
    """Have the network learn in another thread until the block ends."""
    waiting = Waiting()
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(network.learn, X, Y, batch_size=2, epochs=10_000, callbacks=[waiting], verbose=0)
        waiting.began.wait()
        try:
            yield waiting
        finally:
            waiting.enough.set()
        with pytest.raises(EnoughError):
            run.result()


@pytest.mark.parametrize("engine", ENGINES)
def test_who_looks_while_another_thread_learns_sees_a_state_after_a_whole_step(engine, tmp_path):
    mine = network(engine)

    def saved() -> np.ndarray:
        return read(mine.save(tmp_path / "mine.glass"))[0]["weights/dense_1.weights"]

    looks = (lambda: mine.predict(X[0]), lambda: mine.predict(X[:2]), saved)
    step, different = mine.online(), set()
    with learning(mine) as waiting:
        for number in range(15):
            seen = looks[number % 3]()
            assert np.ptp(seen) == 0
            different.add(float(seen.flat[0]))
            scores = mine.test(X[:1], Y[:1])
            # A step of Adam moves each weight by 0.001 and the loss by 0.2 %; its mean in float32 is right to 0.002 %.
            assert scores["loss"] == pytest.approx(scores["root_mean_squared_error"] ** 2, rel=1e-4)
            step(X[0], Y[0])
    assert len(different) > 2  # it learnt meanwhile
    assert waiting.slices > 2  # and those who looked did not keep it waiting to the end


def test_a_second_learn_at_once_is_an_error():
    mine = network("native")
    with learning(mine), pytest.raises(BusyError, match="learning already, in another thread"):
        mine.learn(X, Y, epochs=1)
    mine.learn(X, Y, epochs=1, verbose=0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_is_not_locked_by_the_learning_of_its_parent():
    mine = network("reference")
    with learning(mine):
        child = os.fork()
        if child == 0:
            mine.predict(X[:2])
            mine.learn(X, Y, epochs=1, verbose=0)
            os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_several_threads_that_ask_for_one_row_each_get_their_own_answers():
    x = np.arange(3.0)[:, None]
    mine = gn.Network([gn.Dense(1, initializer=Constant(2.0))], loss="squared", seed=0)
    mine.learn(x, x, epochs=0)
    expected = mine.predict(x)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(3) as pool:
            answers = pool.map(lambda row: {float(mine.predict(x[row]).item()) for _ in range(3000)}, range(3))
            assert list(answers) == [{float(each)} for each in expected.ravel()]
    finally:
        sys.setswitchinterval(before)


def test_a_network_that_has_learnt_nothing_is_still_copied_and_pickled(tmp_path: Path):
    plain = gn.Network([gn.Dense(1)], loss="squared", seed=4)
    for twin in (copy.deepcopy(plain), pickle.loads(pickle.dumps(plain))):
        twin.learn(X, X, epochs=1, verbose=0)
        assert twin.report is not None


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_network_that_has_learnt_says_how_it_is_copied(copied: Callable[[object], object]):
    mine = network("reference")
    mine.learn(X, Y, epochs=1, verbose=0)
    for each in (mine._learnt, *((mine, mine.online()) if copied is not copy.copy else ())):
        with pytest.raises(UnsupportedError, match=r"network\.save\(path\) and gn\.load\(path\)"):
            copied(each)
