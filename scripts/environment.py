"""The checkout's own virtual environment: made once in .venv, renewed when pyproject.toml changes.

Runs on the standard library alone, and is written so that an old Python reads it far enough to say that it is too old.
"""

import hashlib
import importlib
import os
import subprocess
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(FOLDER, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
STAMP = os.path.join(FOLDER, "glassnet.stamp")
LOG = os.path.join(FOLDER, "pip.log")
WORKERS = ("-n", "auto", "--maxprocesses", "4")  # of pytest: a process for each core, but no more than pay


def prepare() -> str:
    """Return the path of the environment's Python, with Glassnet and its test extras installed beside it."""
    check_python()
    wanted = stamp()
    if os.path.exists(PYTHON) and read(STAMP) == wanted:
        return PYTHON
    check_modules()
    print("Setting up .venv (a few minutes the first time) ...", file=sys.stderr, flush=True)
    make()
    install()
    with open(STAMP, "w", encoding="utf-8") as file:
        file.write(wanted)
    return PYTHON


def run(*arguments: str) -> int:
    """Run the environment's Python in the checkout, and return its exit code; Ctrl-C gives 130."""
    process = subprocess.Popen([PYTHON, *arguments], cwd=ROOT)
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:  # the terminal sends Ctrl-C to the child too, which ends in its own way
            continue
        return 128 - code if code < 0 else code


def check_python() -> None:
    """End with one line where this Python is older than Glassnet needs."""
    if sys.version_info < OLDEST:
        found = "{}.{}".format(*sys.version_info[:2])
        fail("Glassnet needs Python {}.{} or newer; this is Python {} ({}).".format(*OLDEST, found, sys.executable))


def check_modules() -> None:
    """End with one line where Python came without what makes virtual environments (Debian packs it apart)."""
    for name in ("venv", "ensurepip"):
        try:
            importlib.import_module(name)
        except ImportError:
            fail(f"this Python has no module {name}. Install it (on Debian: apt install python3-venv).")


def make() -> None:
    """Make an empty environment."""
    result = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", FOLDER], capture_output=True, text=True, check=False
    )
    if result.returncode:
        fail(f"python -m venv could not make {FOLDER}: {last_line(result.stdout + result.stderr)}")


def install() -> None:
    """Install this checkout, editable, with its test extras; what pip says goes to a log."""
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-e", ".[test]"]
    with open(LOG, "w", encoding="utf-8") as log:
        code = subprocess.run(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
        ).returncode
    if code:
        fail(
            f"pip could not install Glassnet: {last_line(read(LOG), 'ERROR')} (is there a connection? all of it: {LOG})"
        )


def stamp() -> str:
    """All that an environment depends on: pyproject.toml, the Python, and the place of the checkout."""
    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    return "{}\nPython {}.{}\n{}\n".format(digest, *sys.version_info[:2], ROOT)


def read(path: str) -> str:
    """Return the text of a file, empty where there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def last_line(text: str, mark: str = "") -> str:
    """Return the last line that holds `mark`, else the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()] or ["it gave no reason"]
    return ([line for line in lines if mark in line] or lines)[-1]


def fail(message: str) -> None:
    """End with one line on stderr."""
    sys.exit(f"{os.path.basename(sys.argv[0])}: {message}")
