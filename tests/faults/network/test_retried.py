"""What goes wrong once is tried again, and what goes on is given up after some tries."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from faulty_server import (
    Fault,
    FaultyServer,
    cut,
    faulty_server,
    hang_up,
    instead,
    reset,
    silence,
    stall,
    status,
)
from tiny_channel import TinyChannel

INDEX, ARCHIVE = "/lab/noarch/repodata.json", "/lab/noarch/web-1.0-0.tar.bz2"


@pytest.mark.parametrize(
    ("index", "archive"),
    [
        (status(500), cut),
        (status(429), reset),
        (cut, status(503, Retry_After="1")),
        (reset, hang_up),
    ],
    ids=["500, cut", "429, reset", "cut, 503", "reset, hung up"],
)
def test_what_goes_wrong_once_is_tried_again(
    envctl: Callable[..., Any], server: FaultyServer, spec: Path, index: Fault, archive: Fault
) -> None:
    server.go_wrong(INDEX, index, times=1)
    server.go_wrong(ARCHIVE, archive, times=1)
    result = envctl("create", "-f", spec)
    assert result.code == 0, result.err
    assert (server.asked(INDEX), server.asked(ARCHIVE)) == (2, 2)
    assert envctl("check", "web", "--files").code == 0


GOES_ON: dict[str, tuple[str, Fault, str, str]] = {
    "the index fails": (INDEX, status(500), "channel-unreachable", "HTTP 500"),
    "the index is cut": (INDEX, cut, "channel-unreachable", "the connection ended before the answer did"),
    "the index stalls": (INDEX, stall, "channel-unreachable", "operation timed out"),
    "the index is silent": (INDEX, silence, "channel-unreachable", "operation timed out"),
    "the index is no zst": (f"{INDEX}.zst", instead(b"none"), "channel-unreachable", "frame descriptor"),
    "the package fails": (ARCHIVE, status(500), "download-failed", "HTTP 500"),
    "the package is cut": (ARCHIVE, cut, "download-failed", "the connection ended before the answer did"),
    "the package is a page": (ARCHIVE, instead(b"<html>"), "damaged-package", "bzip2"),
    "the package stalls": (ARCHIVE, stall, "download-failed", "web: nothing came for 2 s"),
}
"""What is wrong: the path, the fault, the code and words of the cause."""


def test_what_goes_on_is_given_up_after_some_tries(
    channel: TinyChannel, start: Callable[..., list[str]], tmp_path: Path
) -> None:
    """Each in a process of its own, at the same time: what they wait for is seconds."""
    (channel.directory / "noarch" / "repodata.json.zst").write_bytes(b"none")
    with ExitStack() as stack:
        running = {}
        for number, (name, (path, fault, *_)) in enumerate(GOES_ON.items()):
            server = stack.enter_context(faulty_server(channel.directory.parent))
            server.go_wrong(path, fault)
            if not path.endswith(".zst"):
                server.go_wrong("*.zst", status(404))
            folder = tmp_path / str(number)
            folder.mkdir()
            (folder / "environment.yml").write_text(
                f"name: web\nchannels: ['{server.url}/lab']\ndependencies: [web]\n"
            )
            limits: dict[str, Any] = {}
            if fault in (stall, silence):  # what waits between tries is no stall
                limits = {"index_timeout_s": 1} if path == INDEX else {"stall_s": 2}
            command = start("create", "-f", "environment.yml", "--json", **limits)
            process = stack.enter_context(
                subprocess.Popen(
                    command,
                    cwd=folder,
                    env={**os.environ, "ENVCTL_ROOT": str(folder / "root")},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            running[name] = (process, server, folder)
        for name, (process, server, folder) in running.items():
            path, fault, code, words = GOES_ON[name]
            out, err = process.communicate(timeout=120)
            error = json.loads(out)["error"]
            assert (name, error["code"]) == (name, code)
            assert words in error["cause"], (name, error)
            assert not any(word in err for word in ("Traceback", "panicked")), (name, err)
            assert not (folder / "root" / "envs").exists(), name
            tries = server.asked(path)
            assert tries == 1 if name == "the package stalls" else tries >= 3, (name, tries)
