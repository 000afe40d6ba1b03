"""Where environments and caches live.

`ENVCTL_ROOT` holds both when it is set. Otherwise environments go to the user's data folder and
caches to the user's cache folder, as the system has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Root:
    """The folders that envctl owns."""

    data: Path
    cache: Path

    @property
    def environments(self) -> Path:
        """One symbolic link per named environment."""
        return self.data / "envs"

    @property
    def generations(self) -> Path:
        """What the links point to: `NAME/1`, `NAME/2`, …"""
        return self.data / "generations"

    @property
    def locks(self) -> Path:
        """One lock file per environment that is being changed."""
        return self.data / "locks"

    @property
    def packages(self) -> Path:
        """The package cache."""
        return self.cache / "pkgs"

    @property
    def repodata(self) -> Path:
        """The cache of channel indexes."""
        return self.cache / "repodata"


def find_root(environ: Mapping[str, str]) -> Root:
    """The folders for this user and environment; nothing is created."""
    given = environ.get("ENVCTL_ROOT")
    if given:
        root = Path(given).expanduser().absolute()
        return Root(data=root, cache=root / "cache")
    from platformdirs import user_cache_path, user_data_path

    return Root(
        data=user_data_path("envctl", appauthor=False), cache=user_cache_path("envctl", appauthor=False)
    )
