"""What every test stands on: the user's files untouched, no network for unit tests, one real channel."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# The same cases in every run: what CI says today it says tomorrow.
settings.register_profile("suite", derandomize=True, deadline=None)
settings.load_profile("suite")

CHANNEL_REQUIREMENTS = ("torch==2.13.0", "numpy", "flask", "gunicorn", "psutil", "pip", "setuptools")


@dataclass(frozen=True, kw_only=True)
class LocalChannel:
    """The suite's real channel: what `CHANNEL_REQUIREMENTS` names, what that needs, and python."""

    directory: Path
    url: str
    python_version: str
    requirements: tuple[str, ...] = CHANNEL_REQUIREMENTS


@pytest.fixture(scope="session")
def local_channel() -> LocalChannel:
    """Build the suite's channel, or what is missing of it, under `.cache/` in the checkout.

    Tests that use it are marked `channel`. It is built before any test changes the environment, so that pip's
    configuration and caches count.
    """
    from envctl.errors import EnvctlError
    from envctl.ops.channel_build import ChannelBuildOptions, channel_build
    from envctl.progress import SILENT

    options = ChannelBuildOptions(directory=ROOT / ".cache" / "channel", requirements=CHANNEL_REQUIREMENTS)
    try:
        built = channel_build(options, SILENT)
    except EnvctlError as error:
        pytest.fail(f"no channel to test with: {error}\n{error.cause}\n{error.hint}", pytrace=False)
    return LocalChannel(directory=built.directory, url=built.url, python_version=built.python_version)


@pytest.fixture(scope="session")
def torch_environment(local_channel: LocalChannel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the CPU build of torch, made as a user makes it, shared by all tests.

    Tests that use it are marked `channel`.
    """
    from envctl import proc

    folder = tmp_path_factory.mktemp("torch")
    short = ".".join(local_channel.python_version.split(".")[:2])
    command = ["create", "pytorch-cpu", "--set", f"python={short}", "-p", folder / "env"]
    channel = ["-c", local_channel.url, "--override-channels"]
    environ = {**os.environ, "ENVCTL_ROOT": str(folder / "root"), "HOME": str(folder / "home")}
    done = proc.run([sys.executable, "-m", "envctl", *command, *channel], env=environ)
    assert done.returncode == 0, done.stderr
    return folder / "env"


@pytest.fixture(autouse=True)
def _nothing_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Point every folder that envctl and its engines write to into a temporary one."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("CONDA", "_CONDA", "MAMBA", "ENVCTL", "RATTLER")):
            monkeypatch.delenv(name)
    folders = {
        "HOME": home,
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_DATA_HOME": home / ".local" / "share",
        "XDG_STATE_HOME": home / ".local" / "state",
        "ENVCTL_ROOT": home / "envctl",
    }
    for name, folder in folders.items():
        monkeypatch.setenv(name, str(folder))


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests that are not marked `channel` connect to this machine alone."""
    if request.node.get_closest_marker("channel"):
        return

    def guarded(connect: Callable[[socket.socket, Any], Any]) -> Callable[[socket.socket, Any], Any]:
        def only_here(self: socket.socket, address: Any) -> Any:
            inet = self.family in (socket.AF_INET, socket.AF_INET6)
            if inet and str(address[0]) not in ("127.0.0.1", "::1", "localhost"):
                raise AssertionError(f"a unit test connects to {address}")
            return connect(self, address)

        return only_here

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one command line answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that envctl keeps everything in."""
    root = tmp_path / "root"
    monkeypatch.setenv("ENVCTL_ROOT", str(root))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.chdir(tmp_path)
    return root


@pytest.fixture
def envctl(root: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """The command line called as a user calls it, in this process."""
    from envctl.cli.app import run

    def call(*arguments: str | Path) -> Result:
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(code=code, out=captured.out, err=captured.err)

    return call
