"""A run that was stopped anywhere goes on as if nothing had happened, bit for bit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import CheckpointWarning, DataError, ModelFileError, SettingError
from glassnet.files import read, write
from glassnet.training import recovery

ENGINES = ("reference", "native")
posix = pytest.mark.skipif(os.name != "posix", reason="signals, limits and permissions are POSIX")

X = np.sin(np.arange(240.0).reshape(60, 4) ** 1.5)
Y = X @ [1.0, -2.0, 0.5, 0.0]


def network(engine: str = "reference", rate: float = 0.02, seed: int = 3) -> gn.Network:
    layers = [gn.Dense(5, "tanh"), gn.BatchNorm(), gn.Dropout(0.1), gn.Dense(1)]
    return gn.Network(layers, loss="squared", optimizer=gn.Adam(gn.Cosine(rate, 150)), engine=engine, seed=seed)


def learn(network: gn.Network, x: np.ndarray = X, y: np.ndarray = Y, **settings) -> gn.Network:
    asked = {"batch_size": 7, "epochs": 12, "validation": 0.2, "verbose": 0, **settings}
    network.learn(x, y, **asked)
    return network


@pytest.mark.parametrize(
    ("setting", "took", "pause"),
    [({}, 0.0, 5.0), ({}, 0.25, 25.0), ({"seconds": 5.0}, 0.25, 5.0), ({"steps": 9}, 0.25, None)],
)
def test_checkpoints_take_no_more_than_a_hundredth_of_the_time_unless_they_are_asked_for(setting, took, pause):
    assert gn.Checkpoint("run.glass", **setting).pause(took) == pause


def bits(network: gn.Network, folder: Path) -> dict[str, object]:
    """All of a network: the bits of its state, its counters, and its report but for the time."""
    arrays, settings = read(network.save(folder / "bits.glass"))
    report = {name: value for name, value in settings["report"].items() if name != "seconds"}
    return {name: array.tobytes() for name, array in arrays.items()} | {"report": report, "epochs": settings["epochs"]}


class BrokenError(Exception):
    pass


class Breaking(gn.Callback):
    """Does something at a step, in the middle of an epoch."""

    def __init__(self, step: int, action) -> None:
        self.step, self.action = step, action

    def on_slice_end(self, moment):
        if moment.steps == self.step:
            self.action()


def fail() -> None:
    raise BrokenError


def stopped(path: Path, step: int = 25, engine: str = "reference", **settings) -> Path:
    """The checkpoint of a run that an exception ended after so many steps."""
    with pytest.raises(BrokenError):
        learn(network(engine), checkpoint=gn.Checkpoint(path, steps=step), callbacks=[Breaking(step, fail)], **settings)
    return path


@posix
@pytest.mark.parametrize("engine", ENGINES)
def test_killed_at_50_random_moments_a_run_equals_the_uninterrupted_one(engine, tmp_path):
    script = Path(__file__).with_name("killing.py")
    done = subprocess.run(
        [sys.executable, script, engine, "50", tmp_path, "0"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["kills"] == 50
    for resumed in found["resumed"]:
        assert resumed == found["alone"]


@posix
@pytest.mark.parametrize("engine", ENGINES)
def test_what_another_process_began_and_was_killed_in_goes_on_here(engine, tmp_path):
    path = tmp_path / "run.glass"
    code = f"""
import os, signal, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
import glassnet as gn
from test_resume import Breaking, learn, network
kill = Breaking(40, lambda: os.kill(os.getpid(), signal.SIGKILL))
learn(network({engine!r}), checkpoint=gn.Checkpoint({str(path)!r}, steps=4), callbacks=[kill])
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    resumed = gn.Network.resume(path, engine=engine)
    resumed.learn(X, Y, verbose=0)
    assert bits(resumed, tmp_path) == bits(learn(network(engine)), tmp_path)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("step", [3, 25, 81])
def test_a_callback_that_raises_within_an_epoch_ends_a_run_that_goes_on(engine, step, tmp_path):
    resumed = gn.Network.resume(stopped(tmp_path / "run.glass", step, engine), engine=engine)
    report = resumed.learn(X, Y, verbose=0)
    assert bits(resumed, tmp_path) == bits(learn(network(engine)), tmp_path)
    assert (report.steps, report.epochs, report.continued_from) == (84, 12, 0)
    assert not list(tmp_path.glob("*.before"))
    assert bits(gn.load(tmp_path / "run.glass", engine=engine), tmp_path) == bits(resumed, tmp_path)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("step", [3, 25, 60])
def test_a_rate_that_is_reduced_on_plateaus_goes_on_with_what_was_known(engine, step, tmp_path):
    def falling() -> gn.Network:
        adam = gn.Adam(gn.ReduceOnPlateau(0.5, patience=1, factor=0.7, cooldown=1))
        layers = [gn.Dense(5, "tanh"), gn.Dropout(0.1), gn.Dense(1)]
        return gn.Network(layers, loss="squared", optimizer=adam, engine=engine, seed=3)

    alone = learn(falling())
    assert alone.report is not None
    (note,) = [note for note in alone.report.notes if "was reduced" in note]
    assert note.count("after epoch") >= 3
    path = tmp_path / "run.glass"
    with pytest.raises(BrokenError):
        learn(falling(), checkpoint=gn.Checkpoint(path, steps=step), callbacks=[Breaking(step, fail)])
    resumed = gn.Network.resume(path, engine=engine)
    resumed.learn(X, Y, verbose=0)
    assert bits(resumed, tmp_path) == bits(alone, tmp_path)


@pytest.mark.parametrize("engine", ENGINES)
def test_ctrl_c_ends_a_run_that_goes_on(engine, tmp_path):
    path = tmp_path / "run.glass"
    press = Breaking(40, lambda: signal.raise_signal(signal.SIGINT))
    interrupted = learn(network(engine), checkpoint=gn.Checkpoint(path, steps=8), callbacks=[press])
    assert interrupted.report is not None
    assert interrupted.report.reason.startswith("interrupted")
    resumed = gn.Network.resume(path, engine=engine)
    resumed.learn(X, Y, verbose=0)
    assert bits(resumed, tmp_path) == bits(learn(network(engine)), tmp_path)


def test_a_rule_that_had_ended_the_run_where_a_callback_raised_still_ends_it(tmp_path):
    def last(moment):
        if moment.epochs == 12:
            raise BrokenError

    path = tmp_path / "run.glass"
    with pytest.raises(BrokenError):
        learn(network(), checkpoint=path, callbacks=[last])
    resumed = gn.Network.resume(path, engine="reference")
    resumed.learn(X, Y, verbose=0)
    assert bits(resumed, tmp_path) == bits(learn(network()), tmp_path)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_that_had_gone_back_to_a_mark_goes_on(engine, tmp_path, monkeypatch):
    """The losses of the curve are infinite here, and so is what is compared with them."""
    monkeypatch.setattr(recovery, "MARK_ROWS", 14)
    x, y = X.copy(), Y.copy()
    y[30] = 1e200  # its loss is infinite in either dtype
    weight = np.where(np.arange(60) == 30, 1e-300, 1.0)

    def run() -> gn.Network:
        return gn.Network([gn.Dense(1)], loss="squared", optimizer="momentum", engine=engine, dtype="float64", seed=0)

    settings = {"sample_weight": weight, "epochs": 2, "validation": None, "batch_size": 7, "verbose": 0}
    alone = run()
    alone.learn(x, y, **settings)
    assert alone.report is not None
    assert "diverged" in alone.report.reason
    path = tmp_path / "run.glass"
    with pytest.raises(BrokenError):
        run().learn(x, y, **settings, checkpoint=gn.Checkpoint(path, steps=2), callbacks=[Breaking(4, fail)])
    resumed = gn.Network.resume(path, engine=engine)
    resumed.learn(x, y, sample_weight=weight, verbose=0)
    assert bits(resumed, tmp_path) == bits(alone, tmp_path)


def test_a_second_run_of_a_network_goes_on_too(tmp_path):
    alone = learn(learn(network()), epochs=6)
    path = tmp_path / "run.glass"
    second = learn(network())
    with pytest.raises(BrokenError):
        learn(second, epochs=6, checkpoint=gn.Checkpoint(path, steps=5), callbacks=[Breaking(15, fail)])
    resumed = gn.Network.resume(path, engine="reference")
    resumed.learn(X, Y, verbose=0)
    assert bits(resumed, tmp_path) == bits(alone, tmp_path)


def test_a_planned_network_of_a_table_goes_on(tmp_path):
    table = {"a": X[:, 0].tolist(), "b": [f"level {i % 3}" for i in range(60)], "y": Y.tolist()}
    alone = gn.Network(seed=1, engine="reference")
    alone.learn(table, target="y", epochs=3, verbose=0)
    path, broken = tmp_path / "run.glass", gn.Network(seed=1, engine="reference")
    checkpoint = gn.Checkpoint(path, steps=1)
    with pytest.raises(BrokenError):
        broken.learn(table, target="y", epochs=3, checkpoint=checkpoint, callbacks=[Breaking(3, fail)], verbose=0)
    resumed = gn.Network.resume(path, engine="reference")
    resumed.learn(table, target="y", verbose=0)
    assert bits(resumed, tmp_path) == bits(alone, tmp_path)


def test_a_run_of_an_earlier_release_which_knew_no_plateaus_goes_on(tmp_path):
    path = stopped(tmp_path / "run.glass")
    arrays, settings = read(path)
    standing = json.loads(settings["run"]["standing"])
    del standing["plateau"], standing["reductions"]
    write(path, arrays, {**settings, "run": {**settings["run"], "standing": json.dumps(standing)}})
    resumed = gn.Network.resume(path, engine="reference")
    resumed.learn(X, Y, verbose=0)
    assert bits(resumed, tmp_path) == bits(learn(network()), tmp_path)


def test_what_a_callback_changed_goes_on(tmp_path):
    """Rate and batch are changed in the first epoch, before the run is stopped, and by none of the callbacks after."""

    def change(moment):
        if moment.epochs == 1 and moment.epoch_ended:
            moment.run.rate_scale = 0.25
            moment.run.batch_size = 5

    alone = learn(network(), callbacks=[change])
    path = tmp_path / "run.glass"
    breaking = Breaking(18, fail)  # 7 steps of 7 rows, then 11 of 5
    with pytest.raises(BrokenError):
        learn(network(), checkpoint=gn.Checkpoint(path, steps=9), callbacks=[change, breaking])
    resumed = gn.Network.resume(path, engine="reference")
    report = resumed.learn(X, Y, verbose=0)
    assert report.steps == 7 + 11 * 10
    assert bits(resumed, tmp_path) == bits(alone, tmp_path)


# -- refusals ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x": X * 1.01}, "inputs: the same float32 48x4 with other values"),
        ({"y": Y + 1}, "target: the same float32 48x1 with other values"),
        ({"x": X[:50], "y": Y[:50]}, "inputs: float32 40x4 was given and float32 48x4 expected"),
        ({"sample_weight": np.arange(60) + 1}, "row weight: the same float64 48 with other values"),
        ({"validation": (X, Y)}, "the unfinished run has validation 0.2, and 'rows' was asked for"),
    ],
)
def test_other_data_are_refused_and_the_run_can_still_go_on(change, words, tmp_path):
    resumed = gn.Network.resume(stopped(tmp_path / "run.glass"), engine="reference")
    given = {"x": X, "y": Y, **change}
    x, y = given.pop("x"), given.pop("y")
    with pytest.raises((DataError, SettingError)) as caught:
        resumed.learn(x, y, verbose=0, **given)
    assert words in str(caught.value)
    resumed.learn(X, Y, verbose=0)
    assert bits(resumed, tmp_path) == bits(learn(network()), tmp_path)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"epochs": 13}, "epochs: the unfinished run has until Epochs(count=12), and Epochs(count=13) was asked for"),
        ({"batch_size": 8}, "batch_size: the unfinished run has batch (7, True), and (8, True) was asked for"),
        ({"mode": "online"}, "mode: the unfinished run has batch (7, True)"),
        ({"validation": 0.1}, "validation: the unfinished run has validation 0.2, and 0.1 was asked for"),
        ({"keep": "last"}, "keep: the unfinished run has keep 'best', and 'last' was asked for"),
        ({"metric": "r2"}, "metric: the unfinished run has metrics"),
        ({"until": gn.Steps(3), "epochs": 12}, "epochs, until: the unfinished run has until Epochs(count=12)"),
    ],
)
def test_other_settings_are_refused(asked, words, tmp_path):
    resumed = gn.Network.resume(stopped(tmp_path / "run.glass"), engine="reference")
    with pytest.raises(SettingError) as caught:
        resumed.learn(X, Y, verbose=0, **asked)
    assert words in str(caught.value)


def test_the_same_settings_may_be_given_again(tmp_path):
    resumed = gn.Network.resume(stopped(tmp_path / "run.glass"), engine="reference")
    assert bits(learn(resumed), tmp_path) == bits(learn(network()), tmp_path)


def test_a_network_that_has_learnt_since_does_not_go_on(tmp_path):
    resumed = gn.Network.resume(stopped(tmp_path / "run.glass"), engine="reference")
    resumed.online()(X[0], Y[0])
    with pytest.raises(SettingError, match="has learnt since it was resumed, from step 25 to 26"):
        resumed.learn(X, Y, verbose=0)


def test_the_checkpoint_of_a_run_is_a_network_to_load(tmp_path):
    loaded = gn.load(stopped(tmp_path / "run.glass"), engine="reference")
    assert "25 steps" in repr(loaded)
    plain = learn(network(), until=gn.Steps(25), epochs=None, keep="last")
    np.testing.assert_array_equal(loaded.predict(X), plain.predict(X))


def test_a_file_without_an_unfinished_run_says_so(tmp_path):
    path = learn(network()).save(tmp_path / "whole.glass")
    words = "no unfinished run, its last one ended: 12 epochs are done; gn.load gives the network"
    with pytest.raises(ModelFileError, match=words):
        gn.Network.resume(path)
    done = tmp_path / "done.glass"
    learn(network(), checkpoint=done)
    with pytest.raises(ModelFileError, match=words):
        gn.Network.resume(done)
    with pytest.raises(ModelFileError, match="there is no file"):
        gn.Network.resume(tmp_path / "none.glass")


def test_an_unfinished_run_is_not_overwritten(tmp_path):
    path = stopped(tmp_path / "run.glass")
    content = path.read_bytes()
    fresh = network()
    with pytest.raises(SettingError, match=r"holds an unfinished run, which would be lost; .*Network\.resume"):
        learn(fresh, checkpoint=path)
    assert path.read_bytes() == content
    assert fresh.report is None
    with pytest.raises(gn.GlassnetError, match="has learnt nothing yet"):
        fresh.predict(X)
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    with pytest.raises(SettingError, match=r"notes\.txt .* would be overwritten"):
        learn(network(), checkpoint=other)
    assert other.read_text() == "mine"


# -- damage, full disks, folders that cannot be written ----------------------------------------------------------------
def test_of_a_damaged_checkpoint_the_one_before_is_taken(tmp_path):
    path = stopped(tmp_path / "run.glass", 5)
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    with pytest.warns(CheckpointWarning, match=r"damaged.*run\.glass\.before, the checkpoint before it, is taken"):
        resumed = gn.Network.resume(path, engine="reference")
    resumed.learn(X, Y, verbose=0)
    assert bits(resumed, tmp_path) == bits(learn(network()), tmp_path)


def test_after_damage_the_only_whole_generation_stays_until_another_is_whole(tmp_path):
    path = stopped(tmp_path / "run.glass", 5)
    older = Path(f"{path}.before")
    path.write_bytes(b"")
    with pytest.warns(CheckpointWarning):
        resumed = gn.Network.resume(path, engine="reference")
    content = older.read_bytes()

    def begin(moment):
        assert older.read_bytes() == content
        raise BrokenError

    class First(gn.Callback):
        on_begin = staticmethod(begin)

    with pytest.raises(BrokenError):
        resumed.learn(X, Y, callbacks=[First()], verbose=0)
    path.write_bytes(b"")
    older.write_bytes(b"")
    with pytest.raises(ModelFileError, match="is empty"):
        gn.Network.resume(path)


def test_a_missing_folder_is_an_error_before_anything_is_learnt(tmp_path):
    fresh = network()
    with pytest.raises(ModelFileError, match="there is no folder"):
        learn(fresh, checkpoint=tmp_path / "none" / "run.glass")
    assert fresh.report is None
    assert bits(learn(fresh), tmp_path) == bits(learn(network()), tmp_path)


@posix
def test_a_disk_that_fills_up_is_a_warning_and_the_last_checkpoint_stands(tmp_path):
    path = tmp_path / "run.glass"
    code = f"""
import resource, sys, warnings
sys.path.insert(0, {str(Path(__file__).parent)!r})
import glassnet as gn
from test_resume import Breaking, bits, learn, network
def fill():
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, resource.RLIM_INFINITY))
def free():
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with warnings.catch_warnings(record=True) as given:
    warnings.simplefilter("always")
    full = Breaking(20, fill)
    done = learn(network(), checkpoint=gn.Checkpoint({str(path)!r}, steps=10), callbacks=[full])
free()
print(*[each.message for each in given], sep="\\n")
from pathlib import Path
folder = Path({str(tmp_path)!r})
assert bits(done, folder) == bits(learn(network()), folder)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    words = f"checkpoint: {path} could not be saved: File too large; raise the limit of file sizes, or save elsewhere"
    assert done.stdout == f"{words}. What was written last stands\n"
    resumed = gn.Network.resume(path, engine="reference")
    assert repr(resumed).endswith(("learnt 0 steps", "learnt 10 steps"))  # whichever was whole when the disk was full
    resumed.learn(X, Y, verbose=0)
    assert bits(resumed, tmp_path) == bits(learn(network()), tmp_path)


# -- looking changes nothing -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("engine", ENGINES)
def test_threads_checkpoints_callbacks_and_looking_change_nothing(engine, tmp_path, capsys):
    def look(moment):
        for mine in looked if moment.steps % 9 < 3 else ():
            mine.predict(X[:3])
            mine.predict(X[0])
            mine.test(X, Y)
            mine.open(X[:2], Y[:2])
            mine.save(tmp_path / "looked.glass")
            repr(mine)

    alone = bits(learn(network(engine)), tmp_path)
    looked = [network(engine)]
    kept = gn.Checkpoint(tmp_path / "run.glass", steps=3)
    learn(looked[0], callbacks=[look], checkpoint=kept, verbose=2)
    assert bits(looked[0], tmp_path) == alone
    for threads in (1, 3):
        layers = [gn.Dense(5, "tanh"), gn.BatchNorm(), gn.Dropout(0.1), gn.Dense(1)]
        adam = gn.Adam(gn.Cosine(0.02, 150))
        many = gn.Network(layers, loss="squared", optimizer=adam, engine=engine, seed=3, threads=threads)
        assert bits(learn(many), tmp_path) == alone


@pytest.mark.parametrize("engine", ENGINES)
def test_a_validation_pass_changes_nothing(engine):
    with_rows = learn(network(engine), validation=(X[:9], Y[:9]), keep="last")
    without = learn(network(engine), validation=None)
    for name, weights in without.weights.items():
        np.testing.assert_array_equal(weights, with_rows.weights[name])
