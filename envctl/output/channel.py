"""What a channel build made."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from envctl.ops.channel_build import ChannelBuildResult


def summary(result: ChannelBuildResult) -> str:
    """Two lines: what there is, and how to use it."""
    return (
        f"{len(result.packages)} packages for Python {result.python_version} in {result.directory}: "
        f"{len(result.built)} built, {len(result.kept)} kept\n"
        f"next: envctl create TEMPLATE -c {result.url} --override-channels"
    )


def fields(result: ChannelBuildResult) -> dict[str, Any]:
    """The verb's fields for JSON."""
    return {
        "directory": str(result.directory),
        "url": result.url,
        "subdir": result.subdir,
        "python_version": result.python_version,
        "built": list(result.built),
        "kept": list(result.kept),
        "packages": [asdict(package) for package in result.packages],
    }
