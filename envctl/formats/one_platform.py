"""The part of a lock that a format for one platform writes."""

from __future__ import annotations

from envctl.errors import UsageError
from envctl.model.lock import Lock, PlatformLock


def on_platform(lock: Lock, platform: str | None) -> PlatformLock:
    """The part for a platform; of a lock for one, that one where None is asked for.

    Raises `UsageError` (`no-platform`, `several-platforms`).
    """
    names = ", ".join(part.key for part in lock.platforms)
    if platform is None:
        if len(lock.platforms) == 1:
            return lock.platforms[0]
        raise UsageError(
            "the format holds one platform",
            code="several-platforms",
            cause=f"there are {len(lock.platforms)}: {names}",
            hint="choose with --platform",
        )
    part = lock.on(platform)
    if part is None:
        raise UsageError(f"the lock is not for {platform}", code="no-platform", hint=f"it is for {names}")
    return part
