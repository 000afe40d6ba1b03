"""A channel behind a server that misbehaves, and what must hold whenever it does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from faulty_server import FaultyServer, faulty_server
from tiny_channel import TinyChannel

from envctl.engines import rattler_client
from envctl.subdirs import current_subdir


@pytest.fixture
def channel(tmp_path: Path) -> TinyChannel:
    """A program and the library that it needs."""
    channel = TinyChannel(tmp_path / "served" / "lab")
    channel.add("web", depends=["lib >=1"])
    channel.add("lib", subdir=current_subdir())
    return channel.index()


@pytest.fixture
def server(channel: TinyChannel) -> Iterator[FaultyServer]:
    with faulty_server(channel.directory.parent) as server:
        yield server


@pytest.fixture
def spec(server: FaultyServer, tmp_path: Path) -> Path:
    """An environment file for the program from that server."""
    file = tmp_path / "environment.yml"
    file.write_text(f"name: web\nchannels: ['{server.url}/lab']\ndependencies: [web]\n")
    return file


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is tried again, for tests that do not ask about that: it takes seconds."""
    monkeypatch.setattr(rattler_client, "_RETRIES", 0)


@pytest.fixture
def fails(envctl: Callable[..., Any], server: FaultyServer, spec: Path, root: Path) -> Callable[..., Any]:
    """Creates the environment from the server as it is, which must fail with that code and leave nothing.

    Then the server is mended, and the same command must make an environment of the right files. Returns the
    error of the first.
    """

    def create(code: str, exit_code: int) -> Any:
        result = envctl("create", "-f", spec, "--json")
        assert (result.code, result.json["error"]["code"]) == (exit_code, code), result.json
        assert_readable(result.json["error"])
        assert not (root / "envs").exists()
        assert not (root / "generations").exists()
        server.mend()
        done = envctl("create", "-f", spec)
        assert done.code == 0, done.err
        assert (root / "envs" / "web" / "share" / "web.txt").read_text() == "web 1.0\n"
        assert envctl("check", "web", "--files").code == 0
        assert [path.name for path in (root / "cache" / "pkgs").glob(".*-*")] == []
        return result.json["error"]

    return create


def assert_readable(error: dict[str, str]) -> None:
    """A cause of a few lines in people's words, and something to do next."""
    assert len(error["cause"].splitlines()) <= 4
    assert max(len(line) for line in error["cause"].splitlines()) < 200
    assert not any(
        word in error["cause"] for word in ("Caused by", "client error (", "cache layer", "panick")
    )
    assert error["hint"]


@pytest.fixture
def start() -> Callable[..., list[str]]:
    """The command line of a process of its own, with limits of its own in seconds."""

    def command(*arguments: str | Path, index_timeout_s: int = 60, stall_s: float = 120) -> list[str]:
        program = (
            "import sys\nfrom envctl.engines import rattler\nfrom envctl.cli.app import run\n"
            f"rattler._INDEX_TIMEOUT_S, rattler._STALL_S = {index_timeout_s}, {stall_s}\n"
            "sys.exit(run(sys.argv[1:]))"
        )
        return [sys.executable, "-c", program, *map(str, arguments)]

    return command
