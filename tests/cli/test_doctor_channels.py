"""envctl doctor: whether channels answer, asked of real servers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from faulty_server import FaultyServer, faulty_server, instead, status
from tiny_channel import TinyChannel

from envctl.ops.diagnosis.network import channels_check


@pytest.fixture
def channels(envctl: Any, tmp_path: Path) -> Any:
    """The check of channels where these are configured, and the exit code."""

    def look(*urls: str) -> tuple[int, dict[str, Any]]:
        (tmp_path / "home").mkdir(exist_ok=True)
        lines = ["channels:", *(f"  - {url}" for url in urls)]
        (tmp_path / "home" / ".condarc").write_text("\n".join(lines))
        result = envctl("doctor", "--json")
        (check,) = [each for each in result.json["checks"] if each["id"] == "channels"]
        return result.code, check

    return look


def test_channels_that_answer_pass(channels: Any, channel: TinyChannel) -> None:
    with faulty_server(channel.directory) as server:
        code, check = channels(server.url, channel.url)
    assert (code, check["status"]) == (0, "pass")
    assert check["summary"] == f"{server.url}, {channel.url} answer"


def test_one_that_refuses_fails_with_the_code_for_what_is_absent(channels: Any, channel: TinyChannel) -> None:
    with faulty_server(channel.directory) as server:
        server.go_wrong("*", status(403))
        code, check = channels(channel.url, server.url)
    assert (code, check["status"]) == (5, "fail")
    assert check["summary"] == "1 of 2 channels cannot be reached"
    assert list(check["measured"]["unreachable"]) == [server.url]
    assert "403 Forbidden" in check["cause"]


def test_what_is_no_channel_fails_and_is_asked_anew_the_next_time(
    channels: Any, channel: TinyChannel
) -> None:
    def answer(server: FaultyServer) -> str:
        return str(channels(server.url)[1]["status"])

    with faulty_server(channel.directory) as server:
        server.go_wrong("*/repodata.json", instead(b"<html>log in</html>", Cache_Control="max-age=3600"))
        assert answer(server) == "fail"
        server.mend()
        assert answer(server) == "pass"


def test_credentials_are_used_and_not_shown(channels: Any, tmp_path: Path, envctl: Any) -> None:
    with faulty_server(tmp_path) as server:
        _, check = channels(server.url.replace("//", "//me:secret@"))
    assert check["status"] == "fail"
    assert "secret" not in str(check)


def test_the_channel_of_an_environment_counts_with_it(
    envctl: Any, spec_file: Path, channel: TinyChannel
) -> None:
    assert envctl("create", "-f", spec_file).code == 0
    (channel.directory / "noarch" / "repodata.json").unlink()
    (channel.directory.parent / "home" / ".condarc").write_text("channels: [file:///nowhere]\n")
    result = envctl("doctor", "web", "--json")
    (check,) = [each for each in result.json["checks"] if each["id"] == "channels"]
    assert list(check["measured"]["unreachable"]) == ["file:///nowhere", channel.url]


@pytest.mark.parametrize(("refusal", "verdict"), [(401, "warn"), (403, "warn"), (500, "fail")])
def test_one_that_an_environment_was_made_from_with_credentials_only_warns_without_them(
    envctl: Any, channel: TinyChannel, tmp_path: Path, refusal: int, verdict: str
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".condarc").write_text(f"channels: ['{channel.url}']\n")
    with faulty_server(channel.directory) as server:
        private = server.url.replace("//", "//me:secret@")
        file = tmp_path / "private.yml"
        file.write_text(f"name: web\nchannels: ['{private}']\ndependencies: [hello]\n")
        assert envctl("create", "-f", file).code == 0
        server.go_wrong("*", status(refusal))
        result = envctl("doctor", "web", "--json")
    (check,) = [each for each in result.json["checks"] if each["id"] == "channels"]
    assert list(check["measured"]["unreachable"]) == [server.url]
    assert check["status"] == verdict
    if verdict == "warn":
        assert check["hint"] == (
            "credentials are written down nowhere with an environment: they may be in the file that"
            " RATTLER_AUTH_FILE names, in ~/.netrc, or in the URL of a configured channel"
        )


def test_a_default_that_nobody_chose_only_warns() -> None:
    check = channels_check(["conda-forge"], {"conda-forge": "no answer within 10 s"}, chosen=(), recorded=())
    assert (check.status, check.cause) == ("warn", "conda-forge: no answer within 10 s")
