"""Small wheels made by the tests, a small channel made from them, and installation by py-rattler alone."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from envctl.channel import interpreter
from envctl.channel.interpreter import Interpreter

MakeWheel = Callable[..., Path]
Install = Callable[[str, Path, Sequence[str]], list[str]]


@pytest.fixture(scope="session")
def python() -> Interpreter:
    """The interpreter that channels are made from where none is named."""
    return interpreter.find(None)


@pytest.fixture(scope="session")
def make_wheel() -> MakeWheel:
    """Write a wheel: `make_wheel(folder, "greet", "1.0", files={...}, requires=[...], commands={...})`."""

    def make(
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

    return make


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Solve and install with py-rattler alone; returns the names of the installed packages, sorted."""

    async def solve_and_install(url: str, prefix: Path, specs: Sequence[str]) -> list[str]:
        from rattler import Channel, Gateway, MatchSpec, Subdir, VirtualPackage, install, solve

        records = await solve(
            sources=[Channel(url)],
            specs=[MatchSpec(spec) for spec in specs],
            platforms=[Subdir.current(), Subdir("noarch")],
            # A gateway that has seen the folder before would serve its old index.
            gateway=Gateway(cache_dir=tmp_path / "repodata"),
            virtual_packages=[package.into_generic() for package in VirtualPackage.detect()],
        )
        await install(records, target_prefix=prefix, cache_dir=tmp_path / "packages", show_progress=False)
        return sorted(record.name.normalized for record in records)

    return lambda url, prefix, specs: asyncio.run(solve_and_install(url, prefix, specs))


def read_package(path: Path) -> tuple[dict[str, bytes], dict[str, Any]]:
    """A `.conda` file's members by path, and its `info/*.json` by name."""
    import tarfile

    from envctl.channel.archive import load_zstd

    files: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            if member.endswith(".tar.zst"):
                data = load_zstd().decompress(archive.read(member))
                with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                    for item in tar:
                        stream = tar.extractfile(item) if item.isfile() else None
                        files[item.name] = stream.read() if stream else item.linkname.encode()
    info = {
        name: json.loads(data)
        for name, data in files.items()
        if name.endswith(".json") and name[:5] == "info/"
    }
    return files, {name.removeprefix("info/").removesuffix(".json"): value for name, value in info.items()}


@pytest.fixture(scope="session")
def unpack() -> Callable[[Path], tuple[dict[str, bytes], dict[str, Any]]]:
    """Read a `.conda` file: members by path, and what stands in `info/`."""
    return read_package
