"""What may not be overwritten or removed, whatever was asked for."""

from __future__ import annotations

import sys
from pathlib import Path

from envctl.errors import RefusedError
from envctl.prefixes.place import Place


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
    refuse_in_use(place)


def refuse_in_use(place: Place) -> None:
    """Say no to taking away what runs this, or a whole conda installation. Raises `RefusedError`."""
    prefix = place.prefix.resolve()
    if prefix == Path(sys.prefix).resolve():
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
