"""The part of a lock that a format for one platform writes."""

from __future__ import annotations

from envctl.errors import UsageError
from envctl.model.lock import Lock, PlatformLock


def on_platform(lock: Lock, platform: str | None, *, called: str = "the lock") -> PlatformLock:
    """The part for a platform; of a lock for one, that one where None is asked for.

    Raises `UsageError` (`no-platform`, `several-platforms`), in which the lock is `called` so.
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
    if part is not None:
        return part
    several = lock.of_subdir(platform)
    if several:
        raise UsageError(
            f"{called} has several platforms for {platform}",
            code="several-platforms",
            hint=f"choose one of: {', '.join(part.key for part in several)}",
        )
    raise UsageError(f"{called} is not for {platform}", code="no-platform", hint=f"it is for {names}")
