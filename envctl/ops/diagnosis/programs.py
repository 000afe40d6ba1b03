"""The programs and libraries that do envctl's work."""

from __future__ import annotations

from collections.abc import Mapping

from envctl.engines.conda_find import find_conda, named_in_vain
from envctl.engines.interface import Engine
from envctl.engines.registry import chosen_engine
from envctl.engines.uv import UvRun, reason, uv
from envctl.errors import AbsentError, UsageError
from envctl.model.report import CheckResult


def engine_check(embedded: Engine, environ: Mapping[str, str]) -> CheckResult:
    """Which engine would be used, and what there is beside it."""
    try:
        chosen = chosen_engine(None, environ)
    except UsageError as error:
        return CheckResult(
            id="engine", status="fail", summary=error.message, cause=error.cause, hint=error.hint
        )
    own = f"{embedded.name} {embedded.version} (embedded)"
    measured = {"chosen": chosen, embedded.name: embedded.version}
    try:
        conda = find_conda(environ)
    except AbsentError as error:
        if chosen == "conda":
            return CheckResult(
                id="engine",
                status="fail",
                summary=f"ENVCTL_ENGINE asks for conda: {error.message}",
                cause=error.cause,
                hint=error.hint,
                measured=measured,
            )
        why = error.code == "old-conda" or environ.get("CONDA_EXE")
        other = f"; {error.message}: {error.cause}" if why else "; no conda beside it"
        return CheckResult(id="engine", status="pass", summary=own + other, measured=measured)
    measured |= {"conda": conda.version, "conda_executable": str(conda.executable)}
    vain = named_in_vain(environ, conda)
    other = f"; CONDA_EXE is {vain}, which is none" if vain else ""
    told = f"conda {conda.version} ({conda.executable}{other})"
    told += ", which is newer than all that envctl was tested with" if conda.is_newer else ""
    first, second = (told, own) if chosen == "conda" else (own, told)
    return CheckResult(id="engine", status="pass", summary=f"{first}; {second} beside it", measured=measured)


def uv_check() -> CheckResult:
    """Whether uv, which installs the pip packages, runs."""
    try:
        (done,) = uv(UvRun(arguments=("--version",)))
    except AbsentError as error:
        return CheckResult(id="uv", status="fail", summary=error.message, cause=error.cause, hint=error.hint)
    version = done.stdout.removeprefix("uv ").partition(" ")[0].strip()
    if done.returncode or not version:
        return CheckResult(
            id="uv",
            status="fail",
            summary="uv does not run, so that no pip section can be installed",
            cause=reason(done.stderr or done.stdout) or f"it ended with {done.returncode}",
            hint="install it again beside envctl: pip install --force-reinstall uv",
        )
    return CheckResult(id="uv", status="pass", summary=f"uv {version}", measured={"version": version})
