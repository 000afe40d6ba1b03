"""Small wheels made by the tests, a small channel made from them, and installation by py-rattler alone."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import tiny_wheel

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
    """Writes a wheel."""
    return tiny_wheel.make_wheel


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
