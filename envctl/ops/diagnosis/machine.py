"""What the machine offers to a solve."""

from __future__ import annotations

from collections.abc import Mapping

from envctl.engines.interface import Engine
from envctl.errors import UsageError
from envctl.model.report import CheckResult

_OVERRIDE = "CONDA_OVERRIDE_"


def virtual_packages_check(engine: Engine, environ: Mapping[str, str]) -> CheckResult:
    """The virtual packages, and what they are said to be in place of what they are."""
    overrides = {name: value for name, value in sorted(environ.items()) if name.startswith(_OVERRIDE)}
    told = ", ".join(f"{name}={value}" for name, value in overrides.items())
    try:
        found = engine.machine(None)
    except UsageError as error:
        return CheckResult(
            id="virtual-packages",
            status="fail",
            summary=error.message,
            cause=error.cause or told or None,
            hint=error.hint,
            measured={"overrides": overrides},
        )
    parts = [text.split("=") for text in found]
    # of the processor the build says which it is
    versions = ", ".join(
        f"{name} {build if name == '__archspec' else version}" for name, version, build in parts
    )
    return CheckResult(
        id="virtual-packages",
        status="pass",
        summary=versions + (f"; set by {told}" if overrides else ""),
        measured={"packages": list(found), "overrides": overrides},
    )
