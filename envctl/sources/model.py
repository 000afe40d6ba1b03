"""What a word of the command line turned out to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from envctl.model.environment import EnvironmentSpec
from envctl.model.template import Rendered

if TYPE_CHECKING:
    from envctl.model.lock import Lock

Kind = Literal["template", "file", "environment"]
TEMPLATE_FIRST: tuple[Kind, ...] = ("template", "file", "environment")
"""How render, create and lock take a word that names several things."""
ENVIRONMENT_FIRST: tuple[Kind, ...] = ("environment", "file", "template")
FILE_FIRST: tuple[Kind, ...] = ("file", "environment", "template")
"""diff's order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SpecOptions:
    """What the command line changes about a source."""

    values: Mapping[str, str] = field(default_factory=dict)
    """Template parameters: `--set python=3.11`."""
    addons: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    """Put before the source's own channels."""
    override_channels: bool = False
    """Use no channels but `channels`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A specification and where it came from."""

    spec: EnvironmentSpec
    label: str
    """`template:NAME` or `file:PATH`."""
    rendered: Rendered | None = None
    """What the template said, where it was one."""
    options: SpecOptions
    warnings: tuple[str, ...] = ()
    note: str | None = None
    """Which reading was chosen, where a word could mean several things."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LockSource:
    """Exact packages and where they came from: a lock file, or an environment as it is installed."""

    lock: Lock
    label: str
    """`file:PATH`, `env:NAME` or `prefix:DIR`."""
    directory: str | None = None
    """The folder that relative paths of pip packages start from."""
    environment: str | None = None
    """Which of a file's environments it is, where the file names them."""
    warnings: tuple[str, ...] = ()
    note: str | None = None
