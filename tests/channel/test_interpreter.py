"""Finding and judging interpreters."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from envctl.channel import interpreter
from envctl.channel.interpreter import Interpreter
from envctl.errors import AbsentError, ExitCode, RefusedError


def fake(folder: Path, version: str, body: str) -> Path:
    """A program of an interpreter's name."""
    folder.mkdir(exist_ok=True)
    program = folder / f"python{version}"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
    return program


def test_an_interpreter_in_a_virtual_environment_stands_for_the_one_behind_it() -> None:
    found = interpreter.inspect(Path(sys.executable))
    assert found.version == ".".join(map(str, sys.version_info[:3]))
    assert found.base_prefix == Path(sys.base_prefix).resolve()
    assert found.executable.is_relative_to(found.base_prefix)
    assert found.tag == f"py3{sys.version_info.minor}"


def test_a_named_interpreter_is_taken(python: Interpreter) -> None:
    assert interpreter.find(python.executable) == python


@pytest.mark.parametrize(
    "body", ["exit 1", "echo not json", "echo 'pyenv: python3.11: command not found' >&2; exit 127"]
)
def test_a_named_program_that_is_no_interpreter_is_absent(tmp_path: Path, body: str) -> None:
    with pytest.raises(AbsentError) as caught:
        interpreter.find(fake(tmp_path, "3.11", body))
    assert (caught.value.code, caught.value.exit_code) == ("python-missing", ExitCode.ABSENT)


def test_a_name_that_is_nowhere_is_absent() -> None:
    with pytest.raises(AbsentError) as caught:
        interpreter.find("no-such-python")
    assert caught.value.code == "python-missing"


def test_python_3_11_comes_first_and_what_does_not_run_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake(tmp_path / "broken", "3.11", "exit 127")
    for version in ("3.13", "3.12", "3.11", "3.10"):
        fake(tmp_path / "bin", version, f'echo "{version}"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'broken'}:{tmp_path / 'bin'}")
    asked = [path for path in interpreter._candidates() if path.is_relative_to(tmp_path)]
    assert [path.relative_to(tmp_path).as_posix() for path in asked] == [
        "broken/python3.11",
        "bin/python3.11",
        "bin/python3.12",
        "bin/python3.10",
        "bin/python3.13",
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"implementation": "pypy"}, "it is pypy, not CPython"),
        ({"version": "3.8.18"}, "Python 3.8 is older than 3.9"),
        ({"free_threaded": True}, "it is a free-threaded build, which needs packages of its own"),
        ({"platform": "darwin", "machine": "arm64"}, "darwin on arm64 is not supported yet"),
        ({"platlibdir": "lib64"}, "its libraries lie under lib64/, where conda packages do not look"),
    ],
)
def test_what_cannot_be_packed_is_refused_with_what_to_use(
    python: Interpreter, change: dict[str, object], reason: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        interpreter.check(dataclasses.replace(python, **change))
    assert (caught.value.code, caught.value.cause) == ("python-unsupported", reason)
    assert "--python" in str(caught.value.hint)
