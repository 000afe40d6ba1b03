"""The mirrors that a user has configured: who is asked in a channel's place.

rattler asks the first one that has failed least; a server's error (5xx) or no answer at all counts as a
failure, and the next try goes to the next one. An answer such as 404 or 403 stands, and so does a package
with another hash (rattler_networking/src/mirror_middleware.rs). What is recorded is the channel's own URL.
"""

from __future__ import annotations

from envctl.credentials import without_login
from envctl.engines.rattler_channel_names import channel_url
from envctl.model.configuration import Configuration


def mirrors(configuration: Configuration) -> dict[str, list[str]]:
    """The beginnings of URLs, and those that are asked instead, the first first; each ends in a slash.

    Folders are left out: rattler's mirrors are servers.
    """
    named = {
        channel_url(name, configuration): urls
        for name, urls in configuration.mirrored_channels.items()
        if len(urls) > 1
    }
    return {
        _slash(upstream): [_slash(url) for url in urls if not url.startswith("file:")]
        for upstream, urls in {**named, **configuration.mirrors}.items()
        if not upstream.startswith("file:")
    }


def without_useless_login(url: str, configuration: Configuration) -> str:
    """The URL; without its credentials where a mirror answers for it, which would be told them."""
    plain = without_login(url)
    return plain if any(_slash(plain).startswith(upstream) for upstream in mirrors(configuration)) else url


def _slash(url: str) -> str:
    return url.rstrip("/") + "/"
