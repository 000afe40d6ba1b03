"""A specification's content hash: whether two specifications are written alike, told without reading them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from envctl.credentials import scrub
from envctl.formats.requirements import Constraints
from envctl.model.environment import Dependency, EnvironmentSpec


def content_hash(spec: EnvironmentSpec, platform: str, virtual_packages: Sequence[str]) -> str:
    """The SHA-256, in hexadecimal, of all in a platform's specification that a lock depends on.

    Blanks, comments, the order of the conda packages and credentials do not count; the order of channels
    and of pip lines does, and so does the spelling of a request: a lock whose hash differs may still hold.
    """
    content = {
        "version": 1,
        "platform": platform,
        "channels": [scrub(channel) for channel in spec.channels],
        "dependencies": sorted(map(_text, spec.dependencies)),
        "pip": [text for line in spec.pip or () for text in _pip_texts(line)],
        "variables": dict(spec.variables),
        "virtual_packages": sorted(virtual_packages),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _pip_texts(line: Dependency) -> list[str]:
    return [_text(line), *(map(scrub, line.lines) if isinstance(line, Constraints) else ())]


def _text(dependency: Dependency) -> str:
    return scrub(" ".join(dependency.text.split()))
