"""What is to be solved, in rattler's terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rattler import Channel, GenericVirtualPackage, MatchSpec, RepoDataRecord, Subdir

from envctl.model.configuration import ChannelPriority


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One request."""

    words: tuple[str, ...]
    """The channels as they are called."""
    written: Mapping[str, str]
    """How the URLs that were written with variables were, by what they are."""
    channels: Sequence[Channel]
    """Those, and channels that only a spec names."""
    specs: Mapping[str, MatchSpec]
    platforms: tuple[Subdir, ...]
    virtual_packages: Sequence[GenericVirtualPackage]
    requirement: str | None
    """What the source says the machine must offer, for the explanation."""
    keep: Sequence[RepoDataRecord]
    described: bool
    """Whether the virtual packages are a description, and not this machine's."""
    priority: ChannelPriority
