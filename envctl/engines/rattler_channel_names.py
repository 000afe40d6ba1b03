"""What channels' names are configured to mean, resolved as in conda (conda/models/channel.py)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from envctl.credentials import has_secret, without_login
from envctl.model.configuration import Configuration

PUBLIC = "https://conda.anaconda.org"
"""What a bare name is put behind where no alias is configured."""
_DEFAULTS = ("https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r")
"""What conda means by `defaults` for Linux and macOS (conda/base/constants.py)."""
_DEFAULTS_WINDOWS = (*_DEFAULTS, "https://repo.anaconda.com/pkgs/msys2")


def members(name: str, configuration: Configuration, platform: str) -> tuple[str, ...] | None:
    """The URLs of the channels that a name stands for; None for the name of one channel."""
    found = configuration.custom_multichannels.get(name)
    if found is None and name == "defaults":
        built_in = _DEFAULTS_WINDOWS if platform.startswith("win-") else _DEFAULTS
        found = configuration.default_channels or built_in
    return None if found is None else tuple(_behind_alias(each, configuration) for each in found)


def channel_url(name: str, configuration: Configuration) -> str:
    """The URL of the channel with that name, credentials included; the name itself where none is configured.

    Of a channel with mirrors it is the usual one, if that is among them, else the first.
    """
    mirrors = configuration.mirrored_channels.get(name)
    if mirrors:
        usual = _behind_alias(name, configuration)
        return usual if usual in mirrors else mirrors[0]
    bases = dict(_bases(configuration))
    above = name
    while above not in bases and "/" in above:  # `internal/label/dev` is below where `internal` is
        above = above.rpartition("/")[0]
    if above in bases:
        return f"{bases[above]}/{name}"
    return _behind_alias(name, configuration) if configuration.channel_alias else name


def with_configured_login(url: str, configuration: Configuration) -> str:
    """The URL with the credentials of the configured channel that it is below: locks hold none."""
    several = (each for group in configuration.custom_multichannels.values() for each in group)
    for base in (
        *configuration.custom_channels.values(),
        *several,
        *configuration.default_channels,
        configuration.channel_alias or "",
    ):
        plain = without_login(base).rstrip("/") + "/"
        if has_secret(base) and url.startswith(plain):
            return f"{base.rstrip('/')}/{url[len(plain) :]}"
    return url


def _bases(configuration: Configuration) -> Iterator[tuple[str, str]]:
    """Names of channels, and the URL that each is below: the members of groups by their path, then those
    that have a URL of their own."""
    groups = (configuration.default_channels, *configuration.custom_multichannels.values())
    for url in (each for group in groups for each in group if "://" in each):
        path = urlsplit(url).path.strip("/")
        yield path, url.rstrip("/").removesuffix(f"/{path}")
    for name, base in configuration.custom_channels.items():
        yield name, _behind_alias(base, configuration)


def _behind_alias(word: str, configuration: Configuration) -> str:
    if "://" in word:
        return word.rstrip("/")
    return f"{(configuration.channel_alias or PUBLIC).rstrip('/')}/{word.strip('/')}"
