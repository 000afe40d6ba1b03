"""Where an environment came from, as written beside its packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from envctl.model.template import Expectations


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """The record that `create` leaves under `conda-meta/`."""

    envctl_version: str
    created: str
    """UTC, ISO 8601."""
    source: str
    """`template:NAME` or `file:PATH`, as the user gave it."""
    params: Mapping[str, str] = field(default_factory=dict)
    addons: tuple[str, ...] = ()
    spec: str
    """The whole specification as `environment.yml` text, credentials removed."""
    spec_sha256: str
    """Of that text."""
    channels: tuple[str, ...]
    virtual_packages: tuple[str, ...] = ()
    verify: Expectations | None = None
    engine: str | None = None
    """Which installed it, with its version; None in the records of envctl 0.1's first environments."""
