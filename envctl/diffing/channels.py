"""Whether a package comes from the channel that a request names."""

from __future__ import annotations

from envctl.versions import channel_key

_DEFAULTS = frozenset({"defaults", "pkgs/main", "pkgs/r", "pkgs/msys2", "pkgs/free"})
"""conda's `defaults` has had these (conda/base/constants.py)."""


def comes_from(channel: str, wanted: str) -> bool:
    """Whether a package of `channel` answers a request that names `wanted`, both written in any way.

    A channel that is named without its host may come from a mirror.
    """
    had, asked = channel_key(channel), channel_key(wanted)
    if had == asked:
        return True
    if asked == "defaults":
        return had in _DEFAULTS
    return "://" not in asked and had.endswith(f"/{asked}")
