"""Whether the packages of a platform go together, by their own records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from envctl.diffing.needs import broken_on
from envctl.formats.archive_url import conda_package
from envctl.formats.reading import read
from envctl.model.lock import LockedPackage, PlatformLock

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "environments"
LOCKS = [file for kind in ("conda-lock", "pixi-lock") for file in sorted((FOLDER / kind).glob("*"))]


def package(name: str, version: str = "1.0", **fields: tuple[str, ...]) -> LockedPackage:
    url = f"https://c.example/linux-64/{name}-{version}-h0_0.conda"
    return LockedPackage(package=conda_package(url, **fields))


def broken(
    *packages: LockedPackage, virtual_packages: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, str | None]]:
    part = PlatformLock(platform="linux-64", packages=packages, virtual_packages=virtual_packages)
    return ((one.package.name, one.needs, one.found) for one in broken_on(part))


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ((package("lib", "2.0"),), []),
        ((), [("app", "lib >=2", None)]),
        ((package("lib", "1.9"),), [("app", "lib >=2", "1.9")]),
    ],
)
def test_a_package_needs_what_its_record_says(
    others: tuple[LockedPackage, ...], expected: list[tuple[str, str, str | None]]
) -> None:
    assert list(broken(package("app", depends=("lib >=2",)), *others)) == expected


def test_what_a_package_forbids_is_held_against_what_is_there_alone() -> None:
    app = package("app", constrains=("lib <2",))
    assert list(broken(app)) == []
    assert list(broken(app, package("lib", "2.1"))) == [("app", "lib <2", "2.1")]


def test_a_machine_counts_where_the_lock_describes_it() -> None:
    gpu = package("gpu", depends=("__cuda >=12",))
    assert list(broken(gpu)) == []
    assert list(broken(gpu, virtual_packages=("__cuda=12.4=0",))) == []
    assert list(broken(gpu, virtual_packages=("__cuda=11.8=0",))) == [("gpu", "__cuda >=12", "11.8")]
    assert list(broken(gpu, virtual_packages=("__glibc=2.28=0",))) == [("gpu", "__cuda >=12", None)]


@pytest.mark.parametrize("file", LOCKS, ids=lambda file: file.name)
def test_the_packages_of_real_locks_go_together(file: Path) -> None:
    locks = read(file.read_text(encoding="utf-8"), file=file.name, directory=str(file.parent)).locks or {}
    assert [
        list(broken_on(part)) for lock in locks.values() for part in lock.platforms if list(broken_on(part))
    ] == []
