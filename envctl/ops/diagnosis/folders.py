"""The folders that envctl keeps things in: whether they can be used, and what room there is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from envctl.model.report import CheckResult
from envctl.prefixes.root import Root

_LEAST_BYTES = 1_000_000_000
"""Less holds no framework at all: a CPU build of PyTorch with what it needs and its archives takes more."""
_ROOMY_BYTES = 10_000_000_000
"""What a CUDA build of PyTorch takes with its archives, 8 to 10 GB."""
_NO_EXEC = getattr(os, "ST_NOEXEC", 0)


def roots_check(root: Root) -> CheckResult:
    """Whether environments, caches and locks can be written, and share files; really tried."""
    measured = {"environments": str(root.data), "cache": str(root.cache)}
    try:
        with _scratch(root.data) as data, _scratch(root.cache) as cache:
            linked = _can_link(cache, data)
            no_exec = [str(folder) for folder in (root.data, root.cache) if _is_no_exec(_existing(folder))]
    except OSError as error:
        return CheckResult(
            id="roots",
            status="fail",
            summary=f"nothing can be written below {root.data}" if root.data == root.cache.parent
            else f"nothing can be written below {root.data} or {root.cache}",
            cause=str(error),
            hint="check the folder's owner and mode, or set ENVCTL_ROOT to another",
            measured=measured,
        )  # fmt: skip
    if no_exec:
        return CheckResult(
            id="roots",
            status="fail",
            summary=f"no program can be run below {', '.join(no_exec)}",
            cause="the file system is mounted with noexec",
            hint="mount it without, or set ENVCTL_ROOT to a folder elsewhere",
            measured=measured,
        )
    if not linked:
        return CheckResult(
            id="roots",
            status="warn",
            summary="environments cannot share files with the package cache: each gets copies",
            cause=f"{root.cache} and {root.data} are on file systems between which there are no hard links",
            hint="set ENVCTL_ROOT to one folder for both",
            measured={**measured, "hard_links": False},
        )
    return CheckResult(
        id="roots",
        status="pass",
        summary=f"environments in {root.data}, sharing files with the cache in {root.cache}",
        measured={**measured, "hard_links": True},
    )


def space_check(root: Root) -> CheckResult:
    """Whether there is room for an environment."""
    free = {folder: shutil.disk_usage(_existing(folder)).free for folder in (root.data, root.cache)}
    folder, least = min(free.items(), key=lambda item: item[1])
    status = "fail" if least < _LEAST_BYTES else "warn" if least < _ROOMY_BYTES else "pass"
    return CheckResult(
        id="free-space",
        status=status,  # type: ignore[arg-type]
        summary=f"{least / 1e9:.1f} GB are free at {folder}",
        cause=None
        if status == "pass"
        else "a CUDA build of PyTorch takes 8 to 10 GB with its archives, a CPU build more than 1 GB",
        hint=None if status == "pass" else "free some space, or set ENVCTL_ROOT to a folder elsewhere",
        measured={"environments_free_bytes": free[root.data], "cache_free_bytes": free[root.cache]},
    )


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder of one's own there, or where the folder will be made. Raises OSError."""
    with TemporaryDirectory(prefix=".envctl-doctor-", dir=_existing(folder)) as scratch:
        yield Path(scratch)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that there is."""
    return next(parent for parent in (folder, *folder.parents) if os.path.lexists(parent))


def _can_link(cache: Path, data: Path) -> bool:
    (cache / "file").touch()
    try:
        (data / "file").hardlink_to(cache / "file")
    except OSError:
        return False
    return True


def _is_no_exec(folder: Path) -> bool:
    return bool(os.statvfs(folder).f_flag & _NO_EXEC)
