"""What envctl adds to a `conda-lock.yml`: under `custom_metadata`, which conda-lock keeps and does not read.

`envctl.requested.PLATFORM` holds a line `MANAGER SPEC` for each request, `envctl.virtual_packages.PLATFORM`
and `envctl.indexes` a line each, `envctl.variables` a JSON object, `envctl.name` the environment's name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from packaging.utils import canonicalize_name

from envctl.formats import match_spec_syntax
from envctl.formats.conda_lock_v1.shape import ShapeError
from envctl.formats.requirement_line import parse_line
from envctl.model.lock import Lock, PlatformLock

_REQUESTED = "envctl.requested."
_VIRTUAL_PACKAGES = "envctl.virtual_packages."
_INDEXES = "envctl.indexes"
_VARIABLES = "envctl.variables"
_NAME = "envctl.name"
_CREATED_BY = "created_by"
"""conda-lockfiles reads no `custom_metadata` without it."""


def take(lock: Lock) -> Lock:
    """The lock with envctl's additions in their places; a request for no package of it stays where it is.

    Raises `ShapeError` for variables that are no JSON object of text.
    """
    custom = dict(lock.metadata.get("custom_metadata", {}))
    if custom.get(_CREATED_BY) == "envctl":
        del custom[_CREATED_BY]
    platforms = tuple(_take_for(part, custom) for part in lock.platforms)
    metadata = {**lock.metadata, "custom_metadata": custom}
    return replace(
        lock,
        platforms=platforms,
        indexes=_lines(custom.pop(_INDEXES, "")),
        variables=_variables(custom.pop(_VARIABLES)) if _VARIABLES in custom else None,
        name=custom.pop(_NAME, None),
        metadata={key: value for key, value in metadata.items() if value},
    )


def put(lock: Lock) -> dict[str, str]:
    """The `custom_metadata` of a lock, envctl's additions included."""
    known: dict[str, str] = dict(lock.metadata.get("custom_metadata", {}))
    added: dict[str, str] = {}
    for part in lock.platforms:
        key = _REQUESTED + part.platform
        requests = [
            f"{entry.package.manager} {' '.join(spec.split())}"
            for entry in part.packages
            for spec in entry.requested
        ]
        added[key] = _text([*requests, *_lines(known.pop(key, ""))])
        added[_VIRTUAL_PACKAGES + part.platform] = _text(part.virtual_packages)
    added |= {
        _INDEXES: _text(lock.indexes),
        _VARIABLES: "" if lock.variables is None else json.dumps(dict(lock.variables), indent=2),
        _NAME: lock.name or "",
    }
    added = {key: value for key, value in added.items() if value}
    if added and _CREATED_BY not in known:
        added[_CREATED_BY] = "envctl"
    return {**known, **added}


def _take_for(part: PlatformLock, custom: dict[str, str]) -> PlatformLock:
    key = _REQUESTED + part.platform
    requests: dict[tuple[str, str], list[str]] = {}
    for line in _lines(custom.pop(key, "")):
        manager, _, spec = line.partition(" ")
        requests.setdefault((manager, _requested_name(manager, spec)), []).append(spec)
    entries = part.packages
    if requests:
        names = [entry.package.key for entry in entries]
        entries = tuple(
            replace(entry, requested=tuple(requests.get(name, ())))
            for entry, name in zip(entries, names, strict=True)
        )
        for name in names:
            requests.pop(name, None)
    if requests:
        custom[key] = _text(f"{manager} {spec}" for (manager, _), specs in requests.items() for spec in specs)
    virtual_packages = _lines(custom.pop(_VIRTUAL_PACKAGES + part.platform, ""))
    return replace(part, packages=entries, virtual_packages=virtual_packages)


def _requested_name(manager: str, spec: str) -> str:
    if manager != "pip":
        return match_spec_syntax.name(spec)
    try:
        return canonicalize_name(parse_line(spec).name or "")
    except ValueError:
        return ""


def _variables(text: str) -> dict[str, str]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        path = ("metadata", "custom_metadata", _VARIABLES)
        raise ShapeError(f"`{_VARIABLES}` is no JSON object of text", path)
    return value


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line)


def _text(lines: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(lines))
