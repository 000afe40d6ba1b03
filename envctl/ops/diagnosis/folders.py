"""The folders that envctl keeps things in: whether they can be used, and what room there is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from envctl.model.report import CheckResult
from envctl.prefixes.root import Root

_LEAST_BYTES = 1_000_000_000
"""Less holds no framework at all: a CPU build of PyTorch with what it needs and its archives takes more."""
_ROOMY_BYTES = 10_000_000_000
"""What a CUDA build of PyTorch takes with its archives, 8 to 10 GB."""
_SCRATCH = ".envctl-doctor-"
_NO_EXEC = getattr(os, "ST_NOEXEC", 0)


def roots_check(root: Root) -> CheckResult:
    """Whether environments, caches and locks can be written, and share files; really tried."""
    folders = {"environments": root.environments, "generations": root.generations, "locks": root.locks}
    folders |= {"cache": root.packages, "indexes": root.repodata}
    measured: dict[str, object] = {name: str(folder) for name, folder in folders.items()}
    there = tuple(dict.fromkeys(map(_existing, folders.values())))
    if refused := {folder: why for folder in there if (why := _refusal(folder))}:
        return CheckResult(
            id="roots",
            status="fail",
            summary=f"nothing can be written in {_listed(refused)}",
            cause="\n".join(dict.fromkeys(refused.values())),
            hint="check its owner and mode, or set ENVCTL_ROOT to another folder",
            measured=measured,
        )
    if no_exec := [folder for folder in there if os.statvfs(folder).f_flag & _NO_EXEC]:
        return CheckResult(
            id="roots",
            status="fail",
            summary=f"no program can be run from {_listed(no_exec)}",
            cause="the file system is mounted with noexec",
            hint="mount it without, or set ENVCTL_ROOT to a folder elsewhere",
            measured=measured,
        )
    linked = _can_link(_existing(root.packages), _existing(root.generations))
    measured["hard_links"] = linked
    if not linked:
        return CheckResult(
            id="roots",
            status="warn",
            summary="environments cannot share files with the package cache: each gets copies",
            cause=f"there are no hard links between {root.packages} and {root.generations}",
            hint="have both on one file system: ENVCTL_ROOT is one folder for both",
            measured=measured,
        )
    return CheckResult(
        id="roots",
        status="pass",
        summary=f"environments in {root.environments}, sharing files with the cache in {root.packages}",
        measured=measured,
    )


def space_check(root: Root) -> CheckResult:
    """Whether there is room for an environment."""
    folders = (root.generations, root.packages)
    free = {folder: shutil.disk_usage(_existing(folder)).free for folder in folders}
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
        measured={"environments_free_bytes": free[root.generations], "cache_free_bytes": free[root.packages]},
    )


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that there is."""
    return next(parent for parent in (folder, *folder.parents) if os.path.lexists(parent))


def _listed(folders: Iterable[Path]) -> str:
    return ", ".join(map(str, folders))


def _refusal(folder: Path) -> str | None:
    """Why nothing can be made in a folder."""
    try:
        with TemporaryDirectory(prefix=_SCRATCH, dir=folder):
            return None
    except OSError as error:
        return error.strerror


def _can_link(cache: Path, environments: Path) -> bool:
    with (
        TemporaryDirectory(prefix=_SCRATCH, dir=cache) as one,
        TemporaryDirectory(prefix=_SCRATCH, dir=environments) as other,
    ):
        Path(one, "file").touch()
        try:
            Path(other, "file").hardlink_to(Path(one, "file"))
        except OSError:
            return False
        return True
