"""Packages written by hand, member by member: what no packer would write."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Member = tuple[tarfile.TarInfo, bytes]
Kind = Literal[".tar.bz2", ".conda"]
CONTENT = b"evil\n"


def file(name: str, content: bytes = CONTENT, *, mode: int = 0o644) -> Member:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    return member, content


def special(name: str, kind: bytes, target: str = "") -> Member:
    """A link, a device or a pipe: `tarfile.SYMTYPE` and its kin."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


def listed(path: str, kind: str = "hardlink", **more: str) -> dict[str, Any]:
    """An entry of `info/paths.json`."""
    digest = hashlib.sha256(CONTENT).hexdigest()
    return {"_path": path, "path_type": kind, "sha256": digest, "size_in_bytes": len(CONTENT), **more}


def write_package(
    directory: Path,
    name: str,
    members: Sequence[Member],
    paths: Sequence[Mapping[str, Any]],
    *,
    kind: Kind = ".tar.bz2",
    index: Mapping[str, Any] | None = None,
    entry_points: Sequence[str] | None = None,
) -> None:
    """Put it into a channel's `noarch`; with `entry_points` it is a pure Python package."""
    about = {"name": name, "version": "1.0", "build": "0", "build_number": 0, "depends": []}
    about |= {"subdir": "noarch", "noarch": "generic" if entry_points is None else "python", **(index or {})}
    info = [
        file("info/index.json", json.dumps(about).encode()),
        file("info/paths.json", json.dumps({"paths_version": 1, "paths": list(paths)}).encode()),
    ]
    if entry_points is not None:
        link = {"package_metadata_version": 1, "noarch": {"type": "python", "entry_points": entry_points}}
        info.append(file("info/link.json", json.dumps(link).encode()))
    stem = f"{name}-{about['version']}-{about['build']}"
    archive = directory / "noarch" / f"{stem}{kind}"
    archive.parent.mkdir(parents=True, exist_ok=True)
    if kind == ".tar.bz2":
        archive.write_bytes(_tar([*info, *members], "w:bz2"))
        return
    with zipfile.ZipFile(archive, "w") as stream:
        stream.writestr("metadata.json", json.dumps({"conda_pkg_format_version": 2}))
        stream.writestr(f"pkg-{stem}.tar.zst", zstd.compress(_tar(members, "w")))
        stream.writestr(f"info-{stem}.tar.zst", zstd.compress(_tar(info, "w")))


def _tar(members: Sequence[Member], mode: Literal["w", "w:bz2"]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as stream:
        for member, content in members:
            stream.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def index(directory: Path) -> None:
    """Write the channel's repodata."""
    from rattler.index import index_fs

    asyncio.run(index_fs(directory, write_zst=False, write_shards=False))
