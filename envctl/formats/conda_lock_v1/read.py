"""The text of a unified `conda-lock.yml`, version 1 (CEP 37), as a lock.

As strict as conda-lock 4.0 itself (`conda_lock.lockfile.v1.models`), but for what other writers do: no
`version`, `manager: pypi` (conda-lockfiles), conda packages with a SHA-256 alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from packaging.utils import canonicalize_name, canonicalize_version

from envctl.credentials import scrub
from envctl.errors import InputError
from envctl.formats.archive_url import conda_package
from envctl.formats.conda_lock_v1 import additions
from envctl.formats.conda_lock_v1.shape import NO_KEYS, ShapeError, items, mapping, text, texts
from envctl.formats.requirement_line import RequirementLine, wheel_name
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage, PipPackage
from envctl.yamlfile import KeyPath, load, load_data, native

# Of each mapping: the keys that must be there, the keys that may.
_TOP = frozenset({"metadata", "package"}), frozenset({"version"})
_METADATA = (
    frozenset({"content_hash", "channels", "platforms", "sources"}),
    frozenset({"time_metadata", "git_metadata", "inputs_metadata", "custom_metadata"}),
)
_CHANNEL = frozenset({"url", "used_env_vars"}), NO_KEYS
_TIME = frozenset({"created_at"}), NO_KEYS
_GIT = NO_KEYS, frozenset({"git_user_name", "git_user_email", "git_sha"})
_HASH = NO_KEYS, frozenset({"md5", "sha256"})
_PACKAGE = (
    frozenset({"name", "version", "manager", "platform", "url", "hash", "optional"}),
    frozenset({"dependencies", "category", "source", "build"}),
)
_SOURCE = frozenset({"type", "url"}), NO_KEYS
_DIGEST = {"md5": re.compile(r"[0-9a-fA-F]{32}"), "sha256": re.compile(r"[0-9a-fA-F]{64}")}
_REPOSITORY = re.compile(r"(?:git|hg|svn|bzr)\+")


def loads(text: str, *, file: str) -> Lock:
    """Read a `conda-lock.yml`; `file` is its name for messages.

    What envctl itself adds under `custom_metadata` goes to its place in the model. The rest of `metadata`
    stays in `Lock.metadata` by its own keys, and a channel's `used_env_vars` there by the channel's URL; a
    package's `source` and `build` stay in its `extras`.
    Raises `InputError` with the line and the reason: `yaml-syntax`, or `conda-lock-v1` for another structure.
    """
    value = load_data(text, file=file)
    try:
        return _lock(value)
    except ShapeError as error:
        line = load(text, file=file, written=True).line(*error.path)
        reason, hint = scrub(str(error)), error.hint and scrub(error.hint)
        raise InputError(reason, code="conda-lock-v1", file=file, line=line, hint=hint) from None


def _lock(value: Any) -> Lock:
    if isinstance(value, dict) and native(value.get("version", 1)) != 1:
        reason = f"a conda-lock.yml of version {scrub(str(value['version']))[:20]}"
        raise ShapeError(reason, ("version",), "only version 1 is read; lock the environment anew")
    top = mapping(value, (), *_TOP)
    at: KeyPath = ("metadata",)
    metadata = mapping(top["metadata"], at, *_METADATA)
    packages: dict[str, list[LockedPackage]] = {
        platform: [] for platform in _text_list(metadata["platforms"], (*at, "platforms"))
    }
    hashes = texts(metadata["content_hash"], (*at, "content_hash"))
    for platform in hashes:
        _check_listed(platform, packages, "there is a hash", (*at, "content_hash", platform))
    channels = _channels(metadata["channels"], (*at, "channels"))
    seen = set()
    for index, item in enumerate(items(top["package"], ("package",))):
        platform, entry = _package(item, ("package", index), packages)
        key = (entry.package.manager, entry.package.name, platform, entry.category)
        if key in seen:
            reason = f"{key[1]} stands twice for {platform} in the category `{entry.category}`"
            raise ShapeError(reason, ("package", index))
        seen.add(key)
        packages[platform].append(entry)
    used = {url: variables for url, variables in channels if variables}
    lock = Lock(
        platforms=tuple(
            PlatformLock(platform=platform, packages=tuple(entries), content_hash=hashes.get(platform))
            for platform, entries in packages.items()
        ),
        channels=tuple(url for url, _ in channels),
        metadata={**_provenance(metadata), **({"used_env_vars": used} if used else {})},
    )
    return additions.take(lock)


def _provenance(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What `metadata` says about the making of the lock, without what is empty."""
    at: KeyPath = ("metadata",)
    found: dict[str, Any] = {"sources": _text_list(metadata["sources"], (*at, "sources"), empty=True)}
    for key, keys in {"time_metadata": _TIME, "git_metadata": _GIT, "custom_metadata": ()}.items():
        if metadata.get(key) is not None:
            found[key] = texts(metadata[key], (*at, key), *keys)
    if metadata.get("inputs_metadata") is not None:
        at = (*at, "inputs_metadata")
        # conda-lock leaves a hash that is null out as it writes, and misses it as it reads
        found["inputs_metadata"] = {
            str(name): {"md5": None, "sha256": None, **texts(value, (*at, name), *_HASH)}
            for name, value in mapping(metadata["inputs_metadata"], at).items()
        }
    return {key: value for key, value in found.items() if value}


def _channels(value: Any, path: KeyPath) -> list[tuple[str, list[str]]]:
    """URL or name of each channel, and the environment variables that its URL refers to."""
    found: list[tuple[str, list[str]]] = []
    for index, item in enumerate(items(value, path)):
        here = (*path, index)
        if isinstance(item, str):  # conda-lock reads that too
            found.append((text(item, here), []))
            continue
        channel = mapping(item, here, *_CHANNEL)
        variables = _text_list(channel["used_env_vars"], (*here, "used_env_vars"))
        found.append((text(channel["url"], (*here, "url")), variables))
    return found


def _package(value: Any, path: KeyPath, platforms: Mapping[str, Any]) -> tuple[str, LockedPackage]:
    entry = mapping(value, path, *_PACKAGE)
    name, platform, manager = (text(entry[key], (*path, key)) for key in ("name", "platform", "manager"))
    _check_listed(platform, platforms, f"{name} is", (*path, "platform"))
    if manager not in ("conda", "pip", "pypi"):
        raise ShapeError(f"the `manager` of {name} is neither `conda` nor `pip`", (*path, "manager"))
    optional = native(entry["optional"])
    if not isinstance(optional, bool):
        raise ShapeError(f"`optional` of {name} is neither `true` nor `false`", (*path, "optional"))
    extras: dict[str, Any] = {}
    if entry.get("source") is not None:
        source = texts(entry["source"], (*path, "source"), *_SOURCE)
        if source["type"] != "url":
            raise ShapeError(f"the `source` of {name} is of no known type", (*path, "source", "type"))
        if manager == "conda" or source["url"] != entry["url"]:
            extras["source"] = source
    if entry.get("build") is not None:
        extras["build"] = text(entry["build"], (*path, "build"))
    package = (_conda if manager == "conda" else _pip)(entry, name, extras, path)
    category = text(entry.get("category", "main"), (*path, "category"))
    return platform, LockedPackage(package=package, category=category, optional=optional)


def _conda(entry: Mapping[str, Any], name: str, extras: dict[str, Any], path: KeyPath) -> CondaPackage:
    url, platform = text(entry["url"], (*path, "url")), entry["platform"]
    version = text(entry["version"], (*path, "version"))
    fields: dict[str, Any] = {
        "depends": _depends(entry, path, any_version=""),
        "extras": extras,
        **_hashes(entry, name, path),
    }
    try:
        package = conda_package(url, **fields)
    except ValueError as error:
        folder, _, file = url.rpartition("/")
        try:  # an archive outside a channel's folders is for the platform of its entry
            package = replace(conda_package(f"{folder}/{platform}/{file}", **fields), url=url)
        except ValueError:
            raise ShapeError(f"the `url` of {name} names no archive: {error}", (*path, "url")) from None
    _check_same(name, package.name, "name", path)
    _check_same(version, package.version, "version", path)
    if package.subdir not in (platform, "noarch"):
        reason = f"the `url` of {name} is for another platform than {platform}"  # the folder may be a token
        raise ShapeError(reason, (*path, "url"))
    if not (package.md5 or package.sha256):
        raise ShapeError(f"the `hash` of {name} is empty", (*path, "hash"))
    return replace(package, name=name, version=version)


def _pip(entry: Mapping[str, Any], name: str, extras: dict[str, Any], path: KeyPath) -> PipPackage:
    url = text(entry["url"], (*path, "url"))
    hashes = _hashes(entry, name, path)
    version = text(entry["version"], (*path, "version"), empty=True)
    _check_same(name, wheel_name(url) or name, "name", path)
    archived = RequirementLine(name=name, url=url).version
    if version and archived:
        _check_same(canonicalize_version(version), canonicalize_version(archived), "version", path)
    return PipPackage(
        name=name,
        version=version or None,
        url=url,
        md5=hashes.get("md5"),
        sha256=hashes.get("sha256"),
        depends=_depends(entry, path, any_version="*"),
        direct=entry.get("source") is not None or _REPOSITORY.match(url) is not None,
        extras=extras,
    )


def _check_same(said: str, archived: str, key: str, path: KeyPath) -> None:
    """Refuse an entry whose archive is another's; in names, writers differ in case, `-` and `_`."""
    one, other = (canonicalize_name(each) if key == "name" else each for each in (said, archived))
    if one != other:
        raise ShapeError(f"the `{key}` is {said}, and the archive's is {archived}", (*path, key))


def _hashes(entry: Mapping[str, Any], name: str, path: KeyPath) -> dict[str, str]:
    found = texts(entry["hash"], (*path, "hash"), *_HASH)
    if entry["url"].startswith("git+"):  # conda-lock writes the commit as SHA-256
        return {}
    for key, value in found.items():
        if not _DIGEST[key].fullmatch(value):
            raise ShapeError(f"the `{key}` of {name} is none", (*path, "hash", key))
    return {key: value.lower() for key, value in found.items()}


def _depends(entry: Mapping[str, Any], path: KeyPath, *, any_version: str) -> tuple[str, ...]:
    """`NAME SPEC` of each dependency, or `NAME`."""
    found = texts(entry.get("dependencies", {}), (*path, "dependencies"))
    return tuple(
        " ".join(f"{name} {'' if spec == any_version else spec}".split()) for name, spec in found.items()
    )


def _check_listed(platform: str, platforms: Mapping[str, Any], what: str, path: KeyPath) -> None:
    if platform not in platforms:
        hint = f"add `- {platform}` to the platforms, or remove what is for it"
        raise ShapeError(f"{what} for {platform}, which `metadata.platforms` does not list", path, hint)


def _text_list(value: Any, path: KeyPath, *, empty: bool = False) -> list[str]:
    return [text(item, (*path, index), empty=empty) for index, item in enumerate(items(value, path))]
