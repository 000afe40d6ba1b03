"""Which pip downloads, and what its failures say."""

from __future__ import annotations

import dataclasses
import importlib.metadata
from pathlib import Path

import pytest

from envctl import proc
from envctl.channel import wheels
from envctl.channel.interpreter import Interpreter
from envctl.errors import AbsentError, EnvctlError, ExitCode


def failure(python: Interpreter, output: str, *requirements: str) -> EnvctlError:
    return wheels._failure(python, requirements or ("flask",), output)


def without_own_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)


def test_a_pip_that_does_not_know_other_interpreters_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, python: Interpreter
) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _name: "21.2.4")
    assert wheels._pip(python)[0] == str(python.executable)


def test_without_a_pip_of_ours_another_does(monkeypatch: pytest.MonkeyPatch, python: Interpreter) -> None:
    without_own_pip(monkeypatch)
    answer = proc.run([*wheels._pip(python), "--version"])
    assert answer.stdout.startswith("pip ")
    assert f"(python {python.short})" in answer.stdout


def test_without_any_pip_it_is_said(
    monkeypatch: pytest.MonkeyPatch, python: Interpreter, tmp_path: Path
) -> None:
    without_own_pip(monkeypatch)
    monkeypatch.setattr(wheels.importlib.util, "__file__", str(tmp_path / "lib/importlib/util.py"))
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(AbsentError) as caught:
        wheels._pip(dataclasses.replace(python, executable=program, stdlib=tmp_path))
    assert (caught.value.code, caught.value.exit_code) == ("pip-missing", ExitCode.ABSENT)
    assert "pip install pip" in str(caught.value.hint)


def test_a_requirement_without_a_wheel_names_the_newest_versions_alone(python: Interpreter) -> None:
    output = (
        "Looking in indexes: https://user:secret@index.example/simple\n"
        "ERROR: Could not find a version that satisfies the requirement flask==99 "
        "(from versions: 0.1, 0.2, 1.0, 2.0, 3.0, 3.1, 3.2)\n"
        "ERROR: No matching distribution found for flask==99\n"
    )
    error = failure(python, output, "flask==99")
    assert error.code == "no-wheel"
    assert error.cause == (
        "Could not find a version that satisfies the requirement flask==99 "
        "(the newest of 1.0, 2.0, 3.0, 3.1, 3.2)\n"
        "No matching distribution found for flask==99"
    )


@pytest.mark.parametrize(
    ("output", "code", "exit_code"),
    [
        (
            "WARNING: Retrying (Retry(total=0)\nERROR: No matching distribution found for x",
            "index-unreachable",
            5,
        ),
        ("ERROR: Could not install: [Errno 28] No space left on device", "disk-full", 4),
        ("    torch 2.13.0 depends on triton==3.7\nERROR: ResolutionImpossible", "torch-cpu-absent", 5),
        (
            "    a 1.0 depends on b>2\n    c 1.0 depends on b<2\nERROR: ResolutionImpossible: see",
            "no-wheel",
            5,
        ),
        ("something unheard of", "pip-failed", 4),
    ],
)
def test_each_failure_has_its_code(python: Interpreter, output: str, code: str, exit_code: int) -> None:
    error = failure(python, output)
    assert (error.code, error.exit_code) == (code, exit_code)
    assert error.cause


def test_no_credential_gets_into_an_error(python: Interpreter) -> None:
    error = failure(python, "ERROR: 401 from https://me:secret@index.example/simple")
    assert error.cause == "401 from https://index.example/simple"
