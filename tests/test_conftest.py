"""The guards that every test stands on."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest


def test_the_home_folder_is_a_temporary_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert Path.home().is_relative_to(tmp_path_factory.getbasetemp())
    assert Path(os.environ["ENVCTL_ROOT"]).is_relative_to(Path.home())


def test_a_unit_test_cannot_reach_another_machine() -> None:
    with socket.socket() as there, pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        there.connect(("192.0.2.1", 80))


def test_a_unit_test_can_reach_this_machine() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as here,
    ):
        assert here.getpeername() == server.getsockname()
