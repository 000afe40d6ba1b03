"""Programs of probes that a test writes, run by the real runner and harness."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from envctl.progress import Task
from envctl.verify.facts import Outcome
from envctl.verify.runner import PROBES, Call, Interpreter, run_programs

HERE = Interpreter(command=(sys.executable,), environ=dict(os.environ))
RETURNS_ONE = "lambda params: {'one': 1}"
"""A probe that has a result."""


class Heard:
    """Hears how far the work is."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, int | None, str]] = []

    def advance(self, done: int, *, total: int | None = None, note: str = "") -> None:
        self.calls.append((done, total, note))


def programs(folder: Path, **sources: str) -> Path:
    """A folder of programs beside the real harness, each with its source."""
    folder.mkdir(parents=True)
    for name in ("__init__.py", "__main__.py", "harness.py"):
        shutil.copy(PROBES / name, folder / name)
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(source), encoding="utf-8")
    return folder


def run(
    folder: Path,
    program: str,
    probes: Sequence[str],
    params: Mapping[str, Any] | None = None,
    *,
    interpreter: Interpreter = HERE,
    device: str | None = None,
    timeout_s: float = 60,
    task: Task | None = None,
) -> dict[str, Outcome]:
    """What became of each probe of one program."""
    call = Call(program=program, probes=tuple(probes), params=params or {}, device=device)
    task = task or Heard()
    outcomes = run_programs(interpreter, [call], timeout_s=timeout_s, task=task, folder=folder)
    return {outcome.probe: outcome for outcome in outcomes}


def run_faulty(folder: Path, fault: str, *, timeout_s: float = 60) -> dict[str, Outcome]:
    """What becomes of the probes `before`, `faulty` and `behind`; `fault` is the body of the second."""
    source = "import ctypes, os, signal, subprocess, sys, threading, time\n\n\ndef faulty(params):\n"
    source += textwrap.indent(textwrap.dedent(fault).strip(), "    ")
    source += f"\n\n\nPROBES = {{'before': {RETURNS_ONE}, 'faulty': faulty, 'behind': {RETURNS_ONE}}}\n"
    folder = programs(folder, faults=source)
    return run(folder, "faults", ["before", "faulty", "behind"], timeout_s=timeout_s)
