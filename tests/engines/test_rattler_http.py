"""The embedded engine against a loopback server that misbehaves."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tiny_channel import TinyChannel

from envctl.engines import rattler as engine_module
from envctl.engines.interface import InstallRequest, SolveRequest
from envctl.engines.rattler import RattlerEngine
from envctl.errors import AbsentError, EnvctlError, FailedError
from envctl.prefixes.root import Root
from envctl.progress import SILENT


class Handler(SimpleHTTPRequestHandler):
    """Serves a channel, but for the paths below."""

    closing = threading.Event()

    def do_GET(self) -> None:
        if self.path.startswith("/hang/"):
            self.closing.wait(30)
        elif self.path.startswith("/stall/") and self.path.endswith(".tar.bz2"):
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.wfile.write(b"x" * 1000)
            self.wfile.flush()
            self.closing.wait(30)
        elif self.path.startswith("/private/"):
            self.send_error(401)
        elif self.path.startswith("/page/"):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>welcome</html>")
        else:
            self.path = self.path.replace("/stall/", "/")
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A channel over HTTP; its URL ends in a slash."""
    channel = TinyChannel(tmp_path / "channel")
    channel.add("web")
    channel.index()
    Handler.closing.clear()
    http = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(channel.directory)))
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}/"
    Handler.closing.set()
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def engine(tmp_path: Path) -> RattlerEngine:
    return RattlerEngine(Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache"))


def failure(engine: RattlerEngine, url: str) -> EnvctlError:
    with pytest.raises(AbsentError) as caught:
        engine.solve((SolveRequest(specs=("web",), channels=(url,)),), SILENT)
    assert caught.value.code == "channel-unreachable"
    return caught.value


def test_a_channel_over_http_is_solved_and_installed(
    engine: RattlerEngine, server: str, tmp_path: Path
) -> None:
    (solution,) = engine.solve((SolveRequest(specs=("web",), channels=(server,)),), SILENT)
    prefix = tmp_path / "env"
    engine.install(InstallRequest(solution=solution, prefix=prefix, final=prefix), SILENT)
    assert (prefix / "share" / "web.txt").read_text() == "web 1.0\n"


def test_offline_says_what_the_caches_lack(engine: RattlerEngine, server: str) -> None:
    with pytest.raises(AbsentError) as caught:
        engine.solve((SolveRequest(specs=("web",), channels=(server,), offline=True),), SILENT)
    assert caught.value.hint == "the caches do not hold its index; run once without --offline"


def test_a_channel_that_is_not_there_is_told_by_its_url(engine: RattlerEngine, server: str) -> None:
    assert f"{server}none/" in (failure(engine, f"{server}none").cause or "")


def test_a_channel_that_wants_credentials_says_so(engine: RattlerEngine, server: str) -> None:
    assert "RATTLER_AUTH_FILE" in (failure(engine, f"{server}private").hint or "")


def test_a_page_is_no_channel(engine: RattlerEngine, server: str) -> None:
    assert "no conda channel" in (failure(engine, f"{server}page").hint or "")


def test_a_channel_that_never_answers_is_given_up(
    engine: RattlerEngine, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "_INDEX_TIMEOUT_S", 1)
    assert "timed out" in (failure(engine, f"{server}hang").cause or "")


def test_a_download_that_stalls_is_given_up(
    engine: RattlerEngine, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "_STALL_S", 2.0)
    (solution,) = engine.solve((SolveRequest(specs=("web",), channels=(f"{server}stall",)),), SILENT)
    prefix = tmp_path / "env"
    with pytest.raises(FailedError) as caught:
        engine.install(InstallRequest(solution=solution, prefix=prefix, final=prefix), SILENT)
    assert caught.value.code == "download-failed"
    assert "web" in (caught.value.cause or "")


def test_offline_leaves_the_cache_as_it_is_where_it_cannot_prove_a_hash(
    engine: RattlerEngine, server: str, tmp_path: Path
) -> None:
    (solution,) = engine.solve((SolveRequest(specs=("web",), channels=(server,)),), SILENT)
    first, second = tmp_path / "first", tmp_path / "second"
    engine.install(InstallRequest(solution=solution, prefix=first, final=first), SILENT)
    by_md5 = dataclasses.replace(
        solution, packages=tuple(dataclasses.replace(package, sha256=None) for package in solution.packages)
    )
    fresh = RattlerEngine(Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache"))
    with pytest.raises(AbsentError) as caught:
        fresh.install(InstallRequest(solution=by_md5, prefix=second, final=second, offline=True), SILENT)
    assert (caught.value.code, caught.value.cause) == ("offline", "web-1.0-0.tar.bz2")
    fresh.install(InstallRequest(solution=solution, prefix=second, final=second, offline=True), SILENT)


@pytest.mark.parametrize("md5", ["right", "wrong"])
def test_a_download_is_checked_by_its_md5_where_that_is_all_that_is_known(
    engine: RattlerEngine, server: str, tmp_path: Path, md5: str
) -> None:
    (solution,) = engine.solve((SolveRequest(specs=("web",), channels=(server,)),), SILENT)
    (web,) = solution.packages
    changed = dataclasses.replace(web, sha256=None, md5=web.md5 if md5 == "right" else "d" * 32)
    fresh = RattlerEngine(Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache"))
    prefix = tmp_path / "env"

    def install(offline: bool) -> None:
        asked = dataclasses.replace(solution, packages=(changed,))
        fresh.install(InstallRequest(solution=asked, prefix=prefix, final=prefix, offline=offline), SILENT)

    if md5 == "right":
        install(offline=False)
        install(offline=True)
    else:
        with pytest.raises(FailedError) as caught:
            install(offline=False)
        assert caught.value.code == "hash-mismatch"
