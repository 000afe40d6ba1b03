"""Packages that somebody changed: in a local channel, on a server, and in the package cache."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from recording_server import recording_server
from tiny_channel import TinyChannel

RIGHT, WRONG = b"right\n", b"wrong\n"


@pytest.fixture
def channel(tmp_path: Path) -> TinyChannel:
    channel = TinyChannel(tmp_path / "served" / "lab")
    add_web(channel, RIGHT)
    channel.add("lib")
    return channel.index()


def add_web(channel: TinyChannel, content: bytes) -> Path:
    return channel.add("web", files={"share/web.txt": content, "bin/web": b"#!/bin/sh\n"})


@pytest.fixture(params=["file", "http"])
def url(request: pytest.FixtureRequest, channel: TinyChannel) -> Iterator[str]:
    """The channel as a folder, and behind a server."""
    if request.param == "file":
        yield channel.url
        return
    with recording_server(channel.directory.parent) as server:
        yield f"{server.url}/lab"


@pytest.fixture
def create(envctl: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """Creates the environment `web` anew."""

    def call(channel: str, *options: str) -> Any:
        spec = tmp_path / "environment.yml"
        spec.write_text(f"name: web\nchannels: ['{channel}']\ndependencies: [web]\n")
        return envctl("create", "-f", spec, "--replace", "--json", *options)

    return call


def installed(root: Path) -> bytes:
    return (root / "envs" / "web" / "share" / "web.txt").read_bytes()


def cached(root: Path) -> Path:
    (folder,) = (root / "cache").rglob("web-1.0-0")
    return folder


def test_an_archive_of_a_local_channel_that_is_not_what_its_index_says_is_refused(
    create: Callable[..., Any], channel: TinyChannel, root: Path
) -> None:
    add_web(channel, WRONG)
    result = create(channel.url)
    assert (result.code, result.json["error"]["code"]) == (4, "hash-mismatch")
    assert not (root / "envs").exists()
    assert list((root / "cache").rglob("web.txt")) == []


def test_the_archive_of_a_lock_must_be_the_one_that_was_locked_whatever_the_index_says_now(
    envctl: Callable[..., Any], channel: TinyChannel, url: str, root: Path, tmp_path: Path
) -> None:
    spec = tmp_path / "environment.yml"
    spec.write_text(f"name: web\nchannels: ['{url}']\ndependencies: [web]\n")
    assert envctl("lock", spec, "-o", "conda-lock.yml").code == 0
    add_web(channel, WRONG)
    (channel.directory / "noarch" / "repodata.json").unlink()  # which keeps what it has
    channel.index()
    shutil.rmtree(root / "cache" / "repodata")  # the server would say "not modified" within a second
    result = envctl("create", "conda-lock.yml", "-n", "web", "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "hash-mismatch")
    assert envctl("create", "-f", spec, "-n", "other").code == 0
    result = envctl("create", "conda-lock.yml", "-n", "web", "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "hash-mismatch")
    assert not (root / "envs" / "web").exists()


@pytest.mark.parametrize("missing", ["share/web.txt", "info/index.json", "info/paths.json"])
def test_a_file_that_is_missing_in_the_cache_is_noticed_and_fetched_again(
    create: Callable[..., Any], url: str, root: Path, missing: str
) -> None:
    assert create(url).code == 0
    (cached(root) / missing).unlink()
    if missing == "info/paths.json":  # rattler would go by the list that packages had before
        (cached(root) / "info" / "files").unlink()
    assert create(url).code == 0
    assert installed(root) == RIGHT
    assert (cached(root) / missing).is_file()


def change(folder: Path) -> None:
    """Other content of the same size, at the same time."""
    file = folder / "share" / "web.txt"
    times = file.stat()
    file.unlink()  # which environments have it too
    file.write_bytes(WRONG)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def lengthen(folder: Path) -> None:
    (folder / "share" / "web.txt").unlink()
    (folder / "share" / "web.txt").write_bytes(RIGHT * 2)


def put_a_link_in(folder: Path) -> None:
    (folder.parent / "elsewhere").write_bytes(WRONG)
    (folder / "share" / "web.txt").unlink()
    (folder / "share" / "web.txt").symlink_to(folder.parent / "elsewhere")


def put_a_linked_folder_in(folder: Path) -> None:
    other = folder.parent.parent / "other"
    shutil.copytree(folder / "share", other)
    (other / "web.txt").unlink()
    (other / "web.txt").write_bytes(WRONG)
    shutil.rmtree(folder / "share")
    (folder / "share").symlink_to(other)


@pytest.mark.parametrize(
    "tamper", [change, lengthen, put_a_link_in, put_a_linked_folder_in], ids=lambda tamper: tamper.__name__
)
def test_a_file_that_was_changed_in_the_cache_is_fetched_again_with_verify_cache(
    create: Callable[..., Any], url: str, root: Path, tamper: Callable[[Path], None]
) -> None:
    assert create(url).code == 0
    tamper(cached(root))
    assert create(url, "--verify-cache").code == 0
    assert installed(root) == RIGHT
    assert (cached(root) / "share" / "web.txt").read_bytes() == RIGHT
    assert not (cached(root) / "share").is_symlink()


def test_extra_safety_checks_of_condas_configuration_verify_as_well(
    create: Callable[..., Any], url: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert create(url).code == 0
    change(cached(root))
    monkeypatch.setenv("CONDA_EXTRA_SAFETY_CHECKS", "true")
    assert create(url).code == 0
    assert installed(root) == RIGHT


def test_a_file_that_was_put_into_the_cache_is_not_linked(
    create: Callable[..., Any], url: str, root: Path
) -> None:
    assert create(url).code == 0
    (cached(root) / "share" / "extra.txt").write_bytes(WRONG)
    assert create(url).code == 0
    assert not (root / "envs" / "web" / "share" / "extra.txt").exists()


def test_what_is_fetched_again_from_a_local_channel_is_held_against_its_index_too(
    create: Callable[..., Any], channel: TinyChannel, root: Path
) -> None:
    assert create(channel.url).code == 0
    (cached(root) / "share" / "web.txt").unlink()
    add_web(channel, WRONG)  # and not indexed
    result = create(channel.url)
    assert (result.code, result.json["error"]["code"]) == (4, "hash-mismatch")
    assert installed(root) == RIGHT
    assert list((root / "cache").rglob("web.txt")) == []


@pytest.mark.parametrize("path", ["../web-1.0-0/share/web.txt", "/outside.txt"])
def test_a_list_in_the_cache_that_leads_outside_is_fetched_again(
    create: Callable[..., Any], url: str, root: Path, tmp_path: Path, path: str
) -> None:
    assert create(url).code == 0
    listed = f"{tmp_path}{path}" if path.startswith("/") else path
    edit_list(cached(root), lambda entry: entry | {"_path": listed})
    assert create(url).code == 0
    assert installed(root) == RIGHT
    assert not (tmp_path / "outside.txt").exists()


def test_who_changes_a_file_and_the_packages_own_list_with_it_is_not_found_out(
    create: Callable[..., Any], url: str, root: Path
) -> None:
    """The list is all that a cached package can be held against: its archive is not kept."""
    assert create(url).code == 0
    change(cached(root))
    digests = {hashlib.sha256(RIGHT).hexdigest(): hashlib.sha256(WRONG).hexdigest()}
    edit_list(cached(root), lambda entry: entry | {"sha256": digests.get(entry["sha256"], entry["sha256"])})
    assert create(url, "--verify-cache").code == 0
    assert installed(root) == WRONG
    shutil.rmtree(root / "cache")
    assert create(url).code == 0
    assert installed(root) == RIGHT


def edit_list(folder: Path, edit: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    file = folder / "info" / "paths.json"
    listed = json.loads(file.read_text())
    listed["paths"] = [edit(entry) for entry in listed["paths"]]
    file.unlink()
    file.write_text(json.dumps(listed))
