"""A difference for scripts."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any, get_args

from envctl.model.diff import Change, Diff, Item, Kind


def fields(diff: Diff) -> dict[str, Any]:
    """The verb's fields for JSON: always all of them, all lists sorted."""
    kinds = Counter(kind for change in diff.changed for kind in change.kinds)
    lists: dict[str, list[dict[str, Any]]] = {
        "added": [_change(change) for change in _sorted(diff.added)],
        "removed": [_change(change) for change in _sorted(diff.removed)],
        "changed": [_change(change) for change in _sorted(diff.changed)],
        "unsatisfied": [
            {
                "name": request.name,
                "manager": request.manager,
                "platform": request.platform,
                "spec": request.spec,
                "found": _record(request.found),
            }
            for request in sorted(
                diff.unsatisfied, key=lambda item: (item.platform, item.manager, item.name, item.spec)
            )
        ],
        "extra": [
            {
                "name": extra.package.name,
                "manager": extra.package.manager,
                "platform": extra.platform,
                "package": _record(extra.package),
            }
            for extra in sorted(
                diff.extra, key=lambda item: (item.platform, item.package.manager, item.package.name)
            )
        ],
        "settings": [asdict(setting) for setting in sorted(diff.settings, key=lambda item: item.name)],
    }
    return {
        "before": diff.before,
        "after": diff.after,
        "differs": diff.differs,
        "summary": {
            **{name: len(entries) for name, entries in lists.items()},
            "unchanged": diff.unchanged,
            "kinds": {kind: kinds[kind] for kind in get_args(Kind)},
        },
        "platforms": sorted(diff.platforms),
        **lists,
        "unchanged": diff.unchanged,
        "notes": list(diff.notes),
    }


def _sorted(changes: tuple[Change, ...]) -> list[Change]:
    """Files replaced under their URL first."""
    return sorted(
        changes,
        key=lambda change: ("hash" not in change.kinds, change.platform or "", change.manager, change.name),
    )


def _change(change: Change) -> dict[str, Any]:
    return {
        "name": change.name,
        "manager": change.manager,
        "platform": change.platform,
        "before": _record(change.before),
        "after": _record(change.after),
        "kinds": list(change.kinds),
        "requested": change.requested,
    }


def _record(item: Item | None) -> dict[str, Any] | None:
    """The whole record, with its manager: a package that changes hands has another on each side."""
    return None if item is None else {"manager": item.manager, **asdict(item)}
