"""Runs the programs of `probes/` inside an environment; one that hangs or dies costs its own probe alone.

Each process has a folder of its own, gone at its end, with its request, its results and all that it keeps
for a while. It is followed by its results: what it prints counts for nothing, and is told where it dies.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock
from typing import Any

from envctl import proc
from envctl.errors import AbsentError
from envctl.progress import Task
from envctl.verify.endings import ending
from envctl.verify.facts import Outcome
from envctl.verify.probes.heard import HEARD
from envctl.verify.results import PREPARE, Results

PROBES = Path(__file__).parent / "probes"
_MOST_HEARD_BYTES = 64_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Interpreter:
    """An environment's Python."""

    command: tuple[str, ...]
    """What starts it: its path, behind what activates the environment."""
    environ: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A program of the probes' folder, and what to ask of it."""

    program: str
    probes: tuple[str, ...]
    params: Mapping[str, Any] = field(default_factory=dict)
    """Plain JSON."""
    device: str | None = None
    """What the outcomes are about."""


def run_programs(
    interpreter: Interpreter, calls: Sequence[Call], *, timeout_s: float, task: Task, folder: Path = PROBES
) -> tuple[Outcome, ...]:
    """Run programs beside each other; returns an outcome for each probe, in the order of the calls.

    Each probe may take `timeout_s` seconds, and so may a program's start with all that it imports. Where a
    process dies in a probe, the probes behind it get a fresh one. Where it dies before its first probe, that
    is what becomes of all of them. `folder` holds the programs. `task` hears of each probe.
    """
    run = _Run(
        interpreter=interpreter,
        main=folder / "__main__.py",
        timeout_s=timeout_s,
        progress=_Progress(task, total=sum(len(call.probes) for call in calls)),
    )
    with ThreadPoolExecutor(max_workers=max(len(calls), 1)) as threads:
        try:
            running = [threads.submit(_outcomes, call, run) for call in calls]
            return tuple(outcome for each in running for outcome in each.result())
        finally:
            run.stop.set()  # an interruption reaches this thread alone


class _Progress:
    """How far several programs are in all."""

    def __init__(self, task: Task, *, total: int) -> None:
        self._task, self._total, self._lock = task, total, Lock()
        self._at: dict[tuple[str, str | None], tuple[int, str | None]] = {}

    def tell(self, call: Call, done: int, running: str | None) -> None:
        """That `done` probes of a call have ended, and which one goes on."""
        with self._lock:
            key = call.program, call.device
            if running is None or self._at.get(key) == (done, running):
                return
            self._at[key] = done, running
            what = call.program if running == PREPARE else running
            self._task.advance(
                sum(ended for ended, _ in self._at.values()),
                total=self._total,
                note=f"{what} on {call.device}" if call.device else what,
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """What all programs share."""

    interpreter: Interpreter
    main: Path
    timeout_s: float
    progress: _Progress
    stop: Event = field(default_factory=Event)


def _outcomes(call: Call, run: _Run) -> tuple[Outcome, ...]:
    """What became of a call's probes, in as many processes as it takes."""
    outcomes: dict[str, Outcome] = {}
    while (left := tuple(probe for probe in call.probes if probe not in outcomes)) and not run.stop.is_set():
        outcomes |= _process(replace(call, probes=left), run, ended=len(outcomes))
    return tuple(outcomes.values())


def _process(call: Call, run: _Run, *, ended: int) -> dict[str, Outcome]:
    """What became of the probes in one process: of the first at least. `ended` is how many came before."""

    def failed(probe: str, cause: str) -> Outcome:
        return Outcome(probe=probe, device=call.device, state="error", cause=cause)

    python = run.interpreter.command[-1]
    if shutil.which(python) is None:
        return {probe: failed(probe, f"there is no program {python}") for probe in call.probes}
    with TemporaryDirectory(prefix="envctl-", ignore_cleanup_errors=True) as name:
        request, file = Path(name, "request.json"), Path(name, "results.jsonl")
        asked = {"program": call.program, "probes": call.probes, "params": dict(call.params)}
        request.write_text(json.dumps(asked), encoding="utf-8")
        results = Results(file, call.device)

        def told() -> None:
            run.progress.tell(call, ended + len(results.outcomes), results.running)

        def ends_at() -> float:
            results.read()
            told()
            return 0 if results.complete or run.stop.is_set() else results.since + run.timeout_s

        program = proc.Call(
            args=[*run.interpreter.command, "-I", "-B", run.main, request, file],
            cwd=Path(name),
            env={**run.interpreter.environ, "TMPDIR": name},
        )
        told()
        try:
            done = proc.watch(program, ends_at=ends_at)
        except AbsentError as error:
            return {probe: failed(probe, f"{error.message}: {error.cause}") for probe in call.probes}
        results.read()
        done = replace(done, stderr=done.stderr + _heard(Path(name, HEARD)))
    prepared = results.prepared or failed(
        PREPARE, f"at the start of {call.program}: {ending(done, timeout_s=run.timeout_s)}"
    )
    if prepared.state != "done":
        return {probe: replace(prepared, probe=probe, wall_s=0.0) for probe in call.probes}
    outcomes = {probe: results.outcomes[probe] for probe in call.probes if probe in results.outcomes}
    culprit = results.running if results.running in call.probes else None if outcomes else call.probes[0]
    if culprit is not None:
        outcomes[culprit] = failed(culprit, ending(done, timeout_s=run.timeout_s))
    return outcomes


def _heard(file: Path) -> str:
    """The end of what a probe caught of its standard error when it died."""
    try:
        with file.open("rb") as caught:
            caught.seek(max(file.stat().st_size - _MOST_HEARD_BYTES, 0))
            return caught.read().decode("utf-8", "replace")
    except OSError:
        return ""
