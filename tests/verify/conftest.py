"""A real environment with torch, for probes to run in."""

from __future__ import annotations

import os
import sys
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
