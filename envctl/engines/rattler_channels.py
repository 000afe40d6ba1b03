"""Channels as people write them, as rattler takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from envctl.credentials import fill_in
from envctl.engines.rattler_channel_names import channel_url, members
from envctl.engines.rattler_mirrors import without_useless_login
from envctl.fsys import expand
from envctl.model.configuration import Configuration
from envctl.subdirs import current_subdir


def resolve_channels(
    words: Iterable[str],
    *,
    directory: Path | None,
    environ: Mapping[str, str],
    platform: str | None = None,
    configuration: Configuration | None = None,
) -> dict[str, str]:
    """Channel names and URLs that rattler takes, in the same order, each once, and what envctl calls each.

    Variables are expanded as conda does, `defaults` and other names of several channels become those (for the
    platform; None is this machine's), names become the URLs that they are configured to be, `nodefaults` says
    nothing here (nothing is ever added), and a relative folder starts from `directory`. A name is called as
    it was written, and so is a URL with variables: their values are for the channel alone.
    """
    configured = configuration or Configuration()
    resolved: dict[str, str] = {}
    for written in words:
        word = fill_in(written, environ).strip()
        several = members(word, configured, platform or current_subdir())
        if several is not None:
            resolved |= {without_useless_login(url, configured): url for url in several}
        elif word and word != "nodefaults":
            url, called = _located(word, directory, configured)
            resolved.setdefault(url, written.strip() if "://" in written else called)
    return resolved


def unlisted(specs: Iterable[str], channels: Iterable[str]) -> tuple[str, ...]:
    """Channels that specs name (`bioconda::samtools`) and the list lacks; they come last, as in conda."""
    names = {channel.rstrip("/").rsplit("/", 1)[-1] for channel in channels} | set(channels)
    named = (spec.partition("::")[0].strip() for spec in specs if "::" in spec)
    missing = (word for word in named if word.partition("/")[0] not in names and word not in names)
    return tuple(dict.fromkeys(word for word in missing if word and word != "defaults"))


def _located(word: str, directory: Path | None, configuration: Configuration) -> tuple[str, str]:
    """The channel's URL or name for rattler, and what it is called."""
    if word.startswith((".", "~", "/")):
        url = ((directory or Path.cwd()) / expand(word)).resolve().as_uri()
        return url, url
    url = word if "://" in word else channel_url(word, configuration)
    return without_useless_login(url, configuration), word
