"""What may not be overwritten or removed, whatever was asked for."""

from __future__ import annotations

import sys
from pathlib import Path

from envctl.errors import AbsentError, RefusedError
from envctl.prefixes.generations import generations
from envctl.prefixes.in_use import processes_in
from envctl.prefixes.place import Place

_SHOWN = 5


def refuse_occupied(place: Place, *, replace: bool) -> None:
    """Say no when something stands at the place that may not be replaced.

    Raises `RefusedError`; only a conda environment is ever replaced, and only when asked for.
    """
    if place.prefix.is_mount():
        raise RefusedError(
            f"{place.prefix} is a mount point",
            code="mount-point",
            cause="an environment is put in place by a rename, and a mount point cannot be renamed",
            hint=f"give a folder in it: -p {place.prefix / 'env'}",
        )
    if not place.occupied:
        return
    foreign = place.name is not None and not place.prefix.is_symlink()
    if not place.is_environment or foreign:
        raise RefusedError(
            f"{place.prefix} exists and is no environment" + (" of envctl's" if foreign else ""),
            code="not-an-environment",
            cause="envctl replaces only environments, and by name only those that it made",
            hint="choose another place, or move what is there",
        )
    if not replace:
        raise RefusedError(
            f"the environment {place.label} exists already",
            code="environment-exists",
            cause=f"{place.prefix}",
            hint="give another -n NAME or -p DIR, or --replace to build it anew",
        )
    refuse_frozen(place)
    refuse_in_use(place)


def refuse_running(place: Place) -> None:
    """Say no to taking away what something runs in: its files would be gone under it.

    Raises `AbsentError` (`environment-in-use`).
    """
    running = [process for folder in _folders(place) for process in processes_in(folder)]
    if running:
        shown = ", ".join(f"{process.program} ({process.pid})" for process in running[:_SHOWN])
        raise AbsentError(
            f"{len(running)} processes run in {place.label}" if len(running) > 1
            else f"a process runs in {place.label}",
            code="environment-in-use",
            cause=shown + (", …" if len(running) > _SHOWN else ""),
            hint="end them first",
        )  # fmt: skip


def refuse_changing(place: Place) -> None:
    """Say no to changing what is not envctl's to change: what is frozen, a folder where a name's link should
    be, a mount point, what runs this, a conda installation. Raises `RefusedError`."""
    refuse_occupied(place, replace=True)


def refuse_frozen(place: Place) -> None:
    """Say no to changing an environment that is marked as finished (CEP 22). Raises `RefusedError`."""
    if (place.prefix / "conda-meta" / "frozen").exists():
        raise RefusedError(
            f"{place.label} is frozen",
            code="frozen",
            cause="conda-meta/frozen says that nothing may change it",
            hint="create another, or take that file away",
        )


def refuse_in_use(place: Place) -> None:
    """Say no to taking away what runs this, or a whole conda installation. Raises `RefusedError`."""
    prefix = place.prefix.resolve()
    if Path(sys.prefix).resolve() in _folders(place):
        raise RefusedError(
            f"envctl itself runs in {place.label}",
            code="own-environment",
            hint="use an envctl from somewhere else",
        )
    if (prefix / "condabin").exists() or any((prefix / "conda-meta").glob("conda-[0-9]*.json")):
        raise RefusedError(
            f"{place.prefix} is a conda installation",
            code="conda-installation",
            cause="it has a conda of its own, and other environments may live in it",
            hint="remove it by hand if that is what you want",
        )


def _folders(place: Place) -> set[Path]:
    """Where its generations are; without any, the place itself."""
    return {place.prefix.resolve(), *(each.prefix.resolve() for each in generations(place))}
