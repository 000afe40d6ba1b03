"""Exact packages as a specification."""

from __future__ import annotations

from envctl.formats.archive_url import conda_package
from envctl.formats.lock_as_spec import pinned_spec
from envctl.model.lock import Lock, LockedPackage, PlatformLock


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
