"""pip packages, installed by uv into the environment's own Python."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from envctl.credentials import fill_in
from envctl.engines.uv import UvRun, reason, uv
from envctl.engines.uv_lock import section_options, section_text
from envctl.errors import FailedError
from envctl.formats.pylock import dumps
from envctl.formats.requirement_line import parse_line
from envctl.model.packages import PipPackage
from envctl.prefixes.site_packages import site_packages
from envctl.progress import Reporter

_NETWORK = re.compile(r"HTTP status|Failed to fetch|Failed to download `|error sending request|timed out")


def install_requirements(
    lines: Sequence[str], prefix: Path, *, directory: Path | None, offline: bool, reporter: Reporter
) -> tuple[str, ...]:
    """Install the lines of a pip section, whatever they resolve to now.

    Relative paths in them start from `directory`. Returns what pip packages replaced of conda's, as
    `NAME-VERSION`. Raises `FailedError` (`pip-failed`, `pip-hash-mismatch`, `no-python`).
    """
    before = _distributions(prefix)
    arguments = ["pip", "install", *_into(prefix), "--requirements", "-", *section_options(lines)]
    if not offline and any(_is_tree(line, directory or Path.cwd()) for line in lines):
        arguments.append("--refresh")  # uv takes a tree for unchanged if its pyproject.toml is
    with reporter.task("installing the pip section", unit="steps"):
        (done,) = uv(UvRun(arguments=arguments, stdin=section_text(lines), cwd=directory, offline=offline))
    if done.returncode != 0:
        raise _failed(done.stderr, what="the pip section", says="its index", mend="mend the pip section")
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
        if not offline:
            trees = [package.name for package in found if Path(package.url or "").is_dir()]
            arguments += [f"--refresh-package={name}" for name in trees]
        (done,) = uv(UvRun(arguments=arguments, cwd=directory, offline=offline))
    if done.returncode != 0:
        what = "the pip packages of the lock"
        raise _failed(done.stderr, what=what, says="the lock", mend="lock anew")


def _failed(text: str, *, what: str, says: str, mend: str) -> FailedError:
    if "hash mismatch" in text.lower():
        return FailedError(
            f"a pip package is not what {says} says it is",
            code="pip-hash-mismatch",
            cause=reason(text),
            hint="nothing was changed; try again, and lock anew if the package was rightly changed",
        )
    network = _NETWORK.search(text)
    return FailedError(
        f"{what} could not be installed",
        code="pip-failed",
        cause=reason(text),
        hint=f"nothing was changed; {'check the index and the network' if network else mend} and try again",
    )


def _is_tree(line: str, directory: Path) -> bool:
    """Whether a line of a pip section asks for a folder with a project's sources."""
    with suppress(ValueError):
        url = parse_line(line).url
        return url is not None and "://" not in url and (directory / url).is_dir()
    return False


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
