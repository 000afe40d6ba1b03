"""What lock wrote, and whether a lock still answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from envctl.model.lock import PlatformLock
    from envctl.ops.lock import LockResult
    from envctl.ops.lock_check import LockCheckResult


def summary(result: LockResult) -> str:
    """One line: what was locked, for which platforms, and where it is."""
    where = f" in {result.output}" if result.output else ""
    return f"locked {result.source}{where}: {', '.join(map(_part, result.lock.platforms))}"


def fields(result: LockResult) -> dict[str, Any]:
    """The verb's fields for JSON; the text is there where no file has it."""
    return {
        "source": result.source,
        "format": result.format,
        "output": None if result.output is None else str(result.output),
        "platforms": [
            {
                "platform": part.key,
                "packages": len(part.conda),
                "pip_packages": len(part.pip),
                "virtual_packages": sorted(part.virtual_packages),
                "content_hash": part.content_hash,
            }
            for part in sorted(result.lock.platforms, key=lambda part: part.key)
        ],
        "lost": list(result.lost),
        "text": result.text if result.output is None else None,
    }


def check_summary(result: LockCheckResult) -> str:
    """The verdict first, then why."""
    if not result.fresh:
        reasons = "\n".join(f"  {reason}" for reason in result.reasons)
        return f"{result.file} is stale:\n{reasons}\nnext: envctl lock without --check writes it anew"
    changed = ", which was written anew since and asks for nothing else" if result.unchanged is False else ""
    return f"{result.file} answers its source{changed}"


def check_fields(result: LockCheckResult) -> dict[str, Any]:
    """The verdict for JSON."""
    return {
        "lock": str(result.file),
        "fresh": result.fresh,
        "unchanged": result.unchanged,
        "reasons": list(result.reasons),
    }


def _part(part: PlatformLock) -> str:
    pip = f" + {len(part.pip)} pip" if part.pip else ""
    return f"{part.key} {len(part.conda)}{pip}"
