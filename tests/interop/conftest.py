"""Other programs that read what envctl writes, in a virtual environment that is kept under `.cache/`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ("conda-lock==4.0.3", "conda-lockfiles==0.2.2")


@pytest.fixture(scope="session")
def interop_python() -> Path:
    """The Python of an environment with `REQUIREMENTS`; tests that use it are marked `channel`.

    It is made before any test changes the environment, so that pip's configuration and caches count.
    """
    folder = ROOT / ".cache" / "interop"
    python, stamp = folder / "bin" / "python", folder / "installed"
    wanted = "\n".join((sys.version, *REQUIREMENTS))
    if not stamp.is_file() or stamp.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run([*pip, *REQUIREMENTS], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.fail(f"no conda-lock to test with: {done.stderr}", pytrace=False)
        stamp.write_text(wanted)
    return python
