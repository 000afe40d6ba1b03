"""Wheels, downloaded by pip: with its configuration, its caches and its idea of what fits the interpreter."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from packaging.version import InvalidVersion, Version

from envctl import proc
from envctl.channel import torch_cpu
from envctl.channel.interpreter import Interpreter
from envctl.credentials import scrub
from envctl.errors import AbsentError, EnvctlError, FailedError
from envctl.progress import Reporter

_PIP_FOR_ANOTHER = Version("22.3")
"""The first pip with `--python`."""

_NO_NETWORK = (
    "Retrying (",
    "NewConnectionError",
    "ConnectTimeoutError",
    "Temporary failure in name resolution",
)

_VERSIONS = re.compile(r"\(from versions: (?:[^()]*, )?((?:[^,()]+, ){4}[^,()]+)\)")
"""pip lists every version there is; the last five say enough."""


def download(
    python: Interpreter,
    requirements: Sequence[str],
    into: Path,
    *,
    find_links: Sequence[Path],
    offline: bool,
    reporter: Reporter,
) -> tuple[Path, ...]:
    """Download the wheels that these requirements need, dependencies included, into an empty folder.

    `find_links` are folders whose wheels count beside those of the index; with `offline` they alone count.

    Raises `AbsentError` for a requirement that no wheel meets (`no-wheel`), an index that does not answer
    (`index-unreachable`), torch for CUDA only (`torch-cpu-absent`) or no pip at all (`pip-missing`), and
    `FailedError` for a full disk (`disk-full`) or any other failure of pip (`pip-failed`).
    """
    options = ["--only-binary", ":all:", "--dest", str(into), "--progress-bar", "off"]
    for folder in find_links:
        options += ["--find-links", str(folder)]
    if offline:
        options.append("--no-index")
    elif torch_cpu.wanted(requirements) and torch_cpu.index_in_reach():
        reporter.note(f"taking torch from {torch_cpu.CPU_INDEX}")
        options += ["--extra-index-url", torch_cpu.CPU_INDEX]
    constrained = not torch_cpu.wants_triton(requirements)
    if constrained:
        constraint = into / "constraints.txt"
        constraint.write_text(torch_cpu.CONSTRAINT)
        options += ["--constraint", str(constraint)]
    # The environment as it is: PIP_* variables, proxies and pip's own configuration stay in force.
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    answer = proc.run([*_pip(python), "download", *options, "--", *requirements], env=environment)
    if answer.returncode != 0:
        raise _failure(python, requirements, answer.stdout + answer.stderr)
    return tuple(sorted(into.glob("*.whl")))


def _pip(python: Interpreter) -> list[str]:
    """The command of a pip that resolves for the interpreter: ours, else its own, else the one Python ships.

    Ours comes first because it is usually newer, and because the interpreter then needs none.
    """
    try:
        if Version(importlib.metadata.version("pip")) >= _PIP_FOR_ANOTHER:
            return [sys.executable, "-m", "pip", "--python", str(python.executable)]
    except (importlib.metadata.PackageNotFoundError, InvalidVersion):
        pass
    program = str(python.executable)
    if proc.run([program, "-I", "-m", "pip", "--version"]).returncode == 0:
        return [program, "-I", "-m", "pip"]
    for library in (python.stdlib, Path(importlib.util.__file__).parent.parent):
        for bundled in sorted((library / "ensurepip" / "_bundled").glob("pip-*.whl")):
            return [program, str(bundled / "pip")]
    raise AbsentError(
        "no pip to download wheels with",
        code="pip-missing",
        cause=f"neither {sys.executable} nor {program} has one",
        hint=f"{sys.executable} -m pip install pip, or with uv: uv pip install pip",
    )


def _failure(python: Interpreter, requirements: Sequence[str], output: str) -> EnvctlError:
    """What pip said, cut to what matters, under a code of ours."""
    lines = [line.strip() for line in scrub(output).splitlines()]
    errors = [
        _VERSIONS.sub(r"(the newest of \1)", line.removeprefix("ERROR: "))
        for line in lines
        if line.startswith(("ERROR:", "OSError:"))
    ]
    conflict = [line for line in lines if " depends on " in line or line.startswith("The user requested")]
    cause = "\n".join(dict.fromkeys([*errors, *conflict][:8])) or "\n".join(lines[-5:])
    if "No space left on device" in output:
        return FailedError(
            "the disk is full", code="disk-full", cause=cause, hint="free some space, or build elsewhere"
        )
    if "triton" in cause and not torch_cpu.wants_triton(requirements):
        return torch_cpu.absent(python, "pip finds CUDA builds alone: they require triton")
    if any(sign in output for sign in _NO_NETWORK):
        return AbsentError(
            "the package index does not answer",
            code="index-unreachable",
            cause=cause,
            hint="check the network, or pip's index-url and proxy; with the wheels in a folder, name it with "
            "--wheels and add --offline",
        )
    if "No matching distribution" in output or "ResolutionImpossible" in output:
        return AbsentError(
            f"no wheels for Python {python.short} on {python.subdir} that meet {', '.join(requirements)}",
            code="no-wheel",
            cause=cause,
            hint="check names and versions; of what comes as source alone make a wheel first (pip wheel), "
            "and name its folder with --wheels",
        )
    return FailedError("pip could not download the wheels", code="pip-failed", cause=cause)
