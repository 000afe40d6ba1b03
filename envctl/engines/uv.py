"""The pip section of an environment, installed by uv into the environment's own Python."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from envctl.credentials import scrub
from envctl.errors import AbsentError, FailedError
from envctl.progress import Reporter

_FROM_PIP = {
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_CERT": "SSL_CERT_FILE",
}
"""pip's variables that uv has under another name (uv reads none of pip's)."""
_MAX_LINES = 20


def install_requirements(
    lines: Sequence[str], prefix: Path, *, directory: Path | None, offline: bool, reporter: Reporter
) -> tuple[str, ...]:
    """Install the lines of a pip section.

    Relative paths in them start from `directory`. Indexes are searched as pip does, the best version of
    all of them (uv's own rule would take the first index that knows the name). Returns what pip packages
    replaced of conda's, as `NAME-VERSION`. Raises `FailedError` (`pip-failed`, `no-python`).
    """
    from envctl import proc

    python = prefix / ("python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        raise FailedError(
            "the pip section needs Python, and the environment has none",
            code="no-python",
            hint="add python to the dependencies",
        )
    before = _distributions(prefix)
    command = [
        _uv(),
        "pip",
        "install",
        "--python",
        str(python),
        "--index-strategy",
        "unsafe-best-match",
    ]
    command += ["--no-progress", "--color", "never", "--break-system-packages", "--requirements", "-"]
    # uv leaves a lock file in the temporary folder.
    with reporter.task("installing the pip section", unit="steps"), TemporaryDirectory() as scratch:
        done = proc.run(
            [*command, *(["--offline"] if offline else [])],
            stdin="\n".join(lines) + "\n",
            cwd=directory,
            env=_environment(os.environ) | {"TMPDIR": scratch},
        )
    if done.returncode != 0:
        raise FailedError(
            "the pip section could not be installed",
            code="pip-failed",
            cause=_cut(scrub(done.stderr)),
            hint="the environment was not created; mend the pip section and try again",
        )
    return tuple(sorted(before - _distributions(prefix)))


def _uv() -> str:
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


def _distributions(prefix: Path) -> set[str]:
    return {
        path.name.removesuffix(".dist-info") for path in prefix.glob("lib/python3*/site-packages/*.dist-info")
    }


def _cut(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    dropped = len(lines) - _MAX_LINES
    return "\n".join(lines if dropped <= 0 else [*lines[: _MAX_LINES - 1], f"… {dropped + 1} more lines"])
