"""envctl doctor ENV: what is wrong with one environment."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel

OWN = ["records", "needs", "replaced", "missing", "added", "changed", "settings"]
OWN += ["files", "place", "python", "frozen"]
Doctor = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture
def prefix(envctl: Any, tmp_path: Path) -> Path:
    """An environment in a folder: a Python that does nothing, and a script that it starts."""
    channel = TinyChannel(tmp_path / "channel")
    channel.add("python", "3.11.1", files={"bin/python": b"#!/bin/sh\nexit 0\n"})
    channel.index()
    file = tmp_path / "environment.yml"
    file.write_text(f"channels: ['{channel.url}']\ndependencies: [python]\n")
    assert envctl("create", "-f", file, "-p", tmp_path / "env").code == 0
    script = tmp_path / "env" / "bin" / "tool"
    script.write_text(f"#!{tmp_path}/env/bin/python\n")
    return tmp_path / "env"


@pytest.fixture
def doctor(envctl: Any) -> Doctor:
    """The environment's own checks by their ids."""

    def look(code: int, environment: str | Path) -> dict[str, dict[str, Any]]:
        result = envctl("doctor", environment, "--offline", "--json")
        assert result.code == code, result.out
        checks = {check["id"]: check for check in result.json["checks"]}
        return {name: check for name, check in checks.items() if name in {*OWN, "drift"}}

    return look


def test_a_whole_environment_passes(doctor: Doctor, prefix: Path) -> None:
    checks = doctor(0, prefix)
    assert list(checks) == OWN
    assert {check["status"] for check in checks.values()} == {"pass"}


def test_one_that_is_not_there_is_an_error(envctl: Any) -> None:
    result = envctl("doctor", "nowhere", "--offline", "--json")
    assert (result.code, result.json["error"]["code"]) == (5, "no-environment")


def test_one_that_was_moved_is_told_by_its_scripts(doctor: Doctor, prefix: Path, tmp_path: Path) -> None:
    prefix.rename(tmp_path / "moved")
    place = doctor(1, tmp_path / "moved")["place"]
    assert place["status"] == "fail"
    assert place["summary"] == f"it was moved or copied: scripts of it start the Python of {prefix}"
    assert place["measured"]["scripts"] == {"bin/tool": f"{prefix}/bin/python"}


def test_one_that_was_copied_is_told_though_its_scripts_run(
    doctor: Doctor, prefix: Path, tmp_path: Path
) -> None:
    shutil.copytree(prefix, tmp_path / "copied", symlinks=True)
    assert doctor(1, tmp_path / "copied")["place"]["status"] == "fail"
    assert doctor(0, prefix)["place"]["status"] == "pass"


def test_scripts_of_the_system_and_of_a_named_environment_are_in_their_place(
    doctor: Doctor, prefix: Path, root: Path
) -> None:
    (root / "envs").mkdir()
    (root / "envs" / "web").symlink_to(prefix)
    (prefix / "bin" / "system").write_text("#!/usr/bin/env python3\n")
    assert doctor(0, "web")["place"]["status"] == "pass"


def test_a_python_that_does_not_start_is_told_with_what_it_said(doctor: Doctor, prefix: Path) -> None:
    python = prefix / "bin" / "python"
    python.unlink()  # it may be a hard link into the cache
    python.write_text("#!/bin/sh\necho libpython is gone >&2\nexit 127\n")
    python.chmod(0o755)
    checks = doctor(1, prefix)
    assert (checks["python"]["status"], checks["python"]["cause"]) == ("fail", "libpython is gone")
    assert checks["files"]["status"] == "fail"


def test_a_python_that_leads_nowhere_does_not_start(doctor: Doctor, prefix: Path) -> None:
    (prefix / "bin" / "python").unlink()
    (prefix / "bin" / "python").symlink_to("python3.11")
    python = doctor(1, prefix)["python"]
    assert (python["status"], python["cause"]) == ("fail", "No such file or directory")


def test_records_that_cannot_be_read_fail_and_the_rest_is_still_told(doctor: Doctor, prefix: Path) -> None:
    (prefix / "conda-meta" / "python-3.11.1-0.json").write_text("{")
    checks = doctor(1, prefix)
    assert {name: check["status"] for name, check in checks.items()} == {
        "records": "fail",
        "files": "fail",
        "place": "pass",
        "python": "pass",
        "frozen": "pass",
    }


def test_one_that_another_tool_made_has_nothing_to_drift_from(doctor: Doctor, prefix: Path) -> None:
    shutil.rmtree(prefix / "conda-meta" / "envctl")
    drift = doctor(0, prefix)["drift"]
    assert (drift["status"], drift["summary"]) == ("skip", "nothing is written down of how it was made")


def test_a_frozen_one_is_told(doctor: Doctor, prefix: Path) -> None:
    (prefix / "conda-meta" / "frozen").touch()
    assert doctor(0, prefix)["frozen"]["measured"] == {"frozen": True}
