"""The command line called as a user calls it, in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel

from envctl.cli.app import run


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one command line answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Envctl = Callable[..., Result]


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
def envctl(root: Path, capsys: pytest.CaptureFixture[str]) -> Envctl:
    """Runs one command line."""

    def call(*arguments: str | Path) -> Result:
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(code=code, out=captured.out, err=captured.err)

    return call


@pytest.fixture
def channel(tmp_path: Path) -> TinyChannel:
    """A small channel with a program, a library and an activation script."""
    channel = TinyChannel(tmp_path / "channel")
    program = b'#!/bin/sh\necho "hello $GREETED from $CONDA_DEFAULT_ENV"\nexit ${1:-0}\n'
    channel.add("hello", "2.0", depends=["lib >=1"], files={"bin/hello": program})
    channel.add("hello", "1.0", files={"bin/hello": program})
    channel.add("lib", "1.0")
    channel.add("greeter", "1.0", files={"etc/conda/activate.d/g.sh": b"export GREETED=${GREETED:-you}\n"})
    return channel.index()


@pytest.fixture
def spec_file(tmp_path: Path, channel: TinyChannel) -> Path:
    """An environment file for that channel."""
    file = tmp_path / "environment.yml"
    file.write_text(
        f"name: web\nchannels:\n  - {channel.url}\ndependencies:\n  - hello\nvariables:\n  GREETED: world\n"
    )
    return file
