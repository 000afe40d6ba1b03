"""What is installed from a wheel works without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, CHECKOUT]
    subprocess.run(build, check=True)
    (wheel,) = folder.glob("envctl-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.channel  # the build backend comes from the package index
def test_templates_are_found_and_types_are_marked(installed: Path, tmp_path: Path) -> None:
    assert (installed / "envctl" / "py.typed").is_file()
    environ = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-m", "envctl", "render", "pytorch-cpu", "--with", "serving"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=environ)
    assert "name: pytorch-cpu" in done.stdout
    where = [sys.executable, "-m", "envctl", "templates", "show", "pytorch-cpu"]
    shown = subprocess.run(where, capture_output=True, text=True, check=True, cwd=tmp_path, env=environ)
    assert str(installed / "envctl" / "templates" / "pytorch-cpu.yaml") in shown.stdout.replace("\n", "")
