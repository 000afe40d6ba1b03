"""A channel whose index cannot be had: one clear error, and none of what came in its place is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from faulty_server import Fault, FaultyServer, hang_up, instead, redirect, status
from tiny_channel import TinyChannel

pytestmark = pytest.mark.usefixtures("at_once")

INDEX = "/lab/noarch/repodata.json"
YEARS_HENCE = {"Last_Modified": "Wed, 21 Oct 2099 07:28:00 GMT"}


@pytest.mark.parametrize(
    ("fault", "cause", "hint"),
    [
        (status(500), "HTTP 500", "its server has trouble; try again later"),
        (status(503, Retry_After="1"), "HTTP 503", "its server has trouble; try again later"),
        (status(429), "HTTP 429", "its server is asked too often; try again in some minutes"),
        (status(404), "HTTP 404", "no channel is there; check its name"),
        (status(401), "HTTP 401", "it wants credentials"),
        (status(403), "HTTP 403", "it wants credentials"),
        (hang_up, "Connection reset by peer", "check the network and its URL"),
        (redirect(INDEX), "too many redirects", "it redirects in a circle; check its URL"),
        (redirect("http://127.0.0.1:9/"), "Connection refused", "check the network and its URL"),
    ],
)
def test_a_server_that_has_no_index_to_give_is_told_by_its_channel(
    fails: Callable[..., Any], server: FaultyServer, fault: Fault, cause: str, hint: str
) -> None:
    server.go_wrong(INDEX, fault)
    error = fails("channel-unreachable", 5)
    assert error["message"] == f"a channel cannot be reached: {server.url}/lab"
    assert cause in error["cause"]
    assert f"{server.url}{INDEX}" in error["cause"]
    assert error["hint"].startswith(hint)


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (b"<html>welcome</html>", {}),
        (b"<html>welcome</html>", {"Cache_Control": "max-age=86400"}),
        (b"<html>welcome</html>", YEARS_HENCE),
        (b"", YEARS_HENCE),
        (b"[1, 2]", YEARS_HENCE),
        (b'{"packages": {"web-1.0-0.tar.bz2": {"name": 5}}}', YEARS_HENCE),
        (b'{"packages": ' + b'{"a":' * 100_000, YEARS_HENCE),
        (b"[" * 100_000, YEARS_HENCE),
        (lambda index: index[: len(index) // 2], YEARS_HENCE),
    ],
    ids=[
        "a page",
        "a page for a day",
        "a page for years",
        "nothing",
        "a list",
        "no record",
        "nested objects",
        "nested lists",
        "a half",
    ],
)
def test_what_is_no_index_is_not_kept_however_long_its_server_says_to(
    fails: Callable[..., Any],
    server: FaultyServer,
    answer: bytes | Callable[[bytes], bytes],
    kept: dict[str, str],
) -> None:
    server.go_wrong(INDEX, instead(answer, **kept))
    error = fails("channel-unreachable", 5)
    assert error["message"] == f"a channel cannot be reached: {server.url}/lab"
    assert error["hint"] == "what answered there is no conda channel; check its URL, or try again later"


def test_of_several_channels_the_one_that_is_none_is_named_and_the_others_stay_in_the_cache(
    envctl: Callable[..., Any], server: FaultyServer, tmp_path: Path, spec: Path
) -> None:
    assert envctl("create", "-f", spec).code == 0
    TinyChannel(tmp_path / "served" / "other").index()
    server.go_wrong("/other/noarch/repodata.json", instead(b"<html>welcome</html>", **YEARS_HENCE))
    result = envctl("create", "-f", spec, "-c", f"{server.url}/other", "-n", "new", "--json")
    assert result.json["error"]["message"] == f"a channel cannot be reached: {server.url}/other"
    assert envctl("create", "-f", spec, "--offline", "--dry-run").code == 0


def test_a_page_in_place_of_everything_is_no_channel(fails: Callable[..., Any], server: FaultyServer) -> None:
    server.go_wrong("*", instead(b"<html>please log in</html>", Content_Type="text/html"))
    assert fails("channel-unreachable", 5)["hint"].startswith("what answered there is no conda channel")


def test_an_archive_outside_its_channel_is_never_asked_for(
    envctl: Callable[..., Any], server: FaultyServer, spec: Path, root: Path
) -> None:
    out = b'"../../../evil-1.0-0.tar.bz2":'
    server.go_wrong(INDEX, instead(lambda index: index.replace(b'"web-1.0-0.tar.bz2":', out)))
    assert envctl("create", "-f", spec).code == 4
    assert not any("evil" in request for request in server.requests)
    assert not (root / "envs").exists()


@pytest.mark.parametrize("verb", [("lock",), ("create", "--dry-run"), ("create", "--replace")], ids=" ".join)
def test_every_verb_that_solves_tells_it_and_leaves_what_is_there(
    envctl: Callable[..., Any], server: FaultyServer, spec: Path, root: Path, verb: tuple[str, ...]
) -> None:
    assert envctl("create", "-f", spec).code == 0
    lock = spec.with_name("conda-lock.yml")
    lock.write_text("as it was\n")
    server.go_wrong(INDEX, instead(b"<html>welcome</html>"))
    output = ("-o", lock) if verb == ("lock",) else ()
    source = (spec,) if verb == ("lock",) else ("-f", spec)
    result = envctl(*verb, *source, *output)
    assert (result.code, result.out) == (5, "")
    assert f"error: a channel cannot be reached: {server.url}/lab\n" in result.err
    assert lock.read_text() == "as it was\n"
    assert envctl("check", "web", "--files").code == 0
