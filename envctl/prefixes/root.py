"""Where environments and caches live.

`ENVCTL_ROOT` holds both when it is set. Otherwise they are where the user has configured conda to have them
(`envs_dirs`, `pkgs_dirs`, the first that can be written), else in the user's data and cache folders, as the
system has them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

GENERATIONS = ".envctl"
"""The folder within one of conda's `envs_dirs` that has the generations of the links beside it: conda takes
the links for environments, and passes a folder over that is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Root:
    """The folders that envctl owns, and those that it shares with conda."""

    data: Path
    cache: Path
    envs_dir: Path | None = None
    """conda's folder for named environments, where one is configured."""
    pkgs_dir: Path | None = None
    """conda's package cache, where one is configured."""

    @property
    def environments(self) -> Path:
        """One symbolic link per named environment; in `envs_dir`, conda lists and activates them by name."""
        return self.envs_dir or self.own_environments

    @property
    def own_environments(self) -> Path:
        """Where they are with no `envs_dir`, and stay if one is configured later."""
        return self.data / "envs"

    @property
    def generations(self) -> Path:
        """What the links point to: `NAME/1`, `NAME/2`, …"""
        return self.generations_of(self.environments)

    def generations_of(self, environments: Path) -> Path:
        """What the links in a folder point to."""
        if environments == self.own_environments:
            return self.data / "generations"
        return environments / GENERATIONS

    @property
    def locks(self) -> Path:
        """One lock file per environment that is being changed."""
        return self.data / "locks"

    @property
    def packages(self) -> Path:
        """The package cache.

        In conda's cache it is a folder of its own: rattler lays its cache out otherwise, and locks it
        otherwise, so neither may write into the other's. `conda clean` passes it over.
        """
        return self.pkgs_dir / "envctl" if self.pkgs_dir else self.cache / "pkgs"

    @property
    def repodata(self) -> Path:
        """The cache of channel indexes."""
        return self.cache / "repodata"


def find_root(environ: Mapping[str, str]) -> Root:
    """The folders for this user and environment; nothing is created.

    Raises `InputError` as `envctl.configuration.read`, whose files do not matter where ENVCTL_ROOT is set.
    """
    given = environ.get("ENVCTL_ROOT")
    if given:
        root = Path(given).expanduser().absolute()
        return Root(data=root, cache=root / "cache")
    from envctl.configuration.read import read

    configured = read(environ)
    return replace(
        own_root(),
        envs_dir=next(filter(_writable, configured.envs_dirs), None),
        pkgs_dir=next(filter(_writable, configured.pkgs_dirs), None),
    )


def own_root() -> Root:
    """The folders where nothing is set or configured."""
    from platformdirs import user_cache_path, user_data_path

    return Root(
        data=user_data_path("envctl", appauthor=False), cache=user_cache_path("envctl", appauthor=False)
    )


def _writable(folder: Path) -> bool:
    """Whether something can be made in it, or it can be made."""
    # Path.exists() raises below a folder that may not be looked into.
    there = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
    return os.path.isdir(there) and os.access(there, os.W_OK | os.X_OK)  # noqa: PTH112
