"""A package that cannot be had as its channel has it: one clear error, and no trace of what came instead."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from faulty_server import Fault, FaultyServer, hang_up, instead, redirect, silence, status
from tiny_channel import TinyChannel

from envctl.engines import rattler_sizes

pytestmark = pytest.mark.usefixtures("at_once")

ARCHIVE = "/lab/noarch/web-1.0-0.tar.bz2"


def index_anew(channel: TinyChannel) -> None:
    """Index it a minute later: what servers say of a file's age has no parts of a second."""
    file = channel.directory / "noarch" / "repodata.json"
    file.unlink()
    channel.index()
    later = file.stat().st_mtime + 60
    os.utime(file, (later, later))


@pytest.mark.parametrize(
    ("fault", "cause", "hint"),
    [
        (status(500), "HTTP 500", "its server has trouble; try again later"),
        (status(503, Retry_After="1"), "HTTP 503", "its server has trouble; try again later"),
        (status(429), "HTTP 429", "its server is asked too often"),
        (status(404), "HTTP 404", "try again later, or with another version"),
        (status(401), "HTTP 401", "it wants credentials"),
        (status(403), "HTTP 403", "it wants credentials"),
        (hang_up, "Connection reset by peer", "check the network"),
        (redirect(ARCHIVE), "too many redirects", "it redirects in a circle"),
        (redirect("http://127.0.0.1:9/"), "Connection refused", "check the network"),
    ],
)
def test_a_package_that_does_not_come_is_told_by_its_name(
    fails: Callable[..., Any], server: FaultyServer, fault: Fault, cause: str, hint: str
) -> None:
    server.go_wrong(ARCHIVE, fault)
    error = fails("download-failed", 4)
    assert error["message"].endswith(": web-1.0-0.tar.bz2")
    assert cause in error["cause"]
    assert error["hint"].startswith(hint)


def test_another_package_in_its_place_is_told_by_both_hashes(
    fails: Callable[..., Any], server: FaultyServer, channel: TinyChannel
) -> None:
    right, wrong = (
        (channel.directory / "noarch" / "web-1.0-0.tar.bz2").read_bytes(),
        channel.add("other").read_bytes(),
    )
    server.go_wrong(ARCHIVE, instead(wrong))
    error = fails("hash-mismatch", 4)
    assert error["message"] == "a package is not what its channel or the lock says: web-1.0-0.tar.bz2"
    assert error["cause"].splitlines() == [
        f"{server.url}{ARCHIVE}",
        f"has the hash  {hashlib.sha256(wrong).hexdigest()}",
        f"instead of    {hashlib.sha256(right).hexdigest()}",
    ]


def test_a_package_with_something_behind_its_end_is_not_taken(
    fails: Callable[..., Any], server: FaultyServer
) -> None:
    server.go_wrong(ARCHIVE, instead(lambda archive: archive + b"more"))
    fails("hash-mismatch", 4)


def test_an_index_that_has_another_hash_stops_it(fails: Callable[..., Any], server: FaultyServer) -> None:
    def with_zeros(index: bytes) -> bytes:
        document = json.loads(index)
        document["packages"]["web-1.0-0.tar.bz2"]["sha256"] = "0" * 64
        return json.dumps(document).encode()

    server.go_wrong("/lab/noarch/repodata.json", instead(with_zeros))
    fails("hash-mismatch", 4)


def test_the_old_files_of_a_rebuilt_package_do_not_stand_in_for_a_download_that_failed(
    envctl: Callable[..., Any], server: FaultyServer, spec: Path, channel: TinyChannel, root: Path
) -> None:
    assert envctl("create", "-f", spec, "-n", "before").code == 0
    channel.add("web", depends=["lib >=1"], files={"share/web.txt": b"rebuilt\n"})
    index_anew(channel)
    server.go_wrong(ARCHIVE, status(404))
    assert envctl("create", "-f", spec).code == 4
    server.mend()
    assert envctl("create", "-f", spec).code == 0
    assert (root / "envs" / "web" / "share" / "web.txt").read_text() == "rebuilt\n"
    assert (root / "envs" / "before" / "share" / "web.txt").read_text() == "web 1.0\n"


@pytest.mark.parametrize("verb", [("create", "--replace"), ("update", "web")], ids=" ".join)
def test_an_environment_that_is_there_stays_whole(
    envctl: Callable[..., Any],
    server: FaultyServer,
    spec: Path,
    *,
    channel: TinyChannel,
    root: Path,
    verb: tuple[str, ...],
) -> None:
    assert envctl("create", "-f", spec).code == 0
    channel.add("web", "2.0")
    index_anew(channel)
    spec.write_text(spec.read_text().replace("[web]", "['web =2.0']"))
    server.go_wrong("/lab/noarch/web-2.0-0.tar.bz2", status(404))
    source = ("-f", spec) if verb[0] == "create" else (spec,)
    assert envctl(*verb, *source).code == 4
    assert (root / "envs" / "web" / "share" / "web.txt").read_text() == "web 1.0\n"
    assert envctl("check", "web", "--files").code == 0
    server.mend()
    assert envctl(*verb, *source).code == 0
    assert (root / "envs" / "web" / "share" / "web.txt").read_text() == "web 2.0\n"


def test_a_dry_run_gives_up_on_the_sizes_of_a_silent_server(
    envctl: Callable[..., Any], server: FaultyServer, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rattler_sizes, "_PATIENCE_S", 0.5)
    server.go_wrong("*.conda", silence)
    server.go_wrong(
        "/lab/noarch/repodata.json",
        instead(lambda index: index.replace(b"web-1.0-0.tar.bz2", b"web-1.0-0.conda")),
    )
    document = envctl("create", "-f", spec, "--dry-run", "--json").json
    assert document["ok"]
    assert server.asked("*.conda") == 1
