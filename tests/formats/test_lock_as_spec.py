"""Exact packages as a specification."""

from __future__ import annotations

from envctl.formats.archive_url import conda_package
from envctl.formats.lock_as_spec import pinned_spec
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage, Package, PipPackage

CHANNEL = "https://conda.example/forge"
NUMPY = conda_package(f"{CHANNEL}/linux-64/numpy-1.26.4-py311_0.conda")


def pinned(*packages: Package, builds: bool = True) -> tuple[list[str], list[str]]:
    part = PlatformLock(
        platform="linux-64", packages=tuple(LockedPackage(package=package) for package in packages)
    )
    spec = pinned_spec(Lock(platforms=(part,), channels=(CHANNEL,)), part, builds=builds)
    return [each.text for each in spec.dependencies], [each.text for each in spec.pip or ()]


def test_a_conda_package_is_pinned_to_its_version_and_build() -> None:
    assert pinned(NUMPY) == (["numpy=1.26.4=py311_0"], [])
    assert pinned(NUMPY, builds=False) == (["numpy=1.26.4"], [])


def test_a_package_of_another_channel_names_it() -> None:
    other = conda_package("https://conda.example/own/noarch/x-1-0.conda")
    assert pinned(NUMPY, other) == (["numpy=1.26.4=py311_0", "https://conda.example/own::x=1=0"], [])


def test_a_package_without_an_archive_is_left_out() -> None:
    built = CondaPackage(
        name="mypkg", version="0.1.0", build="h_0", subdir="linux-64", channel="", url="../mypkg"
    )
    assert pinned(NUMPY, built) == (["numpy=1.26.4=py311_0"], [])


def test_a_pip_package_from_elsewhere_is_asked_for_there() -> None:
    assert pinned(
        PipPackage(name="a", version="1", url="https://files.example/a-1-py3-none-any.whl"),
        PipPackage(name="b", version="1", url="/my src/ä", direct=True),
        PipPackage(name="c", version="1", url="../c d", editable=True, direct=True),
    ) == ([], ["a==1", "b @ file:///my%20src/%C3%A4", '-e "../c d"'])


def test_of_two_packages_of_one_name_the_first_counts_as_in_a_difference() -> None:
    packages = tuple(
        LockedPackage(
            package=conda_package(f"https://c.example/noarch/lib-{version}-0.conda"), category=category
        )
        for version, category in (("2.0", "main"), ("1.0", "dev"))
    )
    part = PlatformLock(platform="linux-64", packages=packages)
    spec = pinned_spec(Lock(platforms=(part,)), part)
    assert [dependency.text for dependency in spec.dependencies] == ["lib=2.0=0"]
    assert [package.version for package in part.conda] == ["2.0"]
