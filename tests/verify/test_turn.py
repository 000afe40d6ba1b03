"""Probes of several devices that take their turns."""

from __future__ import annotations

import fcntl
import threading
import time
from pathlib import Path

import pytest

from envctl.verify.probes.harness import Unavailable
from envctl.verify.probes.turn import turn


def test_one_at_a_time(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def probe() -> None:
        with turn(str(tmp_path / "turn"), wait_s=30):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.02)
            inside.pop()

    threads = [threading.Thread(target=probe) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1, 1]


def test_a_turn_that_does_not_come_leaves_nothing_to_measure(tmp_path: Path) -> None:
    with (tmp_path / "turn").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Unavailable, match="not done after 0 s"), turn(str(tmp_path / "turn"), wait_s=0):
            pass


def test_a_device_alone_waits_for_nobody() -> None:
    with turn(None, wait_s=0):
        pass
