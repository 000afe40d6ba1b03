"""`environment.yml` as conda, micromamba and conda-lock read it: text to specification and back."""

from __future__ import annotations

from dataclasses import replace

from envctl.formats.environment_yaml_read import Reading, loads
from envctl.formats.environment_yaml_write import dumps
from envctl.formats.selectors import holds
from envctl.model.environment import Dependency, EnvironmentSpec

__all__ = ["Reading", "dumps", "for_platform", "loads"]


def for_platform(spec: EnvironmentSpec, subdir: str) -> EnvironmentSpec:
    """The specification on one platform: entries whose selector holds there, without the selector."""

    def chosen(entries: tuple[Dependency, ...]) -> tuple[Dependency, ...]:
        return tuple(replace(entry, selector=None) for entry in entries if holds(entry.selector, subdir))

    pip = None if spec.pip is None else chosen(spec.pip)
    return replace(spec, dependencies=chosen(spec.dependencies), pip=pip)
