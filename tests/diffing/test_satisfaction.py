"""A specification against the packages of several platforms."""

from __future__ import annotations

from diff_samples import NAMES, conda, lock, part, pip, spec

from envctl.diffing.satisfaction import diff_spec_lock
from envctl.model.lock import Lock

PYTHON, NUMPY = conda("python", "3.11.9"), conda("numpy", depends=("python",))
WINDOWS = conda("pywin32", subdir="win-64", depends=("python",))
WANTED = spec("python  # [linux]", "python=3.12  # [win]", "numpy", "pywin32  # [win]")


def test_packages_that_answer_all_do_not_differ() -> None:
    diff = diff_spec_lock(spec("python", "numpy"), lock(PYTHON, NUMPY), names=NAMES)
    assert not diff.differs
    assert (diff.before, diff.after, diff.platforms) == ("before", "after", ("linux-64",))
    assert (diff.unchanged, diff.notes) == (2, ())


def test_each_platform_is_asked_for_what_its_selectors_leave() -> None:
    both = Lock(
        platforms=(
            part(PYTHON, NUMPY, WINDOWS, platform="win-64"),
            part(PYTHON, NUMPY, WINDOWS, platform="linux-64"),
        )
    )
    diff = diff_spec_lock(WANTED, both, names=NAMES)
    assert diff.platforms == ("linux-64", "win-64")
    assert [(request.platform, request.spec) for request in diff.unsatisfied] == [("win-64", "python=3.12")]
    assert [(extra.platform, extra.package.name) for extra in diff.extra] == [("linux-64", "pywin32")]
    assert diff.unchanged == 4


def test_a_platform_that_the_lock_does_not_have_answers_nothing() -> None:
    diff = diff_spec_lock(spec("python", "numpy"), lock(PYTHON, NUMPY), names=NAMES, platforms=("osx-64",))
    assert [(request.platform, request.name) for request in diff.unsatisfied] == [
        ("osx-64", "numpy"),
        ("osx-64", "python"),
    ]


def test_a_platform_with_a_name_of_its_own_is_told_by_it_and_takes_the_selectors_of_its_subdir() -> None:
    named = Lock(platforms=(part(PYTHON, label="workstation"),))
    (request,) = diff_spec_lock(spec("numpy  # [linux]", "python"), named, names=NAMES).unsatisfied
    assert request.platform == "workstation"


def test_what_is_missing_is_sorted_by_platform_manager_and_name() -> None:
    wanted = spec("z", "b >=1", pip=("y", "a"))
    found = diff_spec_lock(wanted, lock(PYTHON), names=NAMES).unsatisfied
    assert [request.name for request in found] == ["b", "z", "a", "y"]


def test_options_and_lines_for_other_platforms_are_not_counted_as_answered() -> None:
    wanted = spec("python", pip=("--pre", "x; sys_platform == 'win32'"))
    assert diff_spec_lock(wanted, lock(PYTHON), names=NAMES).unchanged == 1


def test_it_is_noted_where_packages_do_not_tell_what_they_need() -> None:
    silent = lock(PYTHON, conda("openssl"), conda("zlib"))
    assert diff_spec_lock(spec("python"), silent, names=NAMES).notes == (
        "conda's packages do not tell what they need: which of them nothing asked for cannot be told",
    )


def test_it_is_noted_of_each_manager() -> None:
    mixed = lock(conda("openssl"), conda("python", depends=("openssl",)), pip("flask"), pip("click"))
    diff = diff_spec_lock(spec("python", pip=("flask",)), mixed, names=NAMES)
    assert [note.partition(" ")[0] for note in diff.notes] == ["pip's"]
    assert diff.extra == ()


def test_nothing_is_noted_where_every_package_was_asked_for() -> None:
    silent = lock(PYTHON, conda("openssl"), pip("flask"))
    assert diff_spec_lock(spec("python", "openssl", pip=("flask",)), silent, names=NAMES).notes == ()
