"""A real environment with torch, for probes to run in."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from envctl import proc


@pytest.fixture(scope="session")
def torch_environment(local_channel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the CPU build of torch, made as a user makes it, shared by all tests.

    Tests that use it are marked `channel`.
    """
    folder = tmp_path_factory.mktemp("torch")
    short = ".".join(local_channel.python_version.split(".")[:2])
    command = ["create", "pytorch-cpu", "--set", f"python={short}", "-p", folder / "env"]
    channel = ["-c", local_channel.url, "--override-channels"]
    environ = {**os.environ, "ENVCTL_ROOT": str(folder / "root"), "HOME": str(folder / "home")}
    done = proc.run([sys.executable, "-m", "envctl", *command, *channel], env=environ)
    assert done.returncode == 0, done.stderr
    return folder / "env"


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
