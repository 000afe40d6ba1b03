"""A disk that fills up: one clear error, and nothing left at the place."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from tiny_channel import TinyChannel

# A file system of its own size, in a mount namespace of its own: no rights needed, gone with the process.
SMALL = [
    "unshare",
    "-Urm",
    "sh",
    "-c",
    'mount -t tmpfs -o size=2m tmpfs "$0" && "$@"; code=$?; ls -A "$0"; exit $code',
]


def can_mount(folder: Path) -> bool:
    try:
        return subprocess.run([*SMALL, folder, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


pytestmark = pytest.mark.skipif(
    not can_mount(Path(tempfile.gettempdir())), reason="no unprivileged mounts here"
)


@pytest.mark.parametrize("full", ["prefix", "root"])
def test_a_full_disk_is_told_and_nothing_stays(root: Path, tmp_path: Path, full: str) -> None:
    channel = TinyChannel(tmp_path / "channel")
    channel.add("big", files={f"share/big/{index}": os.urandom(1_000_000) for index in range(4)})
    channel.index()
    file = tmp_path / "environment.yml"
    file.write_text(f"channels: ['{channel.url}']\ndependencies: [big]\n")
    small = tmp_path / "small"
    small.mkdir()
    place = small / "env" if full == "prefix" else tmp_path / "env"
    environ = {**os.environ, "ENVCTL_ROOT": str(small / "root" if full == "root" else root)}
    command = [sys.executable, "-m", "envctl", "create", "-f", file, "-p", place]
    done = subprocess.run([*SMALL, small, *command], capture_output=True, text=True, check=False, env=environ)
    assert done.returncode == 4
    assert done.stderr.splitlines()[0] == "error: the disk is full"
    assert "Traceback" not in done.stderr
    assert ".envctl-" not in done.stderr
    assert done.stdout.split() == ([] if full == "prefix" else ["root"])
    assert not (tmp_path / "env").exists()
