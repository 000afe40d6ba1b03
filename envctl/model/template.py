"""A named template as written, and what came out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from envctl.model.environment import EnvironmentSpec

Kind = Literal["template", "addon"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectations:
    """What must hold inside the environment: the template's `verify` section."""

    imports: tuple[str, ...] = ()
    """Python modules that must import."""
    cuda: str | None = None
    """The CUDA version the framework must be built for, such as `11.8`; None where it is a CPU build."""
    gpu: bool = False
    """Whether a GPU is needed."""
    count: int | None = None
    """How many GPUs there must be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """A value that the person who renders a template may choose."""

    name: str
    default: str
    allowed: tuple[str, ...] = ()
    """The values it may have, in the order written; empty where `versions` decides or any value will do."""
    versions: str | None = None
    """A PEP 440 range that the value must lie in, such as `>=2.5,<2.8`."""
    help: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateSummary:
    """One line of the catalogue."""

    name: str
    kind: Kind
    path: str
    origin: str
    """Where it was found: `shipped`, `./templates` or `ENVCTL_TEMPLATES`."""
    summary: str = ""
    params: tuple[Parameter, ...] = ()
    shadows: tuple[str, ...] = ()
    """Files of the same name further down the search path, which this one hides."""
    problem: str | None = None
    """Why the file cannot be used; None for a sound one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A template after its parameters and add-ons are filled in."""

    spec: EnvironmentSpec
    template: str
    params: Mapping[str, str] = field(default_factory=dict)
    """Every parameter with the value used, defaults included."""
    addons: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    """Subdirs it is meant for. They are not in `spec`: conda takes the key for a mistake, and says so on
    standard output."""
    virtual_packages: Mapping[str, str] = field(default_factory=dict)
    """What the target machine must offer, such as `{"__cuda": ">=12.4"}`."""
    verify: Expectations = field(default_factory=Expectations)
