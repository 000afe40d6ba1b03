"""What the user has configured, and whether it can be read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from envctl.credentials import scrub_all
from envctl.errors import InputError
from envctl.model.configuration import Configuration
from envctl.model.report import CheckResult


def configuration_check(configuration: Configuration) -> CheckResult:
    """The files that count, and the settings that are made in them or in variables."""
    files = [str(file) for file in configuration.files]
    settings = _settings(configuration)
    told = f"{', '.join(files) or 'no file'}"
    told += f": {', '.join(settings)}" if settings else ""
    return CheckResult(
        id="configuration",
        status="pass",
        summary=told,
        measured={"files": files, "settings": settings},
    )


def unreadable_check(error: InputError) -> CheckResult:
    """The same where a file cannot be read."""
    return CheckResult(
        id="configuration",
        status="fail",
        summary=error.message,
        cause=error.cause,
        hint=error.hint or "mend the file; every command that needs a channel stops at it",
    )


def _settings(configuration: Configuration) -> dict[str, Any]:
    """What is not as it would be without any, as plain data without credentials."""
    default = asdict(Configuration())
    return {
        name: scrub_all(_plain(value))
        for name, value in asdict(configuration).items()
        if name != "files" and value != default[name]
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, bool) else str(value)
