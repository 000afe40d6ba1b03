"""uv, the program that resolves and installs pip packages: where it is, and how it is called."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from envctl import proc
from envctl.credentials import scrub
from envctl.errors import AbsentError

_FROM_PIP = {
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_CERT": "SSL_CERT_FILE",
}
"""pip's variables that uv has under another name (uv reads none of pip's)."""
_MAX_LINES = 20
_PROGRESS = re.compile(
    r"(?:Using C?Python|Resolved|Prepared|Audited|Downloading|Building|Built) .*"
    r"|\s+cause: (?:error decoding response body|request or response body error"
    r"|error reading a body from connection)"
)
"""Lines that tell what went well, and links of a chain of causes that only say that there is a next one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UvRun:
    """One run of uv."""

    arguments: Sequence[str]
    stdin: str | None = None
    cwd: Path | None = None
    offline: bool = False
    environ: Mapping[str, str] = field(default_factory=dict)
    """Set beside what the user has set."""


def uv(*runs: UvRun) -> tuple[proc.Completed, ...]:
    """Run uv to its end, several runs beside each other.

    Indexes are searched as pip does, the best version of all of them (uv's own rule would take the first
    index that knows the name). Raises `AbsentError` (`tool-missing`).
    """
    program = _program()
    always = ["--index-strategy", "unsafe-best-match", "--no-progress", "--color", "never"]
    with TemporaryDirectory() as scratch:  # uv leaves a lock file in the temporary folder
        return proc.run_together(
            [
                proc.Call(
                    args=[program, *run.arguments, *always, *(["--offline"] if run.offline else [])],
                    bound=True,
                    stdin=run.stdin,
                    cwd=run.cwd,
                    env={**_environment(os.environ), "TMPDIR": scratch, **run.environ},
                )
                for run in runs
            ]
        )


def reason(text: str) -> str:
    """What uv said, without credentials, cut to the lines that matter."""
    lines = [line for line in scrub(text).splitlines() if line.strip() and not _PROGRESS.fullmatch(line)]
    dropped = len(lines) - _MAX_LINES
    return "\n".join(lines if dropped <= 0 else [*lines[: _MAX_LINES - 1], f"… {dropped + 1} more lines"])


def _program() -> str:
    from uv import find_uv_bin

    try:
        return find_uv_bin()
    except FileNotFoundError as error:
        raise AbsentError(
            "uv is installed without its program",
            code="tool-missing",
            cause=str(error),
            hint="install uv again beside envctl: pip install --force-reinstall uv",
        ) from error


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {
        name: value
        for name, value in environ.items()
        if name not in ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH")
    }
    for pip, uv in _FROM_PIP.items():
        if environ.get(pip):
            kept.setdefault(uv, environ[pip])
    if "UV_FIND_LINKS" in kept and "UV_FIND_LINKS" not in environ:
        kept["UV_FIND_LINKS"] = ",".join(kept["UV_FIND_LINKS"].split())  # pip separates by blanks
    return kept
