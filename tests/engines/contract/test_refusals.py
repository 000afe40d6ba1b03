"""What cannot be done ends with the same codes whichever engine tried, and leaves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel


def write(tmp_path: Path, url: str, *specs: str) -> Path:
    file = tmp_path / "environment.yml"
    lines = "".join(f"  - {spec!r}\n" for spec in specs)
    file.write_text(f"name: web\nchannels:\n  - {url}\ndependencies:\n{lines}")
    return file


@pytest.mark.parametrize(
    ("specs", "answer"),
    [
        pytest.param(["hello=2", "legacy"], (4, "unsatisfiable"), id="two that exclude each other"),
        pytest.param(["hello >=9"], (4, "unsatisfiable"), id="a version that is nowhere"),
        pytest.param(["lonely"], (4, "unsatisfiable"), id="a dependency that is nowhere"),
        pytest.param(["hell"], (4, "package-not-found"), id="a package that is nowhere"),
        pytest.param(["hello >=>2"], (3, "bad-match-spec"), id="what is no specification"),
    ],
)
def test_a_wish_that_cannot_be_met(
    envctl: Any, root: Path, channel: TinyChannel, specs: list[str], answer: tuple[int, str]
) -> None:
    result = envctl("create", "-f", write(root.parent, channel.url, *specs), "--json")
    error = result.json["error"]
    assert (result.code, error["code"]) == answer, error
    assert specs[-1].split()[0] in error["message"] + error["cause"]
    assert error["hint"]
    assert not (root / "envs").exists()


def test_a_package_that_is_nowhere_comes_with_where_it_was_sought(
    envctl: Any, tmp_path: Path, channel: TinyChannel
) -> None:
    result = envctl("create", "-f", write(tmp_path, channel.url, "hell"), "--json")
    assert channel.url in result.json["error"]["cause"]


def test_a_package_for_a_driver_is_refused_without_one_and_the_hint_says_how_to_go_on(
    envctl: Any, tmp_path: Path, channel: TinyChannel
) -> None:
    file = write(tmp_path, channel.url, "gpu")
    result = envctl("create", "-f", file, "--cuda", "none", "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "unsatisfiable")
    assert "__cuda" in result.json["error"]["cause"]
    assert "--cuda VERSION" in result.json["error"]["hint"]


@pytest.mark.parametrize(
    "url", ["file:///nowhere/channel", "http://127.0.0.1:9/channel"], ids=["folder", "server"]
)
def test_a_channel_that_is_not_there(envctl: Any, root: Path, tmp_path: Path, url: str) -> None:
    result = envctl("create", "-f", write(tmp_path, url, "hello"), "--json")
    assert (result.code, result.json["error"]["code"]) == (5, "channel-unreachable")
    assert url in result.json["error"]["message"] + result.json["error"]["cause"]
    assert not (root / "envs").exists()


def test_a_channel_that_was_never_read_cannot_be_read_offline(
    envctl: Any, root: Path, tmp_path: Path
) -> None:
    file = write(tmp_path, "http://127.0.0.1:9/channel", "hello")
    result = envctl("create", "-f", file, "--offline", "--json")
    assert (result.code, result.json["error"]["code"]) == (5, "channel-unreachable")
    assert not (root / "envs").exists()


def test_an_archive_that_is_not_what_its_channel_says(
    envctl: Any, root: Path, tmp_path: Path, channel: TinyChannel
) -> None:
    channel.add("lib", "2.0", files={"share/lib.txt": b"tampered\n"})  # the index stays as it was
    result = envctl("create", "-f", write(tmp_path, channel.url, "hello"), "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "hash-mismatch")
    assert not (root / "envs").exists()


def test_an_archive_that_its_channel_has_no_more(
    envctl: Any, root: Path, tmp_path: Path, channel: TinyChannel
) -> None:
    (channel.directory / "noarch" / "lib-2.0-0.tar.bz2").unlink()
    result = envctl("create", "-f", write(tmp_path, channel.url, "hello"), "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "download-failed")
    assert not (root / "envs").exists()


def test_a_cuda_version_that_is_none(envctl: Any, tmp_path: Path, channel: TinyChannel) -> None:
    result = envctl("create", "-f", write(tmp_path, channel.url, "gpu"), "--cuda", "x", "--json")
    assert (result.code, result.json["error"]["code"]) == (2, "bad-cuda")
