"""A difference in one line."""

from __future__ import annotations

from collections import Counter

from envctl.model.diff import Diff, Kind
from envctl.output.diff_platforms import common_platforms, compared, other_settings, whole_platforms
from envctl.output.package_words import plain

_KIND_WORDS: dict[Kind, str] = {
    "upgrade": "upgrade",
    "downgrade": "downgrade",
    "build": "build",
    "channel": "channel",
    "hash": "replaced file",
    "source": "source",
}
"""What is counted among the changes: that requests differ between specifications needs no word."""


def verdict(diff: Diff) -> str:
    """`3 added, 12 changed (2 upgrades, 10 builds) on 2 platforms; 230 the same`, or that nothing differs."""
    if not diff.differs and diff.satisfaction:
        return f"{plain(diff.after)} satisfies {plain(diff.before)}: {_count(diff.unchanged, 'request')}"
    if not diff.differs:
        return f"no difference between {plain(diff.before)} and {plain(diff.after)}"
    changed = compared(diff, diff.changed)
    kinds = Counter(kind for change in changed for kind in change.kinds)
    told = ", ".join(_count(kinds[kind], word) for kind, word in _KIND_WORDS.items() if kinds[kind])
    packages = {
        "added": len(compared(diff, diff.added)),
        "removed": len(compared(diff, diff.removed)),
        f"changed ({told})" if told else "changed": len(changed),
        "unsatisfied": len(diff.unsatisfied),
        "extra": len(diff.extra),
    }
    parts = [f"{count} {word}" for word, count in packages.items() if count]
    if parts and (platforms := len(common_platforms(diff))) > 1:
        parts[-1] += f" on {platforms} platforms"
    if settings := other_settings(diff):
        parts.append(_count(len(settings), "setting"))
    for platform, is_new in whole_platforms(diff):
        parts.append(f"platform {platform} {'added' if is_new else 'removed'}")
    same = "satisfied" if diff.satisfaction else "the same"
    return f"{', '.join(parts)}; {diff.unchanged} {same}"


def replaced_files(count: int) -> str:
    """What is said above all else."""
    files = "1 file was" if count == 1 else f"{count} files were"
    return f"{files} replaced: other content under the same URL"


def _count(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
