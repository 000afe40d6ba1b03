"""Packages as the entries of a pixi.lock of version 7.

The keys' order and when each is left out: `rattler_lock/src/parse/models/v7/`.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from envctl.credentials import scrub
from envctl.formats.pixi_lock import location, repository
from envctl.model.packages import CondaPackage, Package, PipPackage

_CONDA: tuple[str, ...] = (
    *("conda", "name", "version", "build", "build_number", "subdir", "noarch"),
    *("sha256", "md5", "legacy_bz2_md5", "depends", "constrains", "extra_depends"),
    *("channel", "features", "flags", "track_features", "file_name", "license", "license_family", "purls"),
    *("run_exports", "size", "legacy_bz2_size", "timestamp", "python_site_packages_path"),
)
_SOURCE: tuple[str, ...] = (
    *("conda_source", "version", "build", "build_number", "subdir", "noarch", "variants"),
    *("depends", "constrains", "extra_depends", "features", "flags", "track_features"),
    *("license", "license_family", "purls", "run_exports", "size", "source", "source_depends"),
    *("python_site_packages_path", "build_packages", "host_packages"),
)
_PYPI: tuple[str, ...] = (
    *("pypi", "name", "version", "md5", "sha256", "index", "requires_dist", "requires_python"),
    *("build_packages", "host_packages"),
)
_PURL_PARTS = re.compile(r"[@?#]")
_T = TypeVar("_T")


def reference(package: Package) -> tuple[str, str]:
    """Kind and location by which an environment names a package; an empty one where no URL is known."""
    if isinstance(package, PipPackage):
        return "pypi", scrub(str(package.extras.get("pypi") or repository.location(package.url or "")))
    if "conda_source" in package.extras:
        return "conda_source", scrub(str(package.extras["conda_source"]))
    return "conda", scrub(package.url)


def entry(package: Package) -> dict[str, Any]:
    """The entry for a package. Of a source tree it says no version: that may change any time."""
    if isinstance(package, PipPackage):
        keys, values = _PYPI, _pip(package)
    elif "conda_source" in package.extras:
        keys, values = _SOURCE, _source(package)
    else:
        keys, values = _CONDA, _conda(package)
    values = {**package.extras, **values}
    return {key: values[key] for key in keys if values.get(key) is not None}


def _conda(package: CondaPackage) -> dict[str, Any]:
    url, channel = scrub(package.url), scrub(package.channel.rstrip("/"))
    said = location.derive(url)
    return {
        "conda": url,
        "name": _unless(said.name, package.name),
        "version": _unless(said.version, package.version),
        "build": _unless(said.build or "", package.build),
        "build_number": _unless(location.build_number(package.build), package.build_number),
        "subdir": _unless(said.subdir, package.subdir),
        "noarch": _noarch(package, said),
        "sha256": package.sha256,
        "md5": package.md5,
        "channel": _unless(said.channel, channel) if "://" in channel else None,
        "timestamp": package.timestamp_ms,
        **_common(package),
    }


def _noarch(package: CondaPackage, said: location.Derived) -> str | bool | None:
    """What the rule would get wrong: False for a package with a platform, nothing where none is known."""
    kind = location.noarch(said.subdir or package.subdir, said.build or package.build)
    if package.noarch is None and kind is not None:
        return None if package.subdir == "noarch" else False
    return _unless(kind, package.noarch)


def _source(package: CondaPackage) -> dict[str, Any]:
    return {
        "version": package.version or None,
        "build": package.build or None,
        "build_number": _unless(0, package.build_number),
        "subdir": package.subdir or None,
        "noarch": package.noarch,
        **_common(package),
    }


def _common(package: CondaPackage) -> dict[str, Any]:
    return {
        "depends": list(package.depends) or None,
        "constrains": list(package.constrains) or None,
        "license": package.license,
        "purls": None if package.purls is None else sorted(package.purls, key=_PURL_PARTS.split),
        "size": package.size_bytes,
        "python_site_packages_path": package.python_site_packages_path,
    }


def _pip(package: PipPackage) -> dict[str, Any]:
    archive = {
        "version": package.version,
        "md5": package.md5,
        "sha256": package.sha256,
        "index": package.index,
    }
    return {
        "pypi": reference(package)[1],
        "name": canonicalize_name(package.name),
        **({} if location.is_source_tree(package.url or "") else archive),
        "requires_dist": [text for text in package.depends if _is_requirement(text)] or None,
        "requires_python": package.requires_python,
    }


def _is_requirement(text: str) -> bool:
    """Whether it is one by PEP 508: rattler refuses the whole file for one that is not."""
    try:
        Requirement(text)
    except InvalidRequirement:
        return False
    return True


def _unless(default: _T | None, value: _T) -> _T | None:
    return None if value == default else value
