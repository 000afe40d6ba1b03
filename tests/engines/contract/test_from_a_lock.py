"""From a lock, every engine installs exactly its packages."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from prefix_state import package_files, records
from tiny_channel import PLACEHOLDER, TinyChannel

from envctl.subdirs import current_subdir


def digest(archive: Path, algorithm: str) -> str:
    return hashlib.new(algorithm, archive.read_bytes()).hexdigest()


@pytest.fixture
def archives(channel: TinyChannel) -> list[Path]:
    """Two packages that no solve would choose, as `hello` 2 is there, and one that holds the prefix."""
    return [
        channel.directory / "noarch" / "lib-1.0-0.tar.bz2",
        channel.directory / "noarch" / "hello-1.0-0.tar.bz2",
        channel.directory / current_subdir() / "tool-1.0-0.tar.bz2",
    ]


@pytest.fixture(params=["sha256", "md5"])
def explicit(request: pytest.FixtureRequest, tmp_path: Path, archives: list[Path]) -> Path:
    """An explicit lock of them, named after its kind of hashes."""
    lines = [f"{archive.as_uri()}#{digest(archive, request.param)}" for archive in archives]
    file = tmp_path / f"{request.param}.lock"
    file.write_text("\n".join([f"# platform: {current_subdir()}", "@EXPLICIT", *lines]) + "\n")
    return file


def test_exactly_the_packages_of_an_explicit_lock_are_installed(
    envctl: Any, root: Path, explicit: Path, archives: list[Path]
) -> None:
    result = envctl("create", explicit, "-n", "web")
    assert result.code == 0, result.err
    algorithm = explicit.stem
    installed = records(root / "envs" / "web")
    assert {
        name: (record["version"], record["build"], record["url"], record[algorithm])
        for name, record in installed.items()
    } == {
        name: (version, build, archive.as_uri(), digest(archive, algorithm))
        for archive in archives
        for name, version, build in [archive.name.removesuffix(".tar.bz2").split("-")]
    }


def test_its_files_are_the_packages_files_with_the_final_path_in_them(
    envctl: Any, root: Path, explicit: Path, channel: TinyChannel
) -> None:
    assert envctl("create", explicit, "-n", "web").code == 0
    prefix = (root / "envs" / "web").resolve()
    here, there = PLACEHOLDER.encode(), bytes(prefix)
    binary = b"\x7fELF\0" + (there + b"/lib:" + there + b"/lib64").ljust(2 * len(here) + 11, b"\0")
    assert package_files(prefix) == {
        "bin/hello": (b"#!/bin/sh\necho hello 1\n", True),
        "share/lib.txt": (b"lib 1.0\n", False),
        "bin/tool": (b"#!/bin/sh\n# built for %s\nexec cat %s/etc/tool.conf\n" % (there, there), True),
        "etc/tool.conf": (b"home = %s\npath = %s/bin:%s/sbin\n" % (there, there, there), False),
        "lib/libtool.so": (binary + b"\0\0\x01" + there.ljust(len(here), b"\0") + b"\0", False),
    }


@pytest.mark.parametrize("form", ["conda-lock-v1", "pixi-lock", "explicit"])
def test_a_lock_that_envctl_wrote_gives_what_was_locked(
    envctl: Any, root: Path, tmp_path: Path, spec_file: Path, form: str
) -> None:
    lock = tmp_path / {"conda-lock-v1": "conda-lock.yml", "pixi-lock": "pixi.lock"}.get(form, "web.lock")
    platform = ("--platform", current_subdir()) if form == "explicit" else ()
    locked = envctl("lock", spec_file, "--format", form, *platform, "-o", lock)
    assert locked.code == 0, locked.err
    assert envctl("create", lock, "-n", "web").code == 0
    installed = records(root / "envs" / "web")
    assert {name: record["version"] for name, record in installed.items()} == {
        "hello": "2.0",
        "lib": "2.0",
        "tool": "1.0",
    }
    assert envctl("check", "web", "--against", lock, "--files").code == 0


def test_the_records_are_whole_although_a_lock_says_little(envctl: Any, root: Path, explicit: Path) -> None:
    assert envctl("create", explicit, "-n", "web").code == 0
    record = records(root / "envs" / "web")["tool"]
    assert (record["license"], record["subdir"], record["fn"]) == (
        "MIT",
        current_subdir(),
        "tool-1.0-0.tar.bz2",
    )
    assert (record["build_number"], record["depends"], record["constrains"]) == (0, [], [])
    assert sorted(record["files"]) == ["bin/tool", "etc/tool.conf", "lib/libtool.so"]


def test_one_wrong_hash_and_nothing_is_installed(envctl: Any, root: Path, explicit: Path) -> None:
    right = next(line for line in explicit.read_text().splitlines() if "hello" in line).rpartition("#")[2]
    explicit.write_text(explicit.read_text().replace(right, "0" * len(right)))
    result = envctl("create", explicit, "-n", "web", "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "hash-mismatch")
    assert "hello" in result.json["error"]["message"] + result.json["error"]["cause"]
    assert not (root / "envs" / "web").exists()


def test_a_package_of_a_cold_cache_is_not_fetched_offline(envctl: Any, root: Path, tmp_path: Path) -> None:
    (tmp_path / "web.lock").write_text(
        f"# platform: {current_subdir()}\n@EXPLICIT\n"
        f"http://127.0.0.1:9/noarch/hello-1.0-0.tar.bz2#{'0' * 64}\n"
    )
    result = envctl("create", "web.lock", "-n", "web", "--offline", "--json")
    assert (result.code, result.json["error"]["code"]) == (5, "offline")
    assert not (root / "envs" / "web").exists()
