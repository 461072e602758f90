from __future__ import annotations

import json
import subprocess
import sys

HEAVY = {"click", "duckdb", "llvmlite", "matplotlib", "narwhals", "pandas", "polars", "pyarrow", "rich"}


def loaded_by(statement: str) -> set[str]:
    code = f"import json, sys\n{statement}\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_importing_glassnet_loads_nothing_heavy() -> None:
    assert loaded_by("import glassnet") & HEAVY == set()


def test_importing_glassnet_prints_and_warns_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import glassnet"], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")
