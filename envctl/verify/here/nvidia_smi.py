"""Asks nvidia-smi of this machine; that it is not there, fails or hangs is an answer too."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from envctl.errors import AbsentError, FailedError, InputError
from envctl.formats.nvidia_smi.csv import read_csv
from envctl.formats.nvidia_smi.failures import FailureKind, failure
from envctl.formats.nvidia_smi.read import read
from envctl.model.machine import Machine
from envctl.proc import Completed, run

_PLACES = ("/usr/bin", "/usr/lib/wsl/lib")
"""Where drivers put it, for a PATH without them; the second is Windows' own, shared with WSL."""
_EXITS: Mapping[int, FailureKind] = {
    4: "insufficient-permissions",
    6: "no-devices",
    9: "driver-not-loaded",
    12: "library-missing",
    15: "gpu-lost",
}
"""Return values of the nvidia-smi manual, docs.nvidia.com/deploy/nvidia-smi, read November 2026; for a
driver that says it in other words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SmiAnswer:
    """What came of asking."""

    machine: Machine | None = None
    exit: int | None = None
    """Its exit status, negative where a signal ended it; None where there is no nvidia-smi that runs."""
    message: str | None = None
    """What it said, where it failed."""
    failure: FailureKind | Literal["absent", "hung", "unreadable"] | None = None
    """A machine of which it could tell only a part has a failure too."""


def ask(environ: Mapping[str, str], timeout_s: float = 30) -> SmiAnswer:
    """All that nvidia-smi says of this machine's driver and GPUs, within `timeout_s` for each question.

    It takes seconds where no process keeps the driver awake, and hangs for good behind a GPU that does not
    answer.
    """
    places = os.pathsep.join(filter(None, (environ.get("PATH"), *_PLACES)))
    program = shutil.which("nvidia-smi", path=places)
    if program is None:
        return SmiAnswer(failure="absent")
    try:
        done = run([program, "-q", "-x"], env=environ, timeout_s=timeout_s)
    except AbsentError as error:
        return SmiAnswer(failure="absent", message=f"{error.message}: {error.cause}")
    except FailedError as error:
        return SmiAnswer(failure="hung", exit=-signal.SIGKILL, message=error.message)
    answer = _answer(done)
    if answer.machine is None:
        return answer
    return replace(answer, machine=_with_capabilities(answer.machine, program, environ, timeout_s))


def _answer(done: Completed) -> SmiAnswer:
    said = f"{done.stdout}\n{done.stderr}"
    failed = failure(said)
    if "<nvidia_smi_log" in done.stdout:
        try:
            machine = read(said, file="nvidia-smi -q -x")
        except InputError as error:
            return SmiAnswer(exit=done.returncode, failure="unreadable", message=str(error))
        return SmiAnswer(
            machine=machine,
            exit=done.returncode,
            failure=failed.kind if failed else None,
            message=failed.message if failed else done.stderr.strip() or None,
        )
    return SmiAnswer(
        exit=done.returncode,
        failure=failed.kind if failed else _EXITS.get(done.returncode, "unreadable"),
        message=failed.message if failed else said.strip() or None,
    )


def _with_capabilities(
    machine: Machine, program: str, environ: Mapping[str, str], timeout_s: float
) -> Machine:
    """With each GPU's compute capability, which no XML has; queries have it, but not of driver 470."""
    names = ("uuid", "compute_cap")
    query = [program, f"--query-gpu={','.join(names)}", "--format=csv,noheader"]
    try:
        done = run(query, env=environ, timeout_s=timeout_s)
    except (AbsentError, FailedError):
        return machine
    if done.returncode:  # one field that it does not know, and nothing is answered
        return machine
    found = {gpu.uuid: gpu.compute_capability for gpu in read_csv(done.stdout, names=names).gpus}
    gpus = (
        replace(gpu, compute_capability=gpu.compute_capability or found.get(gpu.uuid)) for gpu in machine.gpus
    )
    return replace(machine, gpus=tuple(gpus))
