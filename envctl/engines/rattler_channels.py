"""Channels as people write them, as rattler takes them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from envctl.fsys import expand

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


def unlisted(specs: Iterable[str], channels: Iterable[str]) -> tuple[str, ...]:
    """Channels that specs name (`bioconda::samtools`) and the list lacks; they come last, as in conda."""
    names = {channel.rstrip("/").rsplit("/", 1)[-1] for channel in channels} | set(channels)
    named = (spec.partition("::")[0].strip() for spec in specs if "::" in spec)
    missing = (word for word in named if word.partition("/")[0] not in names and word not in names)
    return tuple(dict.fromkeys(word for word in missing if word and word != "defaults"))


def _folder_url(word: str, directory: Path | None) -> str:
    if word.startswith((".", "~", "/")):
        return ((directory or Path.cwd()) / expand(word)).resolve().as_uri()
    return word
