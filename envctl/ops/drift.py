"""A difference between what an environment should be and what it is, as checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from envctl.model.diff import Change, Diff, Item
from envctl.model.packages import CondaPackage
from envctl.model.report import CheckResult

_HINT = "create it anew with --replace, or lock what it has become: envctl lock"


def drift_checks(diff: Diff) -> tuple[CheckResult, ...]:
    """One check each for what is missing, what has come, what has changed, and the settings.

    Of a specification: one for its requests, and one for packages that nothing asks for.
    """
    if diff.satisfaction:
        return (_requests(diff), _unasked(diff), _settings(diff))
    return (
        _check("missing", "no package is missing", "missing", diff.removed),
        _check("added", "no package was added", "added since", diff.added),
        _check("changed", "no package has changed", "changed", diff.changed),
        _settings(diff),
    )


def _check(check_id: str, good: str, word: str, changes: Sequence[Change]) -> CheckResult:
    if not changes:
        return CheckResult(id=check_id, status="pass", summary=good)
    return CheckResult(
        id=check_id,
        status="fail",
        summary=f"{_count(len(changes), 'package')} {word}",
        cause=_joined(_change(change) for change in changes),
        hint=_HINT,
        measured={
            "packages": [
                {
                    "name": change.name,
                    "manager": change.manager,
                    "before": _version(change.before),
                    "after": _version(change.after),
                    "kinds": list(change.kinds),
                    "requested": change.requested,
                }
                for change in changes
            ]
        },
    )


def _settings(diff: Diff) -> CheckResult:
    if not diff.settings:
        return CheckResult(id="settings", status="pass", summary="channels and variables are the same")
    channels_alone = all(setting.name == "channels" for setting in diff.settings)
    return CheckResult(
        id="settings",
        # an environment may have been made from a mirror: `create -c MIRROR --override-channels`
        status="warn" if diff.satisfaction and channels_alone else "fail",
        summary=f"{', '.join(setting.name for setting in diff.settings)} changed",
        cause=_joined(
            f"{setting.name}: {_values(setting.before)} -> {_values(setting.after)}"
            for setting in diff.settings
        ),
        hint=_HINT,
        measured={
            "settings": [
                {
                    "name": setting.name,
                    "before": None if setting.before is None else list(setting.before),
                    "after": None if setting.after is None else list(setting.after),
                }
                for setting in diff.settings
            ]
        },
    )


def _requests(diff: Diff) -> CheckResult:
    if not diff.unsatisfied:
        return CheckResult(id="requests", status="pass", summary="every request has its package")
    return CheckResult(
        id="requests",
        status="fail",
        summary=f"{_count(len(diff.unsatisfied), 'request')} not answered",
        cause=_joined(
            f"{request.spec}: {request.name} {_version(request.found)}"
            if request.found
            else f"{request.spec}: missing"
            for request in diff.unsatisfied
        ),
        hint="create it anew from the specification: envctl create … --replace",
        measured={
            "requests": [
                {
                    "spec": request.spec,
                    "manager": request.manager,
                    "found": _version(request.found),
                }
                for request in diff.unsatisfied
            ]
        },
    )


def _unasked(diff: Diff) -> CheckResult:
    if not diff.extra and diff.notes:
        return CheckResult(
            id="extra", status="skip", summary="packages that nothing asks for", cause="\n".join(diff.notes)
        )
    if not diff.extra:
        return CheckResult(id="extra", status="pass", summary="no package that nothing asks for")
    packages = [extra.package for extra in diff.extra]
    return CheckResult(
        id="extra",
        status="fail",
        summary=f"{_count(len(packages), 'package')} that nothing asks for",
        cause=_joined([*(f"{it.name} {it.version} ({it.manager})" for it in packages), *diff.notes]),
        hint="add them to the specification, or create the environment anew",
        measured={
            "packages": [
                {"name": package.name, "manager": package.manager, "version": package.version}
                for package in packages
            ]
        },
    )


def _change(change: Change) -> str:
    before, after = _version(change.before), _version(change.after)
    kinds = f" ({', '.join(change.kinds)})" if change.kinds else ""
    who = "" if change.manager == "conda" else " (pip)"
    if before is None or after is None:
        return f"{change.name} {after or before}{who}"
    return f"{change.name} {before} -> {after}{who}{kinds}"


def _version(item: Item | None) -> str | None:
    if item is None:
        return None
    if isinstance(item, CondaPackage):
        return f"{item.version}={item.build}"
    return getattr(item, "version", None) or getattr(item, "url", None) or "?"


def _values(values: tuple[str, ...] | None) -> str:
    return "not set" if values is None else ", ".join(values) or "none"


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _joined(lines: Iterable[str]) -> str:
    """A line each, whatever is in them."""
    return "\n".join(line.replace("\n", "\\n") for line in lines)
