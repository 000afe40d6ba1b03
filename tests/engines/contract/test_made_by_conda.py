"""What conda itself made, without envctl, is an environment as any other."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from prefix_state import packages
from tiny_channel import TinyChannel

CONDA = os.environ.get("ENVCTL_TEST_CONDA", "")


@pytest.fixture
def prefix(root: Path, tmp_path: Path, channel: TinyChannel, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment of conda's, with packages of every kind."""
    monkeypatch.setenv("CONDA_PKGS_DIRS", str(root / "pkgs"))
    command = [CONDA, "create", "-y", "-p", tmp_path / "env", "--override-channels", "-c", channel.url]
    specs = ["hello=1.0", "lib=1", "tool", "greet"]
    subprocess.run([*command, *specs], check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return tmp_path / "env"


def test_its_files_are_found_whole(envctl: Any, prefix: Path) -> None:
    result = envctl("check", prefix, "--files")
    assert result.code == 0, result.out


def test_its_requests_are_known(envctl: Any, prefix: Path) -> None:
    exported = envctl("export", prefix, "--from-history", "--no-builds").out
    assert {"  - greet", "  - hello=1.0", "  - lib=1", "  - tool"} <= set(exported.splitlines())


def test_a_lock_of_it_makes_it_again(envctl: Any, root: Path, prefix: Path) -> None:
    exported = envctl("export", prefix, "--format", "conda-lock-v1", "-o", "conda-lock.yml")
    assert exported.code == 0, exported.err
    assert envctl("create", "conda-lock.yml", "-n", "again").code == 0
    assert packages(root / "envs" / "again") == packages(prefix)


def test_it_is_updated(envctl: Any, prefix: Path, spec_file: Path) -> None:
    assert envctl("update", prefix, spec_file).code == 0
    assert packages(prefix) == {"hello": "1.0", "tool": "1.0"}
    assert envctl("check", prefix, "--files").code == 0
