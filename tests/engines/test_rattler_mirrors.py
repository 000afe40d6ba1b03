"""Mirrors that a user has configured: who is asked, in what order, as whom, and what is recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
from recording_server import RecordingServer, recording_server
from tiny_channel import TinyChannel

from envctl.engines import rattler_client
from envctl.engines.interface import InstallRequest, SolveRequest
from envctl.engines.rattler import RattlerEngine
from envctl.engines.rattler_mirrors import mirrors
from envctl.errors import AbsentError, FailedError, InputError
from envctl.model.configuration import Configuration
from envctl.model.packages import Solution
from envctl.prefixes.root import Root
from envctl.progress import SILENT

UPSTREAM = "http://upstream.invalid/lab"
"""A channel that nobody reaches but through its mirrors."""


@pytest.fixture
def served(tmp_path: Path) -> Path:
    channel = TinyChannel(tmp_path / "served" / "lab")
    channel.add("web")
    return channel.index().directory.parent


@pytest.fixture
def servers(served: Path) -> Iterator[ExitStack]:
    with ExitStack() as running:
        yield running


@pytest.fixture
def mirror(servers: ExitStack, served: Path) -> RecordingServer:
    return servers.enter_context(recording_server(served))


@pytest.fixture
def broken(servers: ExitStack, served: Path) -> RecordingServer:
    """A mirror whose server has trouble."""
    return servers.enter_context(recording_server(served, status=500))


def create(tmp_path: Path, configuration: Configuration, channel: str = UPSTREAM) -> Solution:
    """Install `web` below `tmp_path`, in `env`."""
    engine = RattlerEngine(Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache"), configuration)
    (solution,) = engine.solve((SolveRequest(specs=("web",), channels=(channel,)),), SILENT)
    prefix = tmp_path / "env"
    engine.install(InstallRequest(solution=solution, prefix=prefix, final=prefix), SILENT)
    assert (prefix / "share" / "web.txt").read_text() == "web 1.0\n"
    return solution


def mirrored(*servers: RecordingServer) -> Configuration:
    return Configuration(mirrors={UPSTREAM: tuple(f"{server.url}/lab" for server in servers)})


def test_a_mirror_is_asked_in_the_channels_place_which_is_what_is_recorded(
    tmp_path: Path, mirror: RecordingServer
) -> None:
    solution = create(tmp_path, mirrored(mirror))
    assert "/lab/noarch/web-1.0-0.tar.bz2" in mirror.asked
    assert solution.channels == (UPSTREAM,)
    assert solution.packages[0].url == f"{UPSTREAM}/noarch/web-1.0-0.tar.bz2"
    record = json.loads((tmp_path / "env" / "conda-meta" / "web-1.0-0.json").read_text())
    assert (record["url"], record["channel"]) == (solution.packages[0].url, f"{UPSTREAM}/")


def test_the_next_one_is_asked_where_a_server_has_trouble(
    tmp_path: Path, mirror: RecordingServer, broken: RecordingServer
) -> None:
    create(tmp_path, mirrored(broken, mirror))
    assert broken.asked
    assert mirror.asked[-1] == "/lab/noarch/web-1.0-0.tar.bz2"


def test_the_next_one_is_asked_where_nobody_answers(tmp_path: Path, mirror: RecordingServer) -> None:
    gone = "http://127.0.0.1:9/lab"
    create(tmp_path, Configuration(mirrors={UPSTREAM: (gone, f"{mirror.url}/lab")}))


@pytest.mark.parametrize("status", [403, 404])
def test_an_answer_that_refuses_stands(
    tmp_path: Path, mirror: RecordingServer, broken: RecordingServer, status: int
) -> None:
    broken.status = status
    with pytest.raises(AbsentError) as caught:
        create(tmp_path, mirrored(broken, mirror))
    assert str(status) in (caught.value.cause or "")
    assert mirror.asked == []


def test_what_a_mirror_has_must_be_what_its_index_says(
    tmp_path: Path, served: Path, mirror: RecordingServer
) -> None:
    TinyChannel(tmp_path / "other").add("web", files={"share/web.txt": b"tampered"}).rename(
        served / "lab" / "noarch" / "web-1.0-0.tar.bz2"
    )
    with pytest.raises(FailedError) as caught:
        create(tmp_path, mirrored(mirror))
    assert caught.value.code == "hash-mismatch"


def test_a_names_mirrors_are_heard_as_mamba_has_them(
    tmp_path: Path, mirror: RecordingServer, broken: RecordingServer
) -> None:
    urls = (f"{broken.url}/lab", f"{mirror.url}/lab")
    solution = create(tmp_path, Configuration(mirrored_channels={"lab": urls}), channel="lab")
    assert solution.channels == ("lab",)
    assert solution.packages[0].url == f"{broken.url}/lab/noarch/web-1.0-0.tar.bz2"


def test_the_channels_credentials_are_not_told_to_its_mirror(
    tmp_path: Path, mirror: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(tmp_path, monkeypatch, "upstream.invalid")
    create(tmp_path, mirrored(mirror), channel=UPSTREAM.replace("//", "//me:secret@"))
    assert mirror.logins == {None}


def test_the_mirrors_stored_credentials_log_in_there(
    tmp_path: Path, mirror: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(tmp_path, monkeypatch, "127.0.0.1")
    create(tmp_path, mirrored(mirror))
    assert mirror.logins == {"stored:pw"}


def test_credentials_in_a_mirrors_url_log_in_there(tmp_path: Path, mirror: RecordingServer) -> None:
    login = f"me:{quote('p@ss/', safe='')}"
    create(tmp_path, Configuration(mirrors={UPSTREAM: (f"http://{login}@{mirror.host}/lab",)}))
    assert mirror.logins == {"me:p@ss/"}


def test_credentials_in_a_mirrors_url_log_in_below_it_alone(tmp_path: Path, mirror: RecordingServer) -> None:
    configuration = Configuration(mirrors={UPSTREAM: (f"http://me:pw@{mirror.host}/elsewhere",)})
    create(tmp_path, configuration, channel=f"{mirror.url}/lab")
    assert mirror.logins == {None}


def test_without_certificates_mirrors_are_asked_too(tmp_path: Path, mirror: RecordingServer) -> None:
    configuration = Configuration(mirrors={UPSTREAM: (f"{mirror.url}/lab",)}, ssl_verify=False)
    assert create(tmp_path, configuration).packages[0].url.startswith(UPSTREAM)


def test_the_beginnings_of_urls_end_in_a_slash_so_that_no_other_name_begins_with_them() -> None:
    configuration = Configuration(
        mirrors={"https://host/conda": ("https://a/", "file:///srv")},
        mirrored_channels={"one": ("https://b/one",), "two": ("https://b/two", "https://c/two")},
    )
    assert mirrors(configuration) == {
        "https://host/conda/": ["https://a/"],
        "https://b/two/": ["https://b/two/", "https://c/two/"],
    }


@pytest.mark.parametrize("ssl_verify", [True, False])
def test_a_mirror_that_is_no_url_is_told(tmp_path: Path, ssl_verify: bool) -> None:
    configuration = Configuration(
        files=(tmp_path / ".condarc",), mirrors={"nonsense": ("x",)}, ssl_verify=ssl_verify
    )
    with pytest.raises(InputError, match="mirror") as caught:
        rattler_client.client(configuration)
    assert (caught.value.code, caught.value.file) == ("bad-mirror", str(tmp_path / ".condarc"))


def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """Keep credentials for a host where rattler's tools do."""
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps({host: {"BasicHTTP": {"username": "stored", "password": "pw"}}}))
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(file))
