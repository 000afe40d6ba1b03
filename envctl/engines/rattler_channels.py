"""Channels as people write them, as rattler takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from envctl.credentials import fill_in
from envctl.fsys import expand
from envctl.subdirs import current_subdir

_DEFAULTS = ("https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r")
"""What conda means by `defaults` for Linux and macOS (conda/base/constants.py)."""
_DEFAULTS_WINDOWS = (*_DEFAULTS, "https://repo.anaconda.com/pkgs/msys2")


def resolve_channels(
    words: Iterable[str],
    *,
    directory: Path | None,
    environ: Mapping[str, str],
    platform: str | None = None,
) -> dict[str, str]:
    """Channel names and URLs that rattler takes, in the same order, each once, and what envctl calls each.

    Variables are expanded as conda does, `defaults` becomes its channels for the platform (None is this
    machine's), `nodefaults` says nothing here (nothing is ever added), and a relative folder starts from
    `directory`. A URL that was written with variables is called as it was written: their values are for the
    channel alone.
    """
    windows = (platform or current_subdir()).startswith("win-")
    resolved: dict[str, str] = {}
    for written in words:
        word = fill_in(written, environ).strip()
        if word == "defaults":
            resolved |= {url: url for url in (_DEFAULTS_WINDOWS if windows else _DEFAULTS)}
        elif word and word != "nodefaults":
            url = _folder_url(word, directory)
            resolved.setdefault(url, written.strip() if "://" in written else url)
    return resolved


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
