"""The conda that a user has, and whether envctl can drive it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from envctl import proc
from envctl.engines.conda_environ import conda_environ
from envctl.errors import AbsentError, EnvctlError

OLDEST = (23, 11)
NEWEST = (26,)
"""What the engine is tested with: conda's first release with libmamba as its solver, up to the year 2026."""
_HOMES = ("miniforge3", "miniconda3", "mambaforge", "anaconda3", "miniforge", "miniconda", "anaconda")
"""What conda's installers call their folder, below the user's home or `/opt`."""
_VERSION = re.compile(r"conda (?P<version>(?P<release>\d+(?:\.\d+)+)\S*)")
_ANSWERS_S = 60.0
"""Conda answers with its version in half a second; from a cold network disk in many."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conda:
    """An executable that answers as conda does."""

    executable: Path
    version: str

    @property
    def release(self) -> tuple[int, ...]:
        """The version's numbers."""
        match = _VERSION.match(f"conda {self.version}")
        return tuple(map(int, match["release"].split("."))) if match else ()

    @property
    def is_newer(self) -> bool:
        """Whether it is newer than all that the engine is tested with."""
        return self.release[: len(NEWEST)] > NEWEST


def find_conda(environ: Mapping[str, str]) -> Conda:
    """The conda that `CONDA_EXE` names, else the one on PATH, else one in a usual place.

    The first that answers is the user's. A newer one than the tested is taken: what envctl asks of conda has
    kept its form for years, and an answer that it does not know is an error and no guess. Raises
    `AbsentError` (`no-conda`, `old-conda`).
    """
    for executable in _candidates(environ):
        conda = _asked(executable, environ)
        if conda is None:
            continue
        if conda.release < OLDEST:
            raise AbsentError(
                f"conda {conda.version} is too old",
                code="old-conda",
                cause=f"{executable}; envctl drives conda {'.'.join(map(str, OLDEST))} and later",
                hint="`conda update -n base conda`, or --engine rattler, which needs no conda",
            )
        return conda
    which = f", which is {environ['CONDA_EXE']}" if environ.get("CONDA_EXE") else ""
    raise AbsentError(
        "there is no conda",
        code="no-conda",
        cause=f"sought by CONDA_EXE{which}, on PATH, and in the folders that its installers use",
        hint="name it with CONDA_EXE, or use --engine rattler, which needs no conda",
    )


def named_in_vain(environ: Mapping[str, str], found: Conda) -> str | None:
    """What CONDA_EXE names, where another conda was found."""
    named = environ.get("CONDA_EXE")
    return named if named and _program(named, environ) != found.executable else None


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    named = [environ.get("CONDA_EXE") or "conda", "conda"]
    for name in dict.fromkeys(named):
        if found := _program(name, environ):
            yield found
    homes = [Path(environ["HOME"])] if environ.get("HOME") else []
    folders = [home / name for home in (*homes, Path("/opt")) for name in _HOMES]
    for folder in (*folders, Path("/opt/conda")):
        for place in ("bin", "condabin"):
            if os.access(folder / place / "conda", os.X_OK):
                yield folder / place / "conda"


def _program(name: str, environ: Mapping[str, str]) -> Path | None:
    found = shutil.which(name, path=environ.get("PATH", os.defpath))
    return Path(found).absolute() if found else None


def _asked(executable: Path, environ: Mapping[str, str]) -> Conda | None:
    """The conda, by its own word; None for what does not answer, or is another program."""
    with suppress(EnvctlError):
        done = proc.run([executable, "--version"], env=conda_environ(environ), timeout_s=_ANSWERS_S)
        match = _VERSION.search(done.stdout + done.stderr)
        if done.returncode == 0 and match:
            return Conda(executable=executable, version=match["version"])
    return None
