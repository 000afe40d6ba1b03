"""Certificates that are not to be trusted, and proxies that do not answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from faulty_server import TLS, faulty_server, status
from tiny_channel import TinyChannel

pytestmark = pytest.mark.usefixtures("at_once")


def error_of(envctl: Callable[..., Any], url: str) -> dict[str, str]:
    Path("environment.yml").write_text(f"name: web\nchannels: ['{url}/lab']\ndependencies: [web]\n")
    result = envctl("create", "-f", "environment.yml", "--json")
    assert (result.code, result.json["error"]["code"]) == (5, "channel-unreachable")
    assert result.json["error"]["message"] == f"a channel cannot be reached: {url}/lab"
    return dict(result.json["error"])


def test_a_certificate_of_a_known_authority_is_taken(
    envctl: Callable[..., Any], channel: TinyChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
    with faulty_server(channel.directory.parent, certificate="server") as server:
        Path("environment.yml").write_text(f"channels: ['{server.url}/lab']\ndependencies: [web]\n")
        assert envctl("create", "-f", "environment.yml", "-n", "web").code == 0


def test_an_expired_certificate_is_not(
    envctl: Callable[..., Any], channel: TinyChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
    with faulty_server(channel.directory.parent, certificate="expired") as server:
        error = error_of(envctl, server.url)
    assert error["cause"].endswith("invalid peer certificate: certificate expired")
    assert error["hint"] == "its TLS certificate has expired, or this machine's clock is wrong"
    assert server.requests == []


def test_nor_is_one_of_an_unknown_authority(envctl: Callable[..., Any], channel: TinyChannel) -> None:
    with faulty_server(channel.directory.parent, certificate="server") as server:
        error = error_of(envctl, server.url)
    assert error["cause"].endswith("invalid peer certificate: its issuer is not known")
    assert "SSL_CERT_FILE" in error["hint"]
    assert server.requests == []


@pytest.fixture
def through(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sends what is asked of one scheme through a proxy."""

    def use(scheme: str, proxy: str) -> None:
        for name in ("NO_PROXY", "no_proxy", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(f"{scheme}_proxy", proxy)

    return use


def test_a_proxy_that_is_not_there_is_named_by_its_variable(
    envctl: Callable[..., Any], root: Path, through: Callable[..., None]
) -> None:
    through("http", "http://user:hunter2@127.0.0.1:9")
    error = error_of(envctl, "http://channels.example")
    assert error["hint"] == "check the network and the proxy in http_proxy"
    assert "hunter2" not in str(error)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_refuses_is_told_as_one(
    envctl: Callable[..., Any], channel: TinyChannel, scheme: str, through: Callable[..., None]
) -> None:
    with faulty_server(channel.directory.parent) as proxy:  # which knows no CONNECT
        proxy.go_wrong("*", status(407))
        through(scheme, proxy.url.replace("//", "//user:hunter2@"))
        error = error_of(envctl, f"{scheme}://channels.example")
    assert error["hint"] == f"the proxy does not let it through; see {scheme}_proxy"
    assert "hunter2" not in str(error)
