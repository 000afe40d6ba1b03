"""The entries of a pixi.lock's `packages` as packages, for versions 4 to 7."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from envctl.formats.pixi_lock import location, repository
from envctl.formats.pixi_lock.fields import Fields, StructureError
from envctl.model.packages import CondaPackage, Package, PipPackage
from envctl.yamlfile import KeyPath

KINDS = ("conda", "conda_source", "pypi")
"""The key that tells what an entry is, in the order in which pixi sorts them."""
_SOURCE = re.compile(r"([^\[\]]+)\[([^\[\]]+)\] @ (.+)")
_SINCE_7 = {"package_build_source": "source", "sources": "source_depends"}
"""What version 7 calls these keys of version 6."""
_SECONDS = 253_402_300_799
"""A greater timestamp is in milliseconds (`rattler_lock/src/utils/serde/timestamp.rs`)."""


def identity(entry: Any, path: KeyPath) -> tuple[str, str]:
    """Kind and location that an entry, or a reference to one, begins with."""
    fields = Fields(entry, path)
    said = [kind for kind in KINDS if kind in fields.left]
    if len(said) != 1:
        raise StructureError(path, "one key of `conda`, `conda_source` and `pypi` must say what it is")
    return said[0], fields.required(said[0])


def as_version_6(entry: Any, path: KeyPath) -> dict[Any, Any]:
    """An entry of version 4 or 5, which says `kind` and `url` or `path` where later ones merge the two."""
    fields = Fields(entry, path)
    kind = fields.required("kind")
    if kind not in ("conda", "pypi"):
        raise StructureError((*path, "kind"), f"`kind` must be conda or pypi, not `{kind}`")
    where = fields.text("url") or fields.text("path")
    if not where:
        raise StructureError(path, "the entry says neither `url` nor `path`")
    return {**fields.left, kind: where}


def package(entry: Mapping[Any, Any], path: KeyPath) -> Package:
    """The package that an entry describes. Keys that have no field of their own are its `extras`.

    A package that is to be built from source has its `conda_source` among them.
    Raises `StructureError`.
    """
    kind, where = identity(entry, path)
    fields = Fields(entry, path)
    del fields.left[kind]
    if kind == "pypi":
        return _pip(fields, where)
    if kind == "conda_source":
        return _source(fields, where)
    return _conda(fields, where)


def _conda(fields: Fields, where: str) -> CondaPackage:
    told = location.tell(where)
    name = fields.text("name") or told.name
    version = fields.text("version") or told.version
    build = fields.text("build")
    build = (told.build or "") if build is None else build
    subdir = fields.text("subdir") or told.subdir
    if not name or not version or not subdir:
        missing = "name" if not name else "version" if not version else "subdir"
        raise StructureError(
            fields.path, f"`{where}` does not tell the {missing}, and its entry does not either"
        )
    number = fields.number("build_number")
    noarch = _noarch(fields)
    if noarch is None:
        noarch = location.noarch(told.subdir or subdir, told.build or build)
    channel = fields.text("channel") or told.channel or ""
    common = _common(fields)
    if not location.is_archive(where):  # version 6: a source package without an identifier
        common["extras"] = _identified(common["extras"], name, where, (version, build, subdir))
    return CondaPackage(
        name=name,
        version=version,
        build=build,
        build_number=location.build_number(build) if number is None else number,
        subdir=subdir,
        channel=channel.rstrip("/"),
        url=where,
        noarch=noarch or None,
        **common,
    )


def _source(fields: Fields, identifier: str) -> CondaPackage:
    """A package that is not built yet: of some not more than name and dependencies is known."""
    match = _SOURCE.fullmatch(identifier)
    if not match:
        raise StructureError((*fields.path, "conda_source"), f"`{identifier}` is not `NAME[HASH] @ LOCATION`")
    version, build, subdir = (fields.text(key) or "" for key in ("version", "build", "subdir"))
    number = fields.number("build_number")
    noarch = _noarch(fields)
    common = _common(fields)
    common["extras"] = {"conda_source": identifier, **common["extras"]}
    return CondaPackage(
        name=match[1],
        version=version,
        build=build,
        build_number=number or 0,
        subdir=subdir,
        channel="",
        url=match[3],
        noarch=noarch or None,
        **common,
    )


def _common(fields: Fields) -> dict[str, Any]:
    """The fields that built packages and sources share."""
    timestamp = fields.number("timestamp")
    if timestamp is not None and timestamp <= _SECONDS:
        timestamp *= 1000
    found = {
        "sha256": fields.digest("sha256", 64),
        "md5": fields.digest("md5", 32),
        "size_bytes": fields.number("size"),
        "depends": fields.texts("depends") or (),
        "constrains": fields.texts("constrains") or (),
        "license": fields.text("license"),
        "timestamp_ms": timestamp,
        "python_site_packages_path": fields.text("python_site_packages_path"),
        "purls": fields.texts("purls"),
    }
    return {**found, "extras": _extras(fields)}


def _noarch(fields: Fields) -> str | None:
    """`python`, `generic`, empty where an entry says that it has a platform, None where it does not say."""
    noarch = fields.text("noarch")
    kinds = {None: None, "python": "python", "generic": "generic", "true": "generic", "false": "", "": ""}
    if noarch not in kinds:
        raise StructureError((*fields.path, "noarch"), f"`noarch` must be python or generic, not `{noarch}`")
    return kinds[noarch]


def _identified(
    extras: dict[str, Any], name: str, where: str, configuration: tuple[str, ...]
) -> dict[str, Any]:
    """The extras of a source package of version 6 with those names and the identifier that version 7 gives.

    Its hash only keeps apart what is built from one folder: no reader derives it anew.
    """
    extras = {_SINCE_7.get(key, key): value for key, value in extras.items()}
    told = json.dumps([configuration, extras.get("variants")], sort_keys=True)
    short = hashlib.sha256(told.encode()).hexdigest()[:8]
    return {"conda_source": f"{name}[{short}] @ {where}", **extras}


def _pip(fields: Fields, where: str) -> PipPackage:
    url = repository.url(where)
    name = fields.required("name")
    hashes = {"sha256": fields.digest("sha256", 64), "md5": fields.digest("md5", 32)}
    as_written = {} if repository.location(url) == where else {"pypi": where}
    return PipPackage(
        name=name,
        version=fields.text("version"),
        url=url,
        depends=fields.texts("requires_dist") or (),
        requires_python=fields.text("requires_python"),
        index=fields.text("index"),
        editable=fields.flag("editable"),
        direct=url.startswith("git+") or location.is_source_tree(url),
        **hashes,
        extras={**as_written, **_extras(fields)},
    )


def _extras(fields: Fields) -> dict[str, Any]:
    for key in ("build_packages", "host_packages"):
        for path, reference in Fields(fields.left, fields.path).items(key):
            identity(reference, path)
    return fields.rest()
