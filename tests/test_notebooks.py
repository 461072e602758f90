"""The notebooks of the examples run from top to bottom, and show what they should: HTML, and pictures."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
image = pytest.importorskip("matplotlib.image")
pytest.importorskip("ipykernel")

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
TOUR = EXAMPLES / "tour.ipynb"
DRAWN = ("report.plot", "comparison.plot", "importance", "opened.plot", "landscape")


def code(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The cells of the tour after they have run, in a folder that holds no settings of the user's."""
    folder = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "MPLCONFIGDIR"):
            patch.setenv(name, str(folder))
        notebook = nbformat.read(TOUR, as_version=4)
        nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(EXAMPLES)}}).execute()
    return code(notebook)


def test_no_output_is_stored() -> None:
    cells = code(nbformat.read(TOUR, as_version=4))
    assert len(cells) > 10
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells)


def data_of(cell: Any) -> list[Any]:
    return [output.data for output in cell.outputs if "data" in output]


def test_what_is_shown_is_html_and_text_beside_it(run: Any) -> None:
    shown = {
        cell.source.splitlines()[-1]: data_of(cell)[-1] for cell in run if data_of(cell) and "plot" not in cell.source
    }
    for name, words in {
        "report": "not converged: 15 epochs are done",
        "network": "learnt 195 steps",
        "network.plan": "32 members",
        "comparison": "farthest off, of 400",
        "opened": "The way back: the deltas",
    }.items():
        assert words in shown[name]["text/html"]
        assert words in shown[name]["text/plain"]


def test_learning_leaves_one_display_and_nothing_on_stderr(run: Any) -> None:
    for cell in run:
        assert not [output for output in cell.outputs if output.get("name") == "stderr"], cell.source
    learning = next(cell for cell in run if "learn(diamonds" in cell.source)
    progress, report = data_of(learning)
    assert progress["text/plain"] == report["text/plain"].splitlines()[0]


def test_every_plot_is_a_picture_with_something_on_it(run: Any) -> None:
    for name in DRAWN:
        cell = next(cell for cell in run if name in cell.source and "plot();" in cell.source)
        png = base64.b64decode(data_of(cell)[-1]["image/png"])
        pixels = image.imread(io.BytesIO(png))[..., :3]
        assert min(pixels.shape[:2]) > 250
        drawn = (abs(pixels - pixels[0, 0]) > 0.1).any(axis=-1)
        assert drawn.mean() > 0.02, name
        assert drawn[: len(drawn) // 2].any()
        assert drawn[len(drawn) // 2 :].any()
