"""A small channel, and an environment file for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_channel import TinyChannel


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
