"""Which platforms of two locks are compared, what was asked for, and the settings."""

from __future__ import annotations

import pytest
from diff_samples import NAMES, conda, lock, part, pip

from envctl.diffing.locks import diff_locks
from envctl.model.diff import Diff, Setting
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import Package

NUMPY, SCIPY = conda("numpy"), conda("scipy")


def for_platforms(*platforms: str) -> Lock:
    return Lock(platforms=tuple(part(NUMPY, platform=platform) for platform in platforms))


def told(diff: Diff) -> list[tuple[str, str | None]]:
    """Each package that came or went, with its platform."""
    changes = [*(("+", change) for change in diff.added), *(("-", change) for change in diff.removed)]
    return [(sign + change.name, change.platform) for sign, change in changes]


def test_all_platforms_that_either_has_are_compared() -> None:
    diff = diff_locks(
        for_platforms("linux-64", "osx-64"), for_platforms("win-64", "osx-64", "linux-64"), names=NAMES
    )
    assert diff.platforms == ("linux-64", "osx-64", "win-64")
    assert told(diff) == [("+numpy", "win-64")]
    assert diff.settings == (
        Setting(name="platforms", before=("linux-64", "osx-64"), after=("linux-64", "osx-64", "win-64")),
    )
    assert diff.unchanged == 2


def test_a_lock_for_one_platform_is_compared_with_that_one_of_the_other() -> None:
    diff = diff_locks(for_platforms("osx-64"), for_platforms("linux-64", "osx-64"), names=NAMES)
    assert diff.platforms == ("osx-64",)
    assert not diff.differs


def test_locks_for_two_platforms_have_nothing_in_common() -> None:
    diff = diff_locks(for_platforms("osx-64"), for_platforms("linux-64"), names=NAMES)
    assert told(diff) == [("+numpy", "linux-64"), ("-numpy", "osx-64")]
    assert [setting.name for setting in diff.settings] == ["platforms"]


def test_the_platforms_that_are_asked_for_are_compared_in_their_order() -> None:
    diff = diff_locks(
        for_platforms("linux-64", "osx-64"),
        for_platforms("win-64"),
        names=NAMES,
        platforms=("win-64", "osx-64"),
    )
    assert diff.platforms == ("osx-64", "win-64")
    assert told(diff) == [("+numpy", "win-64"), ("-numpy", "osx-64")]
    assert diff.settings == ()


def test_a_label_counts_only_where_it_tells_platforms_of_one_subdir_apart() -> None:
    named = Lock(platforms=(part(NUMPY, label="workstation"),))
    assert not diff_locks(named, for_platforms("linux-64"), names=NAMES).differs
    several = Lock(platforms=(part(NUMPY, label="cpu"), part(SCIPY, label="gpu")))
    diff = diff_locks(
        several, Lock(platforms=(part(NUMPY, label="cpu"), part(NUMPY, label="gpu"))), names=NAMES
    )
    assert diff.platforms == ("cpu", "gpu")
    assert told(diff) == [("+numpy", "gpu"), ("-scipy", "gpu")]


def test_a_package_of_two_categories_is_one_package() -> None:
    twice = tuple(LockedPackage(package=NUMPY, category=category) for category in ("main", "dev"))
    diff = diff_locks(
        Lock(platforms=(PlatformLock(platform="linux-64", packages=twice),)), lock(NUMPY), names=NAMES
    )
    assert not diff.differs
    assert diff.unchanged == 1


def test_changes_are_sorted_by_platform_manager_and_name() -> None:
    packages = (pip("b"), conda("z"), pip("A"), conda("y"))
    after = Lock(platforms=(part(*packages, platform="osx-64"), part(*packages, platform="linux-64")))
    diff = diff_locks(Lock(platforms=()), after, names=NAMES)
    assert [(change.platform, change.manager, change.name) for change in diff.added] == [
        (platform, manager, name)
        for platform in ("linux-64", "osx-64")
        for manager, name in (("conda", "y"), ("conda", "z"), ("pip", "a"), ("pip", "b"))
    ]


def asking(*packages: Package, requested: tuple[str, ...] = ()) -> Lock:
    return Lock(
        platforms=(
            PlatformLock(
                platform="linux-64",
                packages=tuple(
                    LockedPackage(
                        package=package, requested=(package.name,) if package.name in requested else ()
                    )
                    for package in packages
                ),
            ),
        )
    )


OTHER = conda("scipy")


@pytest.mark.parametrize(
    ("before", "after", "requested"),
    [
        (asking(NUMPY, requested=("numpy",)), asking(), {"numpy": True}),
        (asking(NUMPY, OTHER, requested=("scipy",)), asking(OTHER, requested=("scipy",)), {"numpy": False}),
        (asking(NUMPY), asking(OTHER), {"numpy": None, "scipy": None}),
        (asking(NUMPY, requested=("numpy",)), asking(OTHER), {"numpy": True, "scipy": None}),
        (asking(NUMPY), asking(conda("numpy", "2.0"), requested=("numpy",)), {"numpy": True}),
        (
            asking(NUMPY, OTHER, requested=("scipy",)),
            asking(conda("numpy", "2.0"), OTHER),
            {"numpy": False},
        ),
        (asking(conda("pytorch")), asking(pip("torch"), requested=("torch",)), {"pytorch": True}),
    ],
)
def test_a_package_was_asked_for_where_a_lock_that_has_it_says_so(
    before: Lock, after: Lock, requested: dict[str, bool | None]
) -> None:
    diff = diff_locks(before, after, names=NAMES)
    changes = (*diff.added, *diff.removed, *diff.changed)
    assert {change.name: change.requested for change in changes} == requested


@pytest.mark.parametrize(
    ("before", "after", "settings"),
    [
        ({"channels": ("conda-forge",)}, {}, ()),
        ({"channels": ("conda-forge",)}, {"channels": ("https://conda.anaconda.org/conda-forge/",)}, ()),
        (
            {"channels": ("a", "https://me:secret@files.example/c")},
            {"channels": ("https://files.example/c", "a")},
            (
                Setting(
                    name="channels",
                    before=("a", "https://files.example/c"),
                    after=("https://files.example/c", "a"),
                ),
            ),
        ),
        ({"indexes": ("https://pypi.example/simple",)}, {}, ()),
        (
            {"indexes": ("https://pypi.example/simple",)},
            {"indexes": ("https://mirror.example/simple/",)},
            (
                Setting(
                    name="indexes",
                    before=("https://pypi.example/simple",),
                    after=("https://mirror.example/simple/",),
                ),
            ),
        ),
        ({"variables": {"A": "1"}}, {}, ()),
        (
            {"variables": {"A": "1"}},
            {"variables": {}},
            (Setting(name="variables.A", before=("1",), after=None),),
        ),
        ({"name": "one", "metadata": {"sources": ["a"]}}, {"name": "two"}, ()),
    ],
)
def test_channels_indexes_and_variables_count_where_both_locks_say_them(
    before: dict[str, object], after: dict[str, object], settings: tuple[Setting, ...]
) -> None:
    assert diff_locks(lock(NUMPY, **before), lock(NUMPY, **after), names=NAMES).settings == settings
