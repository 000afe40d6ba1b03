"""Wheels of a few lines, as an index would serve them."""

from __future__ import annotations

import hashlib
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path


def make_wheel(
    folder: Path,
    name: str,
    version: str = "1.0",
    *,
    tag: str = "py3-none-any",
    files: Mapping[str, str | bytes] | None = None,
    requires: Sequence[str] = (),
    metadata: str = "",
    commands: Mapping[str, str] | None = None,
) -> Path:
    """Write a wheel: `make_wheel(folder, "greet", "1.0", files={...}, requires=[...], commands={...})`."""
    info = f"{name}-{version}.dist-info"
    members: dict[str, str | bytes] = {
        f"{name}.py": "", **(files or {}),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        + "".join(f"Requires-Dist: {line}\n" for line in requires) + metadata,
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: {tag.endswith('any')}\nTag: {tag}\n",
    }  # fmt: skip
    if commands:
        lines = "".join(f"{command} = {target}\n" for command, target in commands.items())
        members[f"{info}/entry_points.txt"] = f"[console_scripts]\n{lines}"
    rows = []
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            data = content.encode() if isinstance(content, str) else content
            archive.writestr(zipfile.ZipInfo(member, (2024, 5, 6, 7, 8, 10)), data)
            digest = urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            rows.append(f"{member},sha256={digest},{len(data)}\n")
        archive.writestr(f"{info}/RECORD", "".join(rows) + f"{info}/RECORD,,\n")
    return path
