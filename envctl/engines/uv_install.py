"""pip packages, installed by uv into the environment's own Python."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from envctl.credentials import fill_in
from envctl.engines.uv import UvRun, reason, uv
from envctl.engines.uv_lock import section_options, section_text
from envctl.errors import FailedError
from envctl.formats.pylock import dumps
from envctl.model.packages import PipPackage
from envctl.prefixes.site_packages import site_packages
from envctl.progress import Reporter


def install_requirements(
    lines: Sequence[str], prefix: Path, *, directory: Path | None, offline: bool, reporter: Reporter
) -> tuple[str, ...]:
    """Install the lines of a pip section, whatever they resolve to now.

    Relative paths in them start from `directory`. Returns what pip packages replaced of conda's, as
    `NAME-VERSION`. Raises `FailedError` (`pip-failed`, `no-python`).
    """
    before = _distributions(prefix)
    arguments = ["pip", "install", *_into(prefix), "--requirements", "-", *section_options(lines)]
    with reporter.task("installing the pip section", unit="steps"):
        (done,) = uv(UvRun(arguments=arguments, stdin=section_text(lines), cwd=directory, offline=offline))
    if done.returncode != 0:
        raise FailedError(
            "the pip section could not be installed",
            code="pip-failed",
            cause=reason(done.stderr),
            hint="the environment was not created; mend the pip section and try again",
        )
    return tuple(sorted(before - _distributions(prefix)))


def install_locked(
    packages: Sequence[PipPackage], prefix: Path, *, directory: Path | None, offline: bool, reporter: Reporter
) -> None:
    """Install exactly these packages, each archive checked against its hash, `file://` too.

    Relative paths start from `directory`. Raises `FailedError` (`pip-failed`, `pip-hash-mismatch`,
    `no-python`).
    """
    with (
        reporter.task("installing the pip packages", unit="packages", total=len(packages)),
        TemporaryDirectory(prefix="envctl-") as folder,
    ):
        file = Path(folder, "pylock.toml")
        found = [_found(package, directory or Path.cwd()) for package in packages]
        file.write_text(dumps(found), encoding="utf-8")
        arguments = ["pip", "install", *_into(prefix), "--preview-features", "pylock", "-r", str(file)]
        (done,) = uv(UvRun(arguments=arguments, cwd=directory, offline=offline))
    if done.returncode == 0:
        return
    if "hash mismatch" in done.stderr.lower():
        raise FailedError(
            "a pip package is not what the lock says it is",
            code="pip-hash-mismatch",
            cause=reason(done.stderr),
            hint="nothing was installed; lock anew if the package was rightly changed",
        )
    raise FailedError(
        "the pip packages of the lock could not be installed",
        code="pip-failed",
        cause=reason(done.stderr),
        hint="the environment was not created",
    )


def _found(package: PipPackage, directory: Path) -> PipPackage:
    """With the variables in its URL filled in, and the path that would start from uv's file whole."""
    url = fill_in(package.url or "", os.environ)
    whole = url if "://" in url or not url else str(directory / url)
    return dataclasses.replace(package, url=whole or None)


def _into(prefix: Path) -> list[str]:
    """uv's options for one environment's Python. Raises `FailedError` (`no-python`)."""
    python = prefix / ("python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        raise FailedError(
            "the pip section needs Python, and the environment has none",
            code="no-python",
            hint="add python to the dependencies",
        )
    return ["--python", str(python), "--break-system-packages"]


def _distributions(prefix: Path) -> set[str]:
    return {
        path.name.removesuffix(".dist-info")
        for folder in site_packages(prefix)
        for path in folder.glob("*.dist-info")
    }
