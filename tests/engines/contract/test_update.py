"""An update changes what its source asks for and no more, whichever engine makes it, and whichever made what
was there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prefix_state import files, packages
from tiny_channel import TinyChannel


class Source:
    """An environment file, written anew for each wish."""

    def __init__(self, file: Path, channel: TinyChannel) -> None:
        self.file, self.channel = file, channel

    def __call__(self, *specs: str) -> Path:
        lines = "".join(f"  - {spec!r}\n" for spec in specs)
        self.file.write_text(f"name: web\nchannels:\n  - {self.channel.url}\ndependencies:\n{lines}")
        return self.file


@pytest.fixture
def source(tmp_path: Path, channel: TinyChannel) -> Source:
    """For the test's channel."""
    return Source(tmp_path / "environment.yml", channel)


@pytest.fixture
def web(envctl: Any, root: Path, source: Source) -> Path:
    """An environment with an older library than there is."""
    result = envctl("create", "-f", source("lib=1", "tool"))
    assert result.code == 0, result.err
    return root / "envs" / "web"


def test_what_still_fits_stays_and_what_is_new_comes(envctl: Any, web: Path, source: Source) -> None:
    result = envctl("update", "web", source("lib", "tool", "gpu"), "--cuda", "12.4")
    assert result.code == 0, result.err
    assert packages(web) == {"lib": "1.0", "tool": "1.0", "gpu": "1.0"}
    assert envctl("check", "web", "--files").code == 0


def test_what_no_longer_fits_moves_and_what_nobody_asks_for_goes(
    envctl: Any, web: Path, source: Source
) -> None:
    assert envctl("update", "web", source("hello=2")).code == 0
    assert packages(web) == {"hello": "2.0", "lib": "2.0"}
    assert envctl("check", "web", "--files").code == 0


def test_to_a_lock_gives_exactly_its_packages(envctl: Any, web: Path, source: Source, tmp_path: Path) -> None:
    assert envctl("lock", source("hello=1.0"), "-o", tmp_path / "conda-lock.yml").code == 0
    assert envctl("update", "web", tmp_path / "conda-lock.yml").code == 0
    assert packages(web) == {"hello": "1.0"}


def test_a_dry_run_touches_nothing(envctl: Any, web: Path, source: Source) -> None:
    before = files(web)
    result = envctl("update", "web", source("hello=2"), "--dry-run")
    assert result.code == 0, result.err
    assert "hello" in result.out
    assert files(web) == before


@pytest.mark.parametrize("spec", ["lonely", "hell"])
def test_one_that_cannot_be_made_leaves_the_old(envctl: Any, web: Path, source: Source, spec: str) -> None:
    before = files(web)
    assert envctl("update", "web", source("lib", spec)).code == 4
    assert files(web) == before


def test_one_that_fails_while_installing_leaves_the_old(
    envctl: Any, web: Path, source: Source, channel: TinyChannel
) -> None:
    before = files(web)
    (channel.directory / "noarch" / "hello-2.0-0.tar.bz2").write_bytes(b"no archive")
    assert envctl("update", "web", source("hello=2")).code == 4
    assert files(web) == before


def test_a_frozen_environment_is_refused(envctl: Any, web: Path, source: Source) -> None:
    (web / "conda-meta" / "frozen").touch()
    before = files(web)
    result = envctl("update", "web", source("hello=2"), "--json")
    assert (result.code, result.json["error"]["code"]) == (1, "frozen")
    assert files(web) == before


def test_rollback_goes_back(envctl: Any, web: Path, source: Source) -> None:
    before = files(web)
    assert envctl("update", "web", source("hello=2")).code == 0
    assert envctl("rollback", "web").code == 0
    assert files(web) == before


def test_what_the_embedded_engine_made_any_engine_updates(
    envctl: Any, root: Path, source: Source, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVCTL_ENGINE", "rattler")
    assert envctl("create", "-f", source("lib=1", "tool")).code == 0
    monkeypatch.setenv("ENVCTL_ENGINE", engine)
    assert envctl("update", "web", source("lib", "tool", "hello=1.0")).code == 0
    assert packages(root / "envs" / "web") == {"lib": "1.0", "tool": "1.0", "hello": "1.0"}


def test_what_any_engine_made_the_embedded_one_updates(
    envctl: Any, web: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVCTL_ENGINE", "rattler")
    assert envctl("update", "web", source("lib", "tool", "hello=1.0")).code == 0
    assert packages(web) == {"lib": "1.0", "tool": "1.0", "hello": "1.0"}
