"""A lock as the text of a unified `conda-lock.yml`, version 1 (CEP 37), which conda-lock 4.0 reads too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from envctl.credentials import scrub, scrub_all
from envctl.formats.conda_lock_v1 import additions
from envctl.formats.written import Written
from envctl.formats.yaml_write import entry, literal
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import Package, PipPackage

_HEADER = """\
# The exact packages of a conda environment for each platform, with their hashes (conda-lock.yml, version 1).
#
# Install them:  envctl create FILE
#                conda-lock install -n NAME FILE
# Renew them:    envctl lock SOURCE -o FILE
"""
_PROVENANCE = ("time_metadata", "git_metadata", "inputs_metadata")
_DEPENDENCY = re.compile(r"([^\s=<>!~\[(;@]+)\s*(.*)", re.DOTALL)
_PEP_508 = re.compile(r"[;@(\[]")
_NAMES_SHOWN = 10


def dumps(lock: Lock) -> Written:
    """Write a `conda-lock.yml`: the same text for the same lock, without the credentials in its URLs.

    Packages stand in conda-lock's order (manager, name, platform) where that keeps the order on each
    platform, else platform by platform. What conda-lock would not read is left out and lost: conda packages
    without an MD5, pip packages without a URL, a second package of one name.
    """
    parts: dict[str, PlatformLock] = {}
    lost: list[tuple[str, str]] = []
    for part in lock.platforms:
        if part.label not in (None, part.platform):
            lost.append(("names of platforms", f"{part.label}"))
        if part.platform in parts:
            lost.append(("platforms that are there already", part.label or part.platform))
        else:
            parts[part.platform], more = _readable(part)
            lost += more
    lock = replace(lock, platforms=tuple(parts.values()))
    lines = ["version: 1", *entry("metadata", _metadata(lock)), *_custom_metadata(lock)]
    lines += entry("package", _packages(lock))
    return Written(text=_HEADER + "\n".join(lines) + "\n", lost=tuple(_by_reason(lost)))


def _readable(part: PlatformLock) -> tuple[PlatformLock, list[tuple[str, str]]]:
    """The packages that conda-lock reads, and what is lost: why, and the package's name."""
    kept: dict[tuple[str, ...], LockedPackage] = {}
    lost = []
    for item in part.packages:
        package, key = item.package, _key(item)
        obstacle = "packages whose name is there already" if key in kept else _obstacle(package)
        if obstacle:
            lost.append((obstacle, package.name))
            continue
        kept[key] = item
        if isinstance(package, PipPackage) and package.editable:
            lost.append(("pip packages that are editable, here as ordinary ones", package.name))
        if package.manager == "pip" and not (package.sha256 or package.md5 or _is_pinned(package.url)):
            lost.append(("pip packages without a hash, which nothing will check", package.name))
    return replace(part, packages=tuple(kept.values())), lost


def _obstacle(package: Package) -> str | None:
    if package.manager == "conda":
        return None if package.md5 else "conda packages without an MD5, which conda-lock needs"
    return None if "://" in (package.url or "") else "pip packages without a URL"


def _is_pinned(url: str | None) -> bool:
    return bool(re.search(r"^git\+.*@[0-9a-f]{40}", url or ""))


def _by_reason(lost: Iterable[tuple[str, str]]) -> list[str]:
    names: dict[str, dict[str, None]] = {}
    for reason, name in lost:
        names.setdefault(reason, {})[name] = None
    return [f"{reason}: {_listed(list(found))}" for reason, found in names.items()]


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _metadata(lock: Lock) -> dict[str, Any]:
    said = lock.metadata
    used = said.get("used_env_vars", {})
    hashes = {part.platform: part.content_hash for part in lock.platforms}
    metadata = {
        "content_hash": {platform: value for platform, value in hashes.items() if value is not None},
        "channels": [{"url": url, "used_env_vars": used.get(url, [])} for url in lock.channels],
        "platforms": list(hashes),
        "sources": said.get("sources", []),
        **{key: said[key] for key in _PROVENANCE if key in said},
    }
    return {key: scrub_all(value) for key, value in metadata.items()}


def _custom_metadata(lock: Lock) -> list[str]:
    """The lines of the last key of `metadata`."""
    custom = scrub_all(additions.put(lock))
    lines = [line for key, text in custom.items() for line in literal(key, text, 4)]
    return ["  custom_metadata:", *lines] if lines else []


def _packages(lock: Lock) -> list[dict[str, Any]]:
    found = [(part.platform, item) for part in lock.platforms for item in part.packages]
    if all(sorted(part.packages, key=_key) == list(part.packages) for part in lock.platforms):
        # as conda_lock.lockfile.write_conda_lock_file sorts, several categories of one package included
        found.sort(key=lambda pair: (*_key(pair[1])[:2], pair[0], pair[1].category))
    return [_package(item, platform) for platform, item in found]


def _key(item: LockedPackage) -> tuple[str, str, str]:
    return item.package.manager, item.package.name, item.category


def _package(item: LockedPackage, platform: str) -> dict[str, Any]:
    package = item.package
    url = scrub(package.url or "")
    hashes = {key: value for key in ("md5", "sha256") if (value := getattr(package, key))}
    source, build = package.extras.get("source"), package.extras.get("build")
    if not (isinstance(source, Mapping) and source.keys() == {"type", "url"}):
        # what stands in `source`, conda-lock hands to pip as it is
        source = {"type": "url", "url": url} if isinstance(package, PipPackage) and package.direct else None
    return {
        "name": package.name,
        "version": package.version or "",
        "manager": package.manager,
        "platform": platform,
        "dependencies": _dependencies(package),
        "url": url,
        "hash": hashes,
        **({"source": scrub_all(source)} if source else {}),
        **({"build": scrub(build)} if isinstance(build, str) else {}),
        "category": scrub(item.category),
        "optional": item.optional,
    }


def _dependencies(package: Package) -> dict[str, str]:
    """Name to spec; several specs of one name are joined."""
    found: dict[str, list[str]] = {}
    for text in map(scrub, package.depends):
        name, spec = _pip_dependency(text) if package.manager == "pip" else _split(text)
        if name and spec not in found.setdefault(name, []):
            found[name].append(spec)
    if package.manager == "pip":
        return {name: ",".join(filter(None, specs)) or "*" for name, specs in found.items()}
    return {name: specs[0] if len(specs) == 1 else _joined(specs) for name, specs in found.items()}


def _joined(specs: Iterable[str]) -> str:
    """Several requests for one conda package as one: all of their versions, and the build of one of them."""
    parts = [[*spec.split(), "*", "*"][:2] for spec in specs]
    version = ",".join(version for version, _ in parts if version != "*") or "*"
    builds = [build for _, build in parts if build != "*"]
    return " ".join([version, *builds[:1]])


def _split(text: str) -> tuple[str, str]:
    match = _DEPENDENCY.match(text)
    return (match[1], match[2]) if match else (text, "")


def _pip_dependency(text: str) -> tuple[str, str]:
    """Without extras and marker; nothing of what only an extra needs."""
    if _PEP_508.search(text):
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            return _split(text)
        only_extra = requirement.marker and "extra" in str(requirement.marker)
        return ("", "") if only_extra else (requirement.name, str(requirement.specifier))
    return _split(text)
