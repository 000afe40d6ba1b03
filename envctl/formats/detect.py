"""What a file is, told from its content and never from its name."""

from __future__ import annotations

import re
from typing import Literal

Format = Literal["environment-yaml", "explicit", "conda-lock-v1", "pixi-lock"]

_EXPLICIT = re.compile(r"^@EXPLICIT\s*$", re.MULTILINE)
_CONDA_LOCK = re.compile(r"^metadata:", re.MULTILINE), re.compile(r"^package:", re.MULTILINE)
_PIXI_LOCK = re.compile(r"^environments:", re.MULTILINE), re.compile(r"^packages:", re.MULTILINE)


def detect(text: str) -> Format:
    """The format of a description of an environment; an `environment.yml` where it is no lock."""
    if _EXPLICIT.search(text):
        return "explicit"
    if all(key.search(text) for key in _CONDA_LOCK):
        return "conda-lock-v1"
    if all(key.search(text) for key in _PIXI_LOCK):
        return "pixi-lock"
    return "environment-yaml"
