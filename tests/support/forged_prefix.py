"""An environment as conda and pip leave it on disk, written by hand: records, files and hashes that fit."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHANNEL = "https://conda.example/main"
SITE_PACKAGES = "lib/python3.11/site-packages"


@dataclass(frozen=True, kw_only=True)
class Conda:
    """A conda package: `Conda(name="numpy", version="2.0", files={"lib/a.py": "text"})`."""

    name: str
    version: str = "1.0"
    build: str = "0"
    subdir: str = "linux-64"
    channel: str = CHANNEL
    depends: Sequence[str] = ()
    requested: Sequence[str] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    """Their text by their paths below the prefix."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Their targets by their paths."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """More of its record, over what is written anyway; None leaves a field out."""


@dataclass(frozen=True, kw_only=True)
class Pip:
    """A Python distribution: `Pip(name="greet", files={"greet.py": "text"}, direct_url={...})`."""

    name: str
    version: str = "1.0"
    requires: Sequence[str] = ()
    metadata: str = ""
    """More headers, each with its line end."""
    installer: str | None = "pip"
    requested: bool = False
    direct_url: Mapping[str, Any] | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    """Their text by their paths from site-packages."""


def forge(
    prefix: Path,
    *,
    conda: Sequence[Conda] = (),
    pip: Sequence[Pip] = (),
    history: str = "",
    variables: Mapping[str, str] | None = None,
    site_packages: str = SITE_PACKAGES,
) -> Path:
    """Write the environment and return its prefix. What stands there already stays."""
    meta = prefix / "conda-meta"
    meta.mkdir(parents=True, exist_ok=True)
    (meta / "history").write_text(history)
    if variables is not None:
        (meta / "state").write_text(json.dumps({"version": 1, "env_vars": variables}))
    for package in conda:
        _install_conda(prefix, package)
    for distribution in pip:
        _install_pip(prefix / site_packages, distribution)
    return prefix


def record_file(prefix: Path, name: str) -> Path:
    """The record of an installed conda package."""
    return next((prefix / "conda-meta").glob(f"{name}-*.json"))


def edit_record(prefix: Path, name: str, fields: Mapping[str, Any]) -> None:
    """Change fields of an installed conda package's record."""
    file = record_file(prefix, name)
    file.write_text(json.dumps({**json.loads(file.read_text()), **fields}))


def _install_conda(prefix: Path, package: Conda) -> None:
    paths: list[dict[str, Any]] = []
    for path, text in package.files.items():
        _write(prefix / path, text)
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        paths.append(
            {
                "_path": path,
                "path_type": "hardlink",
                "sha256": sha256,
                "sha256_in_prefix": sha256,
                "size_in_bytes": len(text.encode()),
            }
        )
    for path, target in package.links.items():
        (prefix / path).parent.mkdir(parents=True, exist_ok=True)
        (prefix / path).symlink_to(target)
        paths.append({"_path": path, "path_type": "softlink"})
    stem = f"{package.name}-{package.version}-{package.build}"
    record = {
        "name": package.name,
        "version": package.version,
        "build": package.build,
        "build_number": 0,
        "subdir": package.subdir,
        "channel": f"{package.channel}/{package.subdir}",
        "url": f"{package.channel}/{package.subdir}/{stem}.conda",
        "depends": list(package.depends),
        "constrains": [],
        "requested_specs": list(package.requested),
        "files": [entry["_path"] for entry in paths],
        "paths_data": {"paths_version": 1, "paths": paths},
        **package.fields,
    }
    text = json.dumps({key: value for key, value in record.items() if value is not None})
    (prefix / "conda-meta" / f"{stem}.json").write_text(text)


def _install_pip(site_packages: Path, distribution: Pip) -> None:
    info = f"{distribution.name.replace('-', '_')}-{distribution.version}.dist-info"
    headers = f"Metadata-Version: 2.1\nName: {distribution.name}\nVersion: {distribution.version}\n"
    headers += "".join(f"Requires-Dist: {line}\n" for line in distribution.requires)
    files = {
        **distribution.files,
        f"{info}/METADATA": headers + distribution.metadata + "\nWhat it is for.\n",
        **({f"{info}/INSTALLER": f"{distribution.installer}\n"} if distribution.installer else {}),
        **({f"{info}/REQUESTED": ""} if distribution.requested else {}),
        **(
            {f"{info}/direct_url.json": json.dumps(distribution.direct_url)}
            if distribution.direct_url
            else {}
        ),
    }
    lines = []
    for path, text in files.items():
        _write(site_packages / path, text)
        digest = urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(text.encode())}\n")
    _write(site_packages / info / "RECORD", "".join(lines) + f"{info}/RECORD,,\n")


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
