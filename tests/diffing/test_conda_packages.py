"""How a conda package changed between two locks."""

from __future__ import annotations

import pytest
from diff_samples import NAMES, conda, lock

from envctl.diffing.locks import diff_locks
from envctl.model.packages import CondaPackage

ONE, OTHER = "1" * 64, "2" * 64
FORGE = "https://conda.anaconda.org/conda-forge"
MAIN = "https://repo.anaconda.com/pkgs/main"
SOURCE = {"version": "", "build": "", "channel": "", "extras": {"conda_source": "numpy[1] @ ."}}

SAME = {
    "packed as .tar.bz2": (conda(sha256=ONE), conda(suffix=".tar.bz2", sha256=OTHER)),
    "no hash on one side": (conda(sha256=ONE), conda()),
    "other hashes known": (conda(sha256=ONE), conda(md5="3" * 32)),
    "the channel by its name": (conda(channel=FORGE), conda(channel="conda-forge")),
    "the channel with a slash": (conda(channel=FORGE), conda(channel=f"{FORGE}/")),
    "the channel with a login": (conda(channel=FORGE), conda(channel=FORGE.replace("//", "//me:secret@"))),
    "the channel with a token": (
        conda(channel=FORGE),
        conda(channel=FORGE.replace("/conda-", "/t/xyz/conda-")),
    ),
    "pkgs/main by its name": (conda(channel=MAIN), conda(channel="pkgs/main")),
    "other dependencies known": (conda(depends=("python",)), conda()),
    "one source": (conda(url="../numpy", **SOURCE), conda(url="../numpy/", **SOURCE)),
}

CHANGED = {
    "upgrade": (conda(version="1.26.4"), conda(version="2.0.0"), ("upgrade",)),
    "downgrade": (conda(version="2023.10"), conda(version="2023.9"), ("downgrade",)),
    "a pre-release": (conda(version="2.0.0rc1"), conda(version="2.0.0"), ("upgrade",)),
    "an epoch": (conda(version="2023.10"), conda(version="1!1.0"), ("upgrade",)),
    "a letter": (conda(version="1.1.1w"), conda(version="1.1.1v"), ("downgrade",)),
    "no version": (conda(version="latest"), conda(version="1.0"), ("upgrade",)),
    "build": (conda(build="py312h1_0"), conda(build="py312h1_1"), ("build",)),
    "the same version in other words": (conda(version="1.0"), conda(version="1.0.0"), ("build",)),
    "subdir": (conda(build="0"), conda(build="0", subdir="noarch"), ("build",)),
    "channel": (conda(channel=FORGE), conda(channel=MAIN), ("channel",)),
    "a mirror": (
        conda(channel=FORGE, sha256=ONE),
        conda(channel="https://mirror.example/conda-forge", sha256=OTHER),
        ("channel",),
    ),
    "sha256": (conda(sha256=ONE), conda(sha256=OTHER), ("hash",)),
    "md5": (conda(md5="1" * 32), conda(md5="2" * 32), ("hash",)),
    "md5 where the other hash is on one side": (
        conda(md5="1" * 32, sha256=ONE),
        conda(md5="2" * 32),
        ("hash",),
    ),
    "upgrade and channel": (
        conda(version="1.0", sha256=ONE),
        conda(version="2.0", channel=MAIN, sha256=OTHER),
        ("upgrade", "channel"),
    ),
    "downgrade with another build": (
        conda(version="2.0", build="0"),
        conda(version="1.0", build="1"),
        ("downgrade",),
    ),
    "build and channel": (
        conda(build="0", channel=FORGE),
        conda(build="1", channel=MAIN),
        ("build", "channel"),
    ),
    "another source": (conda(url="../numpy", **SOURCE), conda(url="../mine", **SOURCE), ("source",)),
    "built from source": (conda(), conda(url="../numpy", **SOURCE), ("build", "channel")),
}


@pytest.mark.parametrize(("before", "after"), SAME.values(), ids=SAME)
def test_two_descriptions_of_one_package_do_not_differ(before: CondaPackage, after: CondaPackage) -> None:
    diff = diff_locks(lock(before), lock(after), names=NAMES)
    assert not diff.differs
    assert diff.unchanged == 1


@pytest.mark.parametrize(("before", "after", "kinds"), CHANGED.values(), ids=CHANGED)
def test_all_that_changed_is_told(before: CondaPackage, after: CondaPackage, kinds: tuple[str, ...]) -> None:
    diff = diff_locks(lock(before), lock(after), names=NAMES)
    (change,) = diff.changed
    assert change.kinds == kinds
    assert (change.before, change.after) == (before, after)
    assert (change.name, change.manager, change.platform) == ("numpy", "conda", "linux-64")
    assert (diff.added, diff.removed, diff.unchanged) == ((), (), 0)


def test_a_package_that_comes_is_added_and_one_that_goes_is_removed() -> None:
    numpy, scipy = conda("numpy"), conda("scipy")
    diff = diff_locks(lock(numpy), lock(scipy), names=NAMES)
    (added,), (removed,) = diff.added, diff.removed
    assert (added.name, added.before, added.after, added.kinds) == ("scipy", None, scipy, ())
    assert (removed.name, removed.before, removed.after, removed.kinds) == ("numpy", numpy, None, ())


def test_names_are_compared_without_their_case() -> None:
    assert not diff_locks(lock(conda("NumPy")), lock(conda("numpy")), names=NAMES).differs
