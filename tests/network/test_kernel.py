"""A network in a real kernel: what an interrupted cell leaves, and that an answer leaves nothing on the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("ipykernel")
manager_module = pytest.importorskip("jupyter_client.manager")

WAIT = 120.0  # seconds for a message, on a machine that is busy with other tests
MADE = """
import numpy as np
import glassnet as gn
X = np.linspace(-1, 1, 400)[:, None]
network = gn.Network([gn.Dense(8, "tanh"), gn.Dense(1)], loss="squared", optimizer=gn.Adam(0.001), seed=0)
_ = network.learn(X, np.sin(3 * X[:, 0]), epochs=1, verbose=0)
"""
FOREVER = "report = network.learn(X, np.sin(3 * X[:, 0]), until=gn.Steps(10**9))"


class Kernel:
    """A kernel, and the messages of one cell at a time."""

    def __init__(self, manager: Any, client: Any) -> None:
        self.manager, self.client = manager, client

    def run(self, code: str, interrupt_at: str | None = None) -> tuple[str, list[dict[str, Any]]]:
        """The status of a cell and what it sent; it is interrupted when a message of a kind arrives."""
        asked = self.client.execute(code)
        sent = []
        while True:
            message = self.client.get_iopub_msg(timeout=WAIT)
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == interrupt_at:
                self.manager.interrupt_kernel()
                interrupt_at = None
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
            if message["msg_type"] not in ("status", "execute_input"):
                sent.append(message)
        while True:
            reply = self.client.get_shell_msg(timeout=WAIT)
            if reply["parent_header"].get("msg_id") == asked:
                return reply["content"]["status"], sent

    def says(self, expression: str) -> str:
        """What an expression prints."""
        status, sent = self.run(f"print({expression})")
        assert status == "ok"
        return "".join(message["content"]["text"] for message in sent).strip()


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    folder = str(tmp_path_factory.mktemp("jupyter"))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
            patch.setenv(name, folder)
        manager, client = manager_module.start_new_kernel(kernel_name="python3")
    try:
        found = Kernel(manager, client)
        assert found.run(MADE)[0] == "ok"
        yield found
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_an_interrupted_cell_keeps_what_was_learnt_and_says_so(kernel):
    before = int(kernel.says("int(network._learnt.state['step'])"))
    status, sent = kernel.run(FOREVER, interrupt_at="display_data")
    assert status == "ok", "the report is there, and the cells below run"
    shown = [message["content"]["data"]["text/plain"] for message in sent]
    assert shown[-1] == "not converged: interrupted; what was learnt up to then is kept"
    assert [message["msg_type"] for message in sent].count("display_data") == 1
    assert kernel.says("report.reason") == "interrupted; what was learnt up to then is kept"
    steps = int(kernel.says("int(network._learnt.state['step'])"))
    assert steps > before
    assert kernel.says("report.steps + report.continued_from") == str(steps)
    assert kernel.says("np.isfinite(network.predict(X)).all()") == "True"
    assert kernel.says("network.learn(X, X[:, 0], epochs=1, verbose=0).continued_from") == str(steps)


def test_a_call_that_looks_is_interrupted_and_changes_nothing(kernel):
    before = kernel.says("network.predict(X[:3]).tolist()")
    status, sent = kernel.run("print('begun', flush=True)\nnetwork.landscape(X, X[:, 0], points=501)", "stream")
    assert status == "error"
    errors = [message["content"]["ename"] for message in sent if message["msg_type"] == "error"]
    assert errors == ["KeyboardInterrupt"]  # what was printed may come after it
    assert kernel.says("network.predict(X[:3]).tolist()") == before


def test_a_call_that_answers_leaves_nothing_on_the_page(kernel):
    for call in ("predict(X)", "test(X, X[:, 0])", "open(X[:3], X[:3, 0])", "compare(X, X[:, 0])"):
        assert kernel.run(f"_ = network.{call}") == ("ok", [])


def test_what_is_shown_has_html_and_text(kernel):
    for code, words in (("network", "learnt "), ("network.layers", "dense_1"), ("network.report", "steps")):
        status, sent = kernel.run(code)
        assert status == "ok"
        (result,) = sent
        data = result["content"]["data"]
        assert words in data["text/html"]
        assert words in data["text/plain"]


def test_printing_is_text_and_shows_nothing_else(kernel):
    status, sent = kernel.run("print(network.layers)")
    assert status == "ok"
    assert {message["msg_type"] for message in sent} == {"stream"}
