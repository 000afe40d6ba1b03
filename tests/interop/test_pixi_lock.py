"""What envctl writes as pixi.lock is what rattler, the library under pixi, reads and would write itself."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from envctl.formats.pixi_lock.read import loads
from envctl.formats.pixi_lock.write import dumps
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage, Package, PipPackage

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "environments" / "pixi-lock"
FILES = sorted(FOLDER.glob("*.lock"))
SHA = "0f" * 32
MD5 = "ab" * 16
COMMIT = "0123456789abcdef0123456789abcdef01234567"

RATTLER = """
import json, os, sys
from rattler import LockFile

def hashes(found):
    try:
        return [value.hex() if value else None for value in (found.hashes.sha256, found.hashes.md5)]
    except AttributeError:  # it has none at all
        return [None, None]

def fields(found):
    record = getattr(found, "package_record", None)
    if record is None:
        return {"depends": getattr(found, "requires_dist", [])}
    return {
        "version": str(record.version),
        "build": str(record.build),
        "build_number": record.build_number,
        "subdir": record.subdir,
        "noarch": "python" if record.noarch.python else "generic" if record.noarch.generic else None,
        "depends": list(record.depends),
    }

lock = LockFile.from_path(sys.argv[1])
read = {
    name: {
        platform.name: [
            [found.name, found.location, hashes(found), fields(found)]
            for found in environment.packages(platform)
        ]
        for platform in environment.platforms()
    }
    for name, environment in lock.environments()
}
lock.to_path(sys.argv[2])
print(json.dumps(read), flush=True)
os._exit(0)  # its threads may crash an orderly exit
"""


def by_rattler(text: str, folder: Path) -> tuple[dict[str, Any], str]:
    """What rattler reads, and the same as it writes it."""
    file, again = folder / "pixi.lock", folder / "again.lock"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", RATTLER, str(file), str(again)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), again.read_text(encoding="utf-8")


def as_rattler_has_it(package: Package) -> list[Any]:
    """`file://` is a path to it, a commit stands behind `#`, and of a Python package it tells less."""
    if isinstance(package, CondaPackage):
        keys = ("version", "build", "build_number", "subdir", "noarch")
        fields = {key: getattr(package, key) for key in keys}
        location = package.url.removeprefix("file://")
    else:
        fields, location = {}, str(package.url).replace(f"@{COMMIT}", f"#{COMMIT}")
    hashes = [package.sha256, package.md5]
    return [package.name, location, hashes, {**fields, "depends": list(package.depends)}]


def as_rattler_has_them(locks: dict[str, Lock]) -> dict[str, Any]:
    return {
        name: {
            part.label or part.platform: [as_rattler_has_it(locked.package) for locked in part.packages]
            for part in lock.platforms
        }
        for name, lock in locks.items()
    }


def locked(*packages: Package) -> tuple[LockedPackage, ...]:
    return tuple(LockedPackage(package=package, requested=(package.name,)) for package in packages)


PYTHON = CondaPackage(
    name="python",
    version="3.11",
    build="3_cpython",
    build_number=3,
    subdir="linux-64",
    channel="https://host.example/c",
    url="https://host.example/c/linux-64/python-3.11-3_cpython.conda",
    sha256=SHA,
    md5=MD5,
    depends=("tzdata", "libffi >=3.5,<4"),
    purls=(),
)
EPOCH = replace(
    PYTHON,
    name="x264",
    version="1!164.3",
    url="https://host.example/c/linux-64/x264-1%21164.3-3_cpython.conda",
)
LOCAL = CondaPackage(
    name="torch",
    version="2.5.1",
    build="py311_0",
    subdir="noarch",
    channel="file:///srv/channel",
    url="file:///srv/channel/noarch/torch-2.5.1-py311_0.conda",
    noarch="python",
    sha256=SHA,
)
WHEEL = PipPackage(
    name="flask",
    version="3.0",
    url="https://files.example/flask-3.0-py3-none-any.whl",
    sha256=SHA,
    md5=MD5,
    depends=("werkzeug>=3", "asgiref>=3.2 ; extra == 'async'"),
    index="https://index.example/simple",
)
LOCKS = {
    "default": Lock(
        name="default",
        channels=("https://host.example/c/", "file:///srv/channel/"),
        platforms=(
            PlatformLock(
                platform="linux-64",
                label="gpu",
                virtual_packages=("__cuda=12.4",),
                content_hash=SHA,
                packages=locked(LOCAL, PYTHON, EPOCH),
            ),
            PlatformLock(
                platform="linux-64",
                packages=locked(
                    PYTHON,
                    PipPackage(name="app", url="./app"),
                    PipPackage(name="b", version="1.0", url=f"git+https://host.example/b@{COMMIT}"),
                    WHEEL,
                ),
            ),
        ),
    ),
    "test": Lock(name="test", platforms=(PlatformLock(platform="linux-64", packages=locked(PYTHON)),)),
}


def test_rattler_reads_the_same_packages_for_each_environment_and_platform(tmp_path: Path) -> None:
    done = dumps(LOCKS)
    assert done.lost == ()
    read, _ = by_rattler(done.text, tmp_path)
    assert read == as_rattler_has_them(LOCKS)


def test_rattler_would_write_the_same_but_for_comments_and_local_urls(tmp_path: Path) -> None:
    text = dumps(LOCKS).text
    _, again = by_rattler(text, tmp_path)
    document = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    assert again == document.replace("- conda: file:///", "- conda: /")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_rattler_reads_from_our_version_of_a_real_file_what_it_reads_from_the_file(
    file: Path, tmp_path: Path
) -> None:
    theirs = file.read_text(encoding="utf-8")
    ours = dumps(loads(theirs, file=file.name)).text
    read, written = by_rattler(theirs, tmp_path)
    assert by_rattler(ours, tmp_path) == (read, written)
    if "requested-packages" not in ours:  # a key of conda-lockfiles
        assert ours == written
