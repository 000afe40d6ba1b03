"""What a person asks for: the content of an `environment.yml`, whoever wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Dependency:
    """One entry of a dependency list."""

    text: str
    """As written: a conda match spec (`numpy >=1.26`, `conda-forge::mkl`) or a line of a pip section."""
    selector: str | None = None
    """Where it holds: `linux` for `- numpy  # [linux]`, `sel(linux)` for micromamba's `- sel(linux): numpy`;
    None is everywhere."""
    comment: str | None = None
    """Why it stands there; written behind the entry as `# …`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EnvironmentSpec:
    """An environment as requested: names and ranges, nothing solved yet."""

    name: str | None = None
    channels: tuple[str, ...] = ()
    """In order of priority, highest first."""
    dependencies: tuple[Dependency, ...] = ()
    pip: tuple[Dependency, ...] | None = None
    """The pip section's lines; None where there is no such section."""
    sections: Mapping[str, Any] = field(default_factory=dict)
    """Other managers' sections of the dependency list (`npm: …`), kept as they are; nothing installs them."""
    variables: Mapping[str, str] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()
    """Subdirs the file is meant for (`linux-64`); empty where it does not say."""
    prefix: str | None = None
    category: str | None = None
    extras: Mapping[str, Any] = field(default_factory=dict)
    """Keys that belong to other tools, kept as they are."""
    directory: str | None = None
    """The folder that relative paths in the pip section start from."""
