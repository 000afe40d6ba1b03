"""A real environment with torch, for probes to run in."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from envctl import proc


@pytest.fixture(
    params=[pytest.param("cpu", marks=pytest.mark.channel), pytest.param("cuda:0", marks=pytest.mark.gpu)]
)
def device(request: pytest.FixtureRequest) -> str:
    """What a probe measures: each test that asks runs on a CPU, and on a GPU where there is one."""
    return str(request.param)


@pytest.fixture
def torch_python(device: str, request: pytest.FixtureRequest) -> Path:
    """A Python whose torch can use `device`: the shared environment's for a CPU, this one's for a GPU."""
    if device == "cpu":
        environment: Path = request.getfixturevalue("torch_environment")
        return environment / "bin/python"
    if not find_spec("torch"):
        pytest.skip("no GPU here, or no torch beside envctl that could use it: make test-gpu")
    asked = proc.run([sys.executable, "-c", "import torch; print(torch.cuda.is_available())"])
    if asked.stdout != "True\n":
        pytest.skip("no GPU here")
    return Path(sys.executable)
