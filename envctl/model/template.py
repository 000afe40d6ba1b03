"""A named template as written, and what came out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from envctl.model.environment import EnvironmentSpec


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectations:
    """What must hold inside the environment: the template's `verify` section."""

    imports: tuple[str, ...] = ()
    """Python modules that must import."""
    cuda: str | None = None
    """The CUDA version the framework must be built for, such as `11.8`; None where it is a CPU build."""
    gpu: bool = False
    """Whether a GPU is needed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A template after its parameters and add-ons are filled in."""

    spec: EnvironmentSpec
    template: str
    params: Mapping[str, str] = field(default_factory=dict)
    """Every parameter with the value used, defaults included."""
    addons: tuple[str, ...] = ()
    virtual_packages: Mapping[str, str] = field(default_factory=dict)
    """What the target machine must offer, such as `{"__cuda": ">=12.4"}`."""
    verify: Expectations = field(default_factory=Expectations)
