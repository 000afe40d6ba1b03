"""Proxies and certificates that a user has configured."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from faulty_server import TLS, FaultyServer, faulty_server
from recording_server import RecordingServer, recording_server
from tiny_channel import TinyChannel

from envctl.engines import rattler_client
from envctl.engines.interface import SolveRequest
from envctl.engines.rattler import RattlerEngine
from envctl.errors import AbsentError, InputError
from envctl.model.configuration import Configuration
from envctl.prefixes.root import Root
from envctl.progress import SILENT, SilentReporter

BEHIND = "http://behind.invalid/lab"
"""A channel that only a proxy reaches."""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    channel = TinyChannel(tmp_path / "served" / "lab")
    channel.add("web")
    return channel.index().directory.parent


@pytest.fixture
def proxy(served: Path) -> Iterator[RecordingServer]:
    with recording_server(served) as server:
        yield server


@pytest.fixture
def secure(served: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyServer]:
    """A server whose certificate an authority of the user's own has signed, asked once."""
    monkeypatch.setattr(rattler_client, "_RETRIES", 0)
    with faulty_server(served, certificate="server") as server:
        yield server


def solve(tmp_path: Path, url: str, reporter: SilentReporter = SILENT, **settings: object) -> list[str]:
    root = Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache")
    engine = RattlerEngine(root, Configuration(**settings))  # type: ignore[arg-type]
    (solution,) = engine.solve((SolveRequest(specs=("web",), channels=(url,)),), reporter)
    return [package.url for package in solution.packages]


def test_a_configured_proxy_is_asked_and_logged_in_to(tmp_path: Path, proxy: RecordingServer) -> None:
    proxies = {"http": f"http://me:pw@{proxy.host}"}
    assert solve(tmp_path, BEHIND, proxies=proxies) == [f"{BEHIND}/noarch/web-1.0-0.tar.bz2"]
    assert proxy.asked[0].startswith(BEHIND)
    assert proxy.logins == {"me:pw"}


def test_a_proxy_may_be_for_every_scheme(tmp_path: Path, proxy: RecordingServer) -> None:
    assert solve(tmp_path, BEHIND, proxies={"all": proxy.url})


def test_the_environments_proxy_is_stronger(
    tmp_path: Path, proxy: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    assert solve(tmp_path, BEHIND, proxies={"http": "http://127.0.0.1:9"})


def test_no_proxy_leaves_a_configured_one_out(
    tmp_path: Path, proxy: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert solve(tmp_path, f"{proxy.url}/lab", proxies={"http": "http://127.0.0.1:9"})


def test_a_proxy_for_one_host_is_left_out_with_a_warning(tmp_path: Path, proxy: RecordingServer) -> None:
    warnings: list[str] = []

    class Heard(SilentReporter):
        def warn(self, text: str) -> None:
            warnings.append(text)

    assert solve(tmp_path, f"{proxy.url}/lab", Heard(), proxies={"http://127.0.0.1": "http://127.0.0.1:9"})
    assert warnings == ["the proxy for http://127.0.0.1 alone is not used; --engine conda can"]


def test_an_authority_of_ones_own_is_trusted_where_it_is_configured(
    tmp_path: Path, secure: FaultyServer
) -> None:
    channel = f"{secure.url}/lab"
    with pytest.raises(AbsentError) as caught:
        solve(tmp_path, channel)
    assert "SSL_CERT_FILE" in (caught.value.hint or "")
    assert solve(tmp_path, channel, ssl_verify=str(TLS / "ca.pem"))
    assert "SSL_CERT_FILE" not in os.environ


def test_a_folder_of_authorities_is_trusted_too(tmp_path: Path, secure: FaultyServer) -> None:
    authorities = tmp_path / "authorities"
    authorities.mkdir()
    (authorities / "ca.pem").write_bytes((TLS / "ca.pem").read_bytes())
    assert solve(tmp_path, f"{secure.url}/lab", ssl_verify=str(authorities))


def test_the_environments_authorities_are_stronger(
    tmp_path: Path, secure: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
    assert solve(tmp_path, f"{secure.url}/lab", ssl_verify=str(TLS / "server.pem"))


def test_truststore_means_the_systems_authorities(tmp_path: Path, secure: FaultyServer) -> None:
    with pytest.raises(AbsentError):
        solve(tmp_path, f"{secure.url}/lab", ssl_verify="truststore")


@pytest.mark.parametrize("certificate", ["server", "expired"])
def test_certificates_are_not_verified_where_that_is_configured(
    tmp_path: Path, served: Path, certificate: str
) -> None:
    with faulty_server(served, certificate=certificate) as server:
        assert solve(tmp_path, f"{server.url}/lab", ssl_verify=False)


def test_authorities_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        solve(tmp_path, "https://127.0.0.1:9/lab", ssl_verify="/no/such/ca.pem")
    assert (caught.value.code, caught.value.file) == ("bad-authorities", "/no/such/ca.pem")
