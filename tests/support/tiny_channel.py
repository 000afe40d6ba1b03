"""A real conda channel of packages of a few bytes: solved, fetched and linked like any other."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

PLACEHOLDER = "/opt/" + "placehold_" * 25
"""Stands in packages' files for the prefix: 255 bytes, as conda's build tool has it."""


class TinyChannel:
    """A channel folder to which a test adds packages before it indexes them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        (directory / "noarch").mkdir(parents=True)

    @property
    def url(self) -> str:
        return self.directory.as_uri()

    def add(
        self,
        name: str,
        version: str = "1.0",
        *,
        build: str = "0",
        depends: Sequence[str] = (),
        constrains: Sequence[str] = (),
        files: Mapping[str, bytes] | None = None,
        subdir: str = "noarch",
        prefixed: Mapping[str, str] | None = None,
        entry_points: Sequence[str] | None = None,
    ) -> Path:
        """Write one package archive; files below `bin/` are executable.

        `prefixed` tells which files hold `PLACEHOLDER`, and whether as `text` or `binary`. With
        `entry_points`, `COMMAND = MODULE:FUNCTION` each, it is a pure Python package: its modules lie below
        `site-packages/`, and whoever installs it writes the commands.
        """
        files = {f"share/{name}.txt": f"{name} {version}\n".encode()} if files is None else files
        index = {
            "name": name,
            "version": version,
            "build": build,
            "build_number": 0,
            "depends": list(depends),
            "constrains": list(constrains),
            "subdir": subdir,
            **({"noarch": "generic"} if subdir == "noarch" else {}),
            **({"noarch": "python"} if entry_points is not None else {}),
            "license": "MIT",
            "timestamp": 1_700_000_000_000,
        }
        paths = [
            {
                "_path": path,
                "path_type": "hardlink",
                "sha256": hashlib.sha256(content).hexdigest(),
                "size_in_bytes": len(content),
                **_marked((prefixed or {}).get(path)),
            }
            for path, content in files.items()
        ]
        members = {
            "info/index.json": json.dumps(index).encode(),
            "info/paths.json": json.dumps({"paths_version": 1, "paths": paths}).encode(),
            "info/files": "\n".join(files).encode(),
            **files,
        }
        if entry_points is not None:
            link = {"noarch": {"type": "python", "entry_points": list(entry_points)}}
            members["info/link.json"] = json.dumps({"package_metadata_version": 1, **link}).encode()
        archive = self.directory / subdir / f"{name}-{version}-{build}.tar.bz2"
        archive.parent.mkdir(exist_ok=True)
        with tarfile.open(archive, "w:bz2") as stream:
            for path, content in members.items():
                member = tarfile.TarInfo(path)
                member.size = len(content)
                member.mode = 0o755 if path.startswith("bin/") else 0o644
                stream.addfile(member, io.BytesIO(content))
        return archive

    def index(self) -> TinyChannel:
        """Write the channel's repodata for what it holds now."""
        from rattler.index import index_fs

        asyncio.run(index_fs(self.directory, write_zst=False, write_shards=False))
        return self


def _marked(mode: str | None) -> dict[str, str]:
    return {"file_mode": mode, "prefix_placeholder": PLACEHOLDER} if mode else {}
