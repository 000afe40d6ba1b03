"""envctl create from a lock: exactly those packages, every hash checked, or nothing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel


def digest(file: Path, algorithm: str = "sha256") -> str:
    return hashlib.new(algorithm, file.read_bytes()).hexdigest()


@pytest.fixture
def archives(channel: TinyChannel) -> dict[str, Path]:
    """The channel's archives by name and version."""
    return {
        "-".join(path.name.split("-")[:2]): path for path in (channel.directory / "noarch").glob("*.tar.bz2")
    }


def explicit(*archives: Path, algorithm: str = "sha256", wrong: bool = False) -> str:
    """An `@EXPLICIT` lock for this machine, of the older `hello` that no solve would choose."""
    wrong_digest = "0" * (64 if algorithm == "sha256" else 32)
    lines = [f"{path.as_uri()}#{wrong_digest if wrong else digest(path, algorithm)}" for path in archives]
    from envctl.subdirs import current_subdir

    return "\n".join([f"# platform: {current_subdir()}", "@EXPLICIT", *lines]) + "\n"


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_an_explicit_lock_gives_exactly_its_packages(
    envctl: Any, archives: dict[str, Path], tmp_path: Path, root: Path, algorithm: str
) -> None:
    (tmp_path / "web.lock").write_text(
        explicit(archives["hello-1.0"], archives["lib-1.0"], algorithm=algorithm)
    )
    result = envctl("create", "web.lock", "-n", "web")
    assert result.code == 0, result.err
    assert sorted(path.name for path in (root / "envs" / "web" / "conda-meta").glob("*.json")) == [
        "hello-1.0-0.json",
        "lib-1.0-0.json",
    ]


def test_the_records_are_whole_although_an_explicit_lock_says_little(
    envctl: Any, archives: dict[str, Path], tmp_path: Path, root: Path
) -> None:
    (tmp_path / "web.lock").write_text(explicit(archives["hello-2.0"], archives["lib-1.0"]))
    assert envctl("create", "web.lock", "-n", "web").code == 0
    record = json.loads((root / "envs" / "web" / "conda-meta" / "hello-2.0-0.json").read_text())
    assert record["depends"] == ["lib >=1"]
    assert record["license"] == "MIT"
    assert record["noarch"] == "generic"
    assert record["sha256"] == digest(archives["hello-2.0"])


@pytest.mark.parametrize(
    ("algorithm", "warm"), [("sha256", False), ("sha256", True), ("md5", False), ("md5", True)]
)
def test_a_wrong_hash_stops_it_and_nothing_is_installed(
    envctl: Any, archives: dict[str, Path], root: Path, algorithm: str, warm: bool
) -> None:
    tmp_path = root.parent
    if warm:
        (tmp_path / "good.lock").write_text(explicit(archives["hello-1.0"]))
        assert envctl("create", "good.lock", "-n", "good").code == 0
    (tmp_path / "web.lock").write_text(explicit(archives["hello-1.0"], algorithm=algorithm, wrong=True))
    result = envctl("create", "web.lock", "-n", "web", "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "hash-mismatch")
    assert not (root / "envs" / "web").exists()


def test_a_missing_archive_stops_it(
    envctl: Any, archives: dict[str, Path], tmp_path: Path, root: Path
) -> None:
    (tmp_path / "web.lock").write_text(explicit(archives["hello-1.0"]))
    archives["hello-1.0"].unlink()
    result = envctl("create", "web.lock", "-n", "web", "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "download-failed")
    assert not (root / "envs" / "web").exists()


def test_a_lock_for_another_platform_is_refused(envctl: Any, tmp_path: Path) -> None:
    (tmp_path / "web.lock").write_text("@EXPLICIT\nhttps://c.example/win-arm64/a-1-0.conda\n")
    result = envctl("create", "web.lock", "-n", "web", "--json")
    assert (result.code, result.json["error"]["code"]) == (3, "lock-platform")
    assert "it is for win-arm64" in result.json["error"]["cause"]


def test_packages_without_a_hash_are_told(envctl: Any, archives: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "web.lock").write_text(f"# platform: linux-64\n@EXPLICIT\n{archives['lib-1.0'].as_uri()}\n")
    result = envctl("create", "web.lock", "-n", "web")
    assert result.code == 0
    assert "1 packages have no hash" in result.err


def test_a_lock_takes_no_channels(envctl: Any, archives: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "web.lock").write_text(explicit(archives["lib-1.0"]))
    result = envctl("create", "web.lock", "-n", "web", "-c", "conda-forge", "--json")
    assert (result.code, result.json["error"]["code"]) == (2, "lock-has-channels")


def test_an_installed_environment_is_a_source_too(envctl: Any, spec_file: Path, root: Path) -> None:
    assert envctl("create", spec_file, "-n", "web").code == 0
    assert envctl("create", "env:web", "-n", "copy").code == 0
    assert (root / "envs" / "copy" / "bin" / "hello").is_file()
