"""The places where this ecosystem keeps credentials: each logs in, and none is told by envctl.

A keyring is one more: rattler asks the desktop's secret service, which a machine without a desktop has not.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from planted_urls import SECRET
from private_server import PASSWORD, TOKEN, USER

from envctl.model.format_names import EXPORT_FORMATS, LOCK_FORMATS

BY_URL = {"BasicHTTP": {"username": USER, "password": PASSWORD}}


def everything(private: Any, channel: str) -> None:
    """Create, lock, create from each lock, and look at what there is, by that channel's name or URL."""
    envctl = private.envctl
    spec = private.specification(channel)
    envctl("create", "-f", spec, "-v")
    envctl("create", "-f", spec, "-n", "plan", "--dry-run", "--json")
    for form in LOCK_FORMATS:
        envctl("lock", spec, "--format", form, "--lossy", "-o", form)
        envctl("lock", spec, "-o", form, "--check")
        envctl("create", form, "-n", f"of-{form}", "--json")
        envctl("diff", spec, form)
    for form in EXPORT_FORMATS:
        envctl("export", "web", "--format", form, "--lossy")
    envctl("check", "web", "--against", spec, "--files")


@pytest.mark.parametrize("place", ["NETRC", "home"])
def test_netrc(private: Any, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    file = private.folder / "netrc" if place == "NETRC" else Path.home() / ".netrc"
    file.write_text(f"machine 127.0.0.1 login {USER} password {PASSWORD}\n")
    if place == "NETRC":
        monkeypatch.setenv("NETRC", str(file))
    everything(private, f"{private.server.bare}/channel")
    file.unlink()
    private.assert_nothing_is_left()


@pytest.mark.parametrize("place", ["RATTLER_AUTH_FILE", "home"])
def test_the_file_of_rattlers_tools(private: Any, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    file = private.folder / "auth.json" if place != "home" else Path.home() / ".rattler" / "credentials.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"127.0.0.1": BY_URL}))
    if place != "home":
        monkeypatch.setenv("RATTLER_AUTH_FILE", str(file))
    everything(private, f"{private.server.bare}/channel")
    file.unlink()
    private.assert_nothing_is_left()


@pytest.fixture
def condarc(private: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Configures conda, in a file that is not searched."""

    def write(**settings: object) -> None:
        file = private.folder / "condarc"
        file.write_text(json.dumps(settings))
        monkeypatch.setenv("CONDARC", str(file))

    return write


@pytest.mark.parametrize("login", ["login", "token"])
@pytest.mark.parametrize(
    "settings",
    [
        {"channel_alias": "{url}"},
        {"custom_channels": {"channel": "{url}"}},
        {"default_channels": ["{url}/channel"]},
        {"custom_multichannels": {"ours": ["{url}/channel"]}},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_condas_configuration(
    private: Any, condarc: Callable[..., None], settings: dict[str, Any], login: str
) -> None:
    url = getattr(private.server, login)
    condarc(**json.loads(json.dumps(settings).replace("{url}", url)))
    words = {"default_channels": "defaults", "custom_multichannels": "ours"}
    everything(private, words.get(next(iter(settings)), "channel"))
    private.assert_nothing_is_left()


def test_a_mirrors_url(private: Any, condarc: Callable[..., None]) -> None:
    upstream = "http://127.0.0.1:9/channel"
    condarc(mirrored_channels={"channel": [upstream, f"{private.server.login}/channel"]})
    private.envctl("create", "-f", private.specification("channel"), "-v")
    private.assert_nothing_is_left()


def test_a_proxys_url_is_told_where_it_fails_without_its_login(
    private: Any, condarc: Callable[..., None]
) -> None:
    condarc(proxy_servers={"http": f"http://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:9"})
    spec = private.specification("http://channel.invalid/x")
    private.envctl("create", "-f", spec, "-v", code=5)
    private.assert_nothing_is_left()


@pytest.mark.parametrize("text", ["{", "[]", '{"127.0.0.1": {"Other": {"token": "TOKEN"}}}'])
def test_a_file_of_credentials_that_cannot_be_read_tells_none_of_them(
    private: Any, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    file = private.folder / "auth.json"
    file.write_text(text.replace("TOKEN", TOKEN))
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(file))
    said = private.envctl("create", "-f", private.specification(f"{private.server.bare}/channel"), code=3)
    assert "the stored credentials cannot be read" in said
    assert SECRET not in said
