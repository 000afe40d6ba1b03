"""A difference as rows for people: what matters first, the same change on several platforms once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from envctl.model.diff import Change, Diff
from envctl.output.diff_platforms import common_platforms, compared, other_settings, where, whole_platforms
from envctl.output.package_words import found, plain, sides, version

_BUILD_HASH = re.compile(r"h[0-9a-f]{7}(?=_\d+(?: |$))")
"""As conda-build ends a build string: `py312h1f3a2b4_0`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a table."""

    change: str
    """`added`, `removed`, `upgrade, channel`, `setting`, `platform`, `unsatisfied`, `extra`."""
    name: str
    before: str = ""
    after: str = ""
    manager: str = ""
    platform: str = ""
    requested: bool | None = None
    replaced: str = ""
    """The URL under which other content lies; name and version where the URL is not known."""


def rows(diff: Diff) -> list[Row]:
    """Replaced files, what was asked for, settings, whole platforms, then what came along."""
    packages = sorted(
        _merged(_packages(diff), common_platforms(diff)),
        key=lambda row: (not row.replaced, not row.requested, row.manager, row.name, row.platform),
    )
    first = [row for row in packages if row.replaced or row.requested]
    return [*first, *_settings(diff), *_platforms(diff), *packages[len(first) :]]


def along(first_left_out: Row) -> str:
    """What is said of the rows that a reader does not see at once, by the first of them."""
    return " that came along" if first_left_out.requested is False else ""


def columns(diff: Diff, shown: Iterable[Row]) -> dict[str, str]:
    """The headings of the columns that say something, and the field of a row that each shows."""
    asked = bool(diff.unsatisfied or diff.extra)
    named = {"change": "change", "package": "name"}
    named |= {"wants": "before", "has": "after"} if asked else {"before": "before", "after": "after"}
    if len(common_platforms(diff)) > 1:
        named["platform"] = "platform"
    if any(row.manager == "pip" for row in shown):
        named["manager"] = "manager"
    return named


def _packages(diff: Diff) -> Iterator[Row]:
    for word, changes in (("added", diff.added), ("removed", diff.removed), ("changed", diff.changed)):
        for change in compared(diff, changes):
            before, after = _without_hashes(*sides(change))
            kinds = [kind for kind in change.kinds if kind != "spec"] or change.kinds
            yield Row(
                change=", ".join(kinds) or word,
                name=plain(change.name),
                before=before,
                after=after,
                manager=change.manager,
                platform=change.platform or "",
                requested=change.requested,
                replaced=_place(change) if "hash" in change.kinds else "",
            )
    for request in diff.unsatisfied:
        there = found(request) or "nothing"
        if not _BUILD_HASH.search(request.spec):
            there = _BUILD_HASH.sub("h…", there)
        yield Row(
            change="unsatisfied",
            name=plain(request.name),
            before=plain(request.spec),
            after=there,
            manager=request.manager,
            platform=request.platform,
            requested=True,
        )
    for extra in diff.extra:
        yield Row(
            change="extra",
            name=plain(extra.package.name),
            after=version(extra.package),
            manager=extra.package.manager,
            platform=extra.platform,
        )


def _without_hashes(before: str, after: str) -> tuple[str, str]:
    """Build strings without their hash, which is another on each platform, where that leaves a difference."""
    was, now = (_BUILD_HASH.sub("h…", words) for words in (before, after))
    builds = {words.partition(" from ")[0] for words in (was, now)}
    return (before, after) if len(builds) == 1 else (was, now)


def _place(change: Change) -> str:
    return plain(getattr(change.after, "url", None) or f"{change.name} {version(change.after)}")


def _merged(singles: Iterable[Row], common: list[str]) -> Iterator[Row]:
    """One row for what is the same on several platforms; asked for on one of them is asked for."""
    groups: dict[Row, list[Row]] = {}
    for row in singles:
        groups.setdefault(replace(row, platform="", requested=None), []).append(row)
    for same, group in groups.items():
        requested = any(row.requested for row in group) or group[0].requested
        yield replace(same, platform=where([row.platform for row in group], common), requested=requested)


def _settings(diff: Diff) -> Iterator[Row]:
    for setting in other_settings(diff):
        was, now = (plain(", ".join(values or ())) for values in (setting.before, setting.after))
        yield Row(change="setting", name=plain(setting.name), before=was, after=now)


def _platforms(diff: Diff) -> Iterator[Row]:
    for (platform, is_new), count in whole_platforms(diff).items():
        words = f"{count} packages" if count > 1 else "1 package"
        yield Row(
            change="platform",
            name=platform,
            before="" if is_new else words,
            after=words if is_new else "",
        )
