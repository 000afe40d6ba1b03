"""A create that is stopped in the middle leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tiny_channel import TinyChannel


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_create_is_undone(root: Path, tmp_path: Path, stop: signal.Signals, code: int) -> None:
    channel = TinyChannel(tmp_path / "big")
    for index in range(12):
        channel.add(f"part{index}", files={f"share/p{index}/{n}": os.urandom(2000) for n in range(250)})
    channel.add("whole", depends=[f"part{index}" for index in range(12)])
    channel.index()
    command = [sys.executable, "-m", "envctl", "create", "-f", "-", "-n", "web"]
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
    assert process.wait(timeout=60) == code
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
    assert process.stdout is not None
    process.stdout.close()
    assert not os.path.lexists(root / "envs" / "web")
    assert not generations.exists()
