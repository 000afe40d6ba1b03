"""A user with credentials, whose every command is watched for them.

Two caches are left out of the search. rattler's cache of channel indexes notes the URL that each index was
asked by, and asks anew where it says another one; it is its owner's alone. uv's cache is uv's own.
"""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from planted_urls import SECRET
from private_server import BASIC, PrivateServer, private_server
from tiny_channel import TinyChannel
from tiny_wheel import make_wheel

from envctl.cli.app import run


@dataclass(frozen=True, kw_only=True)
class Private:
    """What the user has: a private server, and a folder with files of the user's own."""

    server: PrivateServer
    folder: Path
    root: Path
    """The folder that envctl keeps everything in."""
    printed: Callable[[], tuple[str, str]]

    def envctl(self, *arguments: str | Path, code: int = 0) -> str:
        """What a command line prints; it must end with the code and give nothing away."""
        ended = run([str(argument) for argument in arguments])
        out, err = self.printed()
        assert not _gives_away(out + err), (arguments, out, err)
        assert ended == code, (arguments, out, err)
        return out + err

    def specification(self, *channels: str, dependencies: str = "[web]", name: str = "web") -> Path:
        """An environment file, outside the folders that are searched."""
        file = self.folder / f"{name}.yml"
        listed = "".join(f"  - {channel}\n" for channel in channels)
        file.write_text(f"name: {name}\nchannels:\n{listed}dependencies: {dependencies}\n")
        return file

    def assert_nothing_is_left(self) -> None:
        """No file or name below envctl's root, the home folder and the working folder gives a secret away."""
        folders = [folder for folder in (self.root, Path.home(), Path.cwd()) if folder.exists()]
        search = ["grep", "-rlaF", "-e", SECRET, "-e", BASIC.rstrip("="), "--exclude-dir=repodata"]
        found = subprocess.run([*search, *folders], capture_output=True, text=True, check=False)
        assert (found.stdout, found.stderr) == ("", "")
        assert [path for folder in folders for path in folder.rglob("*") if SECRET in str(path)] == []
        assert (self.root / "cache" / "repodata").stat().st_mode & 0o077 == 0


def _gives_away(text: str) -> bool:
    return SECRET in text or BASIC.rstrip("=") in text


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PrivateServer]:
    """A channel below `channel`, wheels below `files` and their index below `simple`."""
    channel = TinyChannel(tmp_path / "served" / "channel")
    channel.add("web", depends=["lib >=1"], files={"bin/web": b"#!/bin/sh\necho served\n"})
    channel.add("lib")
    channel.index()
    for name in ("greet", "direct", "signed"):
        wheel = make_wheel(tmp_path / "served" / "files", name)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        page = tmp_path / "served" / "simple" / name / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(f'<a href="../../files/{wheel.name}#sha256={digest}">{wheel.name}</a>')
    with private_server(tmp_path / "served") as server:
        yield server


@pytest.fixture
def private(
    server: PrivateServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Private:
    """That user, in an empty working folder."""
    root = tmp_path / "root"
    monkeypatch.setenv("ENVCTL_ROOT", str(root))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    monkeypatch.setenv(
        "CONDA_OVERRIDE_GLIBC", platform.libc_ver()[1]
    )  # what the suite's channel was built on
    monkeypatch.delenv("COLUMNS", raising=False)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def printed() -> tuple[str, str]:
        captured = capsys.readouterr()
        return captured.out, captured.err

    return Private(server=server, folder=tmp_path, root=root, printed=printed)
