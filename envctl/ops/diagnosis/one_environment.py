"""One environment: what `envctl check` tells of it without a source, and whether it starts at all."""

from __future__ import annotations

import os
from pathlib import Path

from envctl import proc
from envctl.diffing.locks import diff_locks
from envctl.errors import EnvctlError, InputError
from envctl.model.report import CheckResult
from envctl.ops.drift import drift_checks
from envctl.ops.soundness import files_check, needs_check, records_check, replaced_check
from envctl.prefixes.installed import read_installed
from envctl.prefixes.integrity import verify_files
from envctl.prefixes.place import Place
from envctl.prefixes.recorded import read_recorded
from envctl.prefixes.records import read_records
from envctl.prefixes.shebangs import interpreters
from envctl.progress import Reporter

_ANEW = "create the environment anew: envctl create … --replace"
_START_S = 60.0
"""For Python's first start from a network file system."""


def environment_checks(place: Place, reporter: Reporter) -> tuple[CheckResult, ...]:
    """All that is wrong with an environment by itself."""
    prefix = place.prefix
    with reporter.task("comparing files", unit="bytes") as task:
        files = files_check(verify_files(prefix, task))
    return (*_package_checks(place), files, place_check(prefix), python_check(prefix), frozen_check(prefix))


def _package_checks(place: Place) -> tuple[CheckResult, ...]:
    try:
        records = read_records(place.prefix)
        installed = read_installed(place.prefix, records)
        recorded = read_recorded(place.prefix)
    except InputError as error:
        return (
            CheckResult(
                id="records",
                status="fail",
                summary=error.message,
                cause=error.cause,
                hint=_ANEW,
            ),
        )
    part = installed.platforms[0]
    sound = (records_check(part), needs_check(part), replaced_check(place.prefix, records))
    if recorded is None:
        summary = "nothing is written down of how it was made"
        return (*sound, CheckResult(id="drift", status="skip", summary=summary))
    return (*sound, *drift_checks(diff_locks(recorded, installed, names=("installation", place.label))))


def place_check(prefix: Path) -> CheckResult:
    """Whether its scripts start its own Python: those of a folder that was moved or copied do not."""
    elsewhere = {
        str(script.relative_to(prefix)): interpreter
        for script, interpreter in interpreters(prefix).items()
        if _of_another(interpreter, prefix)
    }
    if not elsewhere:
        return CheckResult(id="place", status="pass", summary="it is where it was made for")
    places = sorted({str(interpreter.parent.parent) for interpreter in elsewhere.values()})
    return CheckResult(
        id="place",
        status="fail",
        summary=f"it was moved or copied: scripts of it start the Python of {', '.join(places)}",
        cause="\n".join(f"{script}: {interpreter}" for script, interpreter in sorted(elsewhere.items())),
        hint="an environment stays where it is made: create another there, from its export or lock",
        measured={"scripts": {script: str(interpreter) for script, interpreter in elsewhere.items()}},
    )


def _of_another(interpreter: Path, prefix: Path) -> bool:
    """Whether an interpreter in some `bin/` is another environment's, or one that is gone."""
    if interpreter.parent.name != "bin" or not interpreter.name.startswith("python"):
        return False
    owner = interpreter.parent.parent
    if owner.exists() and owner.samefile(prefix):
        return False
    return (owner / "conda-meta").is_dir() or not interpreter.exists()


def python_check(prefix: Path) -> CheckResult:
    """Whether its Python starts; `-I` keeps what the user has set out of it."""
    python = prefix / "bin" / "python"
    if not os.path.lexists(python):
        return CheckResult(id="python", status="skip", summary="it has no Python")
    try:
        done = proc.run([python, "-I", "-c", ""], timeout_s=_START_S)
    except EnvctlError as error:
        return _no_start(error.cause or error.message)
    if done.returncode:
        return _no_start(done.stderr.strip() or f"it ended with {done.returncode}")
    return CheckResult(id="python", status="pass", summary="its Python starts")


def _no_start(cause: str) -> CheckResult:
    return CheckResult(
        id="python", status="fail", summary="its Python does not start", cause=cause, hint=_ANEW
    )


def frozen_check(prefix: Path) -> CheckResult:
    """Whether it is marked as finished (CEP 22)."""
    frozen = (prefix / "conda-meta" / "frozen").exists()
    return CheckResult(
        id="frozen",
        status="pass",
        summary="conda-meta/frozen keeps it from being changed" if frozen else "it may be changed",
        measured={"frozen": frozen},
    )
