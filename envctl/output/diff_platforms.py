"""Where a difference holds: platforms that both sides have, and whole platforms that one side has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain

from envctl.model.diff import Change, Diff, Setting


def common_platforms(diff: Diff) -> list[str]:
    """Those compared without those that one side alone has, by the setting `platforms`."""
    lone = {
        platform
        for setting in diff.settings
        if setting.name == "platforms"
        for platform in {*(setting.before or ())} ^ {*(setting.after or ())}
    }
    return [platform for platform in diff.platforms if platform not in lone]


def compared(diff: Diff, changes: Iterable[Change]) -> list[Change]:
    """The changes on platforms that both sides have; the others came or went with their platform."""
    common = {*common_platforms(diff), None}
    return [change for change in changes if change.platform in common]


def whole_platforms(diff: Diff) -> dict[tuple[str, bool], int]:
    """The number of packages of each platform that one side alone has, and whether it is the second side."""
    common = common_platforms(diff)
    counts = Counter(
        (change.platform, change.before is None)
        for change in chain(diff.added, diff.removed)
        if change.platform is not None and change.platform not in common
    )
    return dict(sorted(counts.items()))


def other_settings(diff: Diff) -> list[Setting]:
    """All but the platforms, where these are told with their packages."""
    told = "platforms" if whole_platforms(diff) else None
    return [setting for setting in diff.settings if setting.name != told]


def where(platforms: list[str], common: list[str]) -> str:
    """Several platforms in few words: `all 4`, `all but win-64`, `linux-64, osx-arm64`."""
    missing = [platform for platform in common if platform not in platforms]
    if len(platforms) > 1 and not missing:
        return f"all {len(common)}"
    if len(platforms) > 1 and len(missing) == 1:
        return f"all but {missing[0]}"
    return ", ".join(platforms)
