"""What a user has configured for this ecosystem's tools; envctl has no configuration file of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

ChannelPriority = Literal["strict", "flexible", "disabled"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Configuration:
    """The settings that both engines honour, as conda merges them; each default is "not configured".

    Texts are as their file has them, variables filled in; credentials may be in any URL.
    """

    files: tuple[Path, ...] = ()
    """The files that were read, the weakest first."""
    channels: tuple[str, ...] = ()
    """For a source that names none."""
    channel_alias: str | None = None
    """The URL that a channel's bare name is put behind."""
    default_channels: tuple[str, ...] = ()
    """What the word `defaults` means."""
    custom_channels: Mapping[str, str] = field(default_factory=dict)
    """A channel's name to the URL that it is below: `conda-forge` to `https://mirror/conda`."""
    custom_multichannels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """A name to the channels that it stands for."""
    mirrored_channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """A channel's name to the URLs that have the same packages, the first tried first (mamba's setting)."""
    mirrors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """A URL's beginning to those that are asked in its place (rattler's `[mirrors]`)."""
    channel_priority: ChannelPriority | None = None
    proxies: Mapping[str, str] = field(default_factory=dict)
    """A scheme, or `scheme://host`, to the proxy's URL (`proxy_servers`); `no` to the hosts that are reached
    without one, with commas between them (rattler's `non-proxy-hosts`)."""
    ssl_verify: bool | str = True
    """False: certificates are not verified; a text: the file with the authorities, or `truststore`."""
    envs_dirs: tuple[Path, ...] = ()
    """Where named environments are, the first for new ones."""
    pkgs_dirs: tuple[Path, ...] = ()
    """Where packages are cached, the first for new ones."""
    extra_safety_checks: bool = False
    """Whether every file of the package cache is checked by its hash, as with `--verify-cache`."""
