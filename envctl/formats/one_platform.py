"""The part of a lock that a format for one platform writes."""

from __future__ import annotations

from envctl.errors import UsageError
from envctl.model.lock import Lock, PlatformLock


def on_platform(lock: Lock, platform: str) -> PlatformLock:
    """The part for a platform; raises `UsageError` (`no-platform`) where the lock has none."""
    part = lock.on(platform)
    if part is None:
        has = ", ".join(each.label or each.platform for each in lock.platforms)
        raise UsageError(f"the lock is not for {platform}", code="no-platform", hint=f"it is for {has}")
    return part
