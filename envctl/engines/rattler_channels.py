"""Channels as people write them, as rattler takes them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

_DEFAULTS = ("https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r")
"""What conda means by `defaults` on Linux and macOS (conda/base/constants.py)."""
_DEFAULTS_WINDOWS = (*_DEFAULTS, "https://repo.anaconda.com/pkgs/msys2")
_VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w+)\}|(?P<bare>\w+))")


def resolve_channels(
    words: Iterable[str], *, directory: Path | None, environ: Mapping[str, str]
) -> tuple[str, ...]:
    """Channel names and URLs that rattler takes, in the same order, each once.

    Variables are expanded as conda does, `defaults` becomes its channels, `nodefaults` says nothing
    here (nothing is ever added), and a relative folder starts from `directory`.
    """
    resolved: dict[str, None] = {}
    for written in words:
        word = _VARIABLE.sub(
            lambda match: environ.get(match["braced"] or match["bare"], match[0]), written
        ).strip()
        if word == "defaults":
            resolved |= dict.fromkeys(_DEFAULTS_WINDOWS if os.name == "nt" else _DEFAULTS)
        elif word and word != "nodefaults":
            resolved[_folder_url(word, directory)] = None
    return tuple(resolved)


def _folder_url(word: str, directory: Path | None) -> str:
    if word.startswith((".", "~", "/")):
        return ((directory or Path.cwd()) / Path(word).expanduser()).resolve().as_uri()
    return word
