"""A package index that misbehaves: one clear error, no environment, and the one that is there stays whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from faulty_server import Fault, FaultyServer, cut, faulty_server, instead, redirect, status
from tiny_channel import TinyChannel
from tiny_wheel import make_wheel

PAGE, WHEEL = "/simple/greet/", "/files/greet-1.0-py3-none-any.whl"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyServer]:
    """An index that has one package; uv asks once, and keeps nothing."""
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    wheel = make_wheel(tmp_path / "index" / "files", "greet", "1.0", files={"greet.py": "HELLO = 1\n"})
    page = tmp_path / "index" / "simple" / "greet" / "index.html"
    page.parent.mkdir(parents=True)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    page.write_text(f'<a href="../../files/{wheel.name}#sha256={digest}">{wheel.name}</a>')
    with faulty_server(tmp_path / "index") as server:
        yield server


@pytest.fixture
def spec(tmp_path: Path, index: FaultyServer) -> Callable[[str], Path]:
    """Makes an environment file with a pip section, for the Python of a channel."""

    def make(channel: str) -> Path:
        file = tmp_path / "environment.yml"
        file.write_text(
            f"name: web\nchannels: ['{channel}']\n"
            f"dependencies: [python, pip, pip: ['--index-url {index.url}/simple/', greet]]\n"
        )
        return file

    return make


@pytest.mark.parametrize(
    ("path", "fault", "words"),
    [
        (PAGE, status(500), "500 Internal Server Error"),
        (PAGE, redirect(PAGE), PAGE),
        (PAGE, instead(b"{}", Content_Type="application/json"), "Expected JSON or HTML"),
        (WHEEL, status(404), "404 Not Found"),
    ],
)
def test_nothing_is_locked(
    envctl: Callable[..., Any],
    index: FaultyServer,
    spec: Any,
    tmp_path: Path,
    *,
    path: str,
    fault: Fault,
    words: str,
) -> None:
    channel = TinyChannel(tmp_path / "pythons")
    channel.add("python", "3.11.9")
    channel.add("pip", "25.1", depends=["python"])
    lock = tmp_path / "conda-lock.yml"
    index.go_wrong(path, fault)
    arguments = ("lock", spec(channel.index().url), "-o", lock, "--platform", "linux-64", "--json")
    result = envctl(*arguments)
    assert (result.code, result.json["error"]["code"]) == (4, "pip-failed")
    assert words in result.json["error"]["cause"]
    assert not lock.exists()
    index.mend()
    assert envctl(*arguments).code == 0


@pytest.mark.channel
def test_an_environment_is_replaced_with_its_pip_section_or_stays_whole(
    envctl: Callable[..., Any],
    index: FaultyServer,
    spec: Any,
    local_channel: Any,
    *,
    tmp_path: Path,
    root: Path,
) -> None:
    before = tmp_path / "before.yml"
    before.write_text(f"name: web\nchannels: ['{local_channel.url}']\ndependencies: [psutil]\n")
    assert envctl("create", "-f", before).code == 0
    other = make_wheel(tmp_path / "other", "greet", "1.0", files={"greet.py": "HELLO = 2\n"})
    network = "nothing was changed; check the index and the network and try again"
    for path, fault, code, hint in (
        (PAGE, status(500), "pip-failed", network),
        (WHEEL, cut, "pip-failed", network),
        (WHEEL, instead(other.read_bytes()), "pip-hash-mismatch", "nothing was changed; try again"),
    ):
        index.go_wrong(path, fault)
        result = envctl("create", "-f", spec(local_channel.url), "--replace", "--json")
        assert (result.code, result.json["error"]["code"]) == (4, code)
        assert result.json["error"]["hint"].startswith(hint)
        assert "root/generations" not in result.json["error"]["cause"]
        assert envctl("check", "web", "--files", "--against", before).code == 0
        index.mend()
    assert envctl("create", "-f", spec(local_channel.url), "--replace").code == 0
    (module,) = (root / "envs" / "web").resolve().glob("lib/python3*/site-packages/greet.py")
    assert module.read_text() == "HELLO = 1\n"
