"""A create that is stopped in the middle leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tiny_channel import TinyChannel


@pytest.mark.parametrize(
    ("stop", "code", "told"),
    [
        (signal.SIGINT, 130, "interrupted"),
        (signal.SIGTERM, 143, "terminated"),
        (signal.SIGHUP, 129, "terminated"),
    ],
)
def test_a_create_that_is_stopped_is_undone_and_says_so(
    root: Path, tmp_path: Path, stop: signal.Signals, code: int, told: str
) -> None:
    channel = TinyChannel(tmp_path / "big")
    for index in range(12):
        channel.add(f"part{index}", files={f"share/p{index}/{n}": os.urandom(2000) for n in range(250)})
    channel.add("whole", depends=[f"part{index}" for index in range(12)])
    channel.index()
    command = [sys.executable, "-m", "envctl", "create", "-f", "-", "-n", "web", "--json"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write(f"channels: ['{channel.url}']\ndependencies: [whole]\n")
    process.stdin.close()
    generations = root / "generations" / "web"
    deadline = time.monotonic() + 60
    while not list(generations.glob(".*/share")) and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.001)
    assert process.poll() is None, "it ended before it could be stopped"
    process.send_signal(stop)
    process.stdin = None  # it is closed: communicate() would flush it
    out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert err == f"error: {told}\nhint: what was begun is undone\n"
    document = json.loads(out)
    assert (document["ok"], document["command"], document["error"]["code"]) == (False, "create", told)
    assert not os.path.lexists(root / "envs" / "web")
    assert not generations.exists()
