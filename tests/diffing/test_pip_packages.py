"""How a pip package changed between two locks."""

from __future__ import annotations

import pytest
from diff_samples import NAMES, lock, pip

from envctl.diffing.locks import diff_locks
from envctl.model.packages import PipPackage

ONE, OTHER = "1" * 64, "2" * 64
WHEEL = "https://files.example/ab/torch-2.3.0-cp312-cp312-linux_x86_64.whl"
NEWER = "https://files.example/cd/torch-2.4.0-cp312-cp312-linux_x86_64.whl"
SDIST = "https://files.example/ef/torch-2.3.0.tar.gz"
REPOSITORY = "git+https://git.example/org/torch"
COMMIT, LATER = "a" * 40, "b" * 40
INDEX = "https://pypi.example/simple"

SAME = {
    "the name in other letters": (pip("Typing_Extensions"), pip("typing-extensions")),
    "the version in other digits": (pip(version="2.3"), pip(version="2.3.0")),
    "a URL known on one side": (pip(url=WHEEL), pip()),
    "a version known on one side": (pip(version=None, url=REPOSITORY), pip(url=REPOSITORY)),
    "an index known on one side": (pip(index=INDEX), pip()),
    "the index with a slash": (pip(index=INDEX), pip(index=f"{INDEX}/")),
    "the index with a login": (pip(index=INDEX), pip(index=INDEX.replace("//", "//me:secret@"))),
    "the URL with a login": (pip(url=WHEEL), pip(url=WHEEL.replace("//", "//me:secret@"))),
    "the hash in the URL": (pip(url=WHEEL, sha256=ONE), pip(url=f"{WHEEL}#sha256={ONE}")),
    "the name in the URL": (pip(url=f"{REPOSITORY}@{COMMIT}#egg=torch"), pip(url=f"{REPOSITORY}@{COMMIT}")),
    "a repository with .git": (pip(url=f"{REPOSITORY}.git@{COMMIT}"), pip(url=f"{REPOSITORY}@{COMMIT}")),
    "a folder with a slash": (pip(url="/srv/torch/"), pip(url="/srv/torch")),
    "a folder as a URL": (pip(url="file:///srv/my%20torch"), pip(url="/srv/my torch")),
    "a folder by a relative path": (pip(url="../torch"), pip(url="/srv/torch")),
    "this folder": (pip(url="./", editable=True), pip(url="/srv/torch", editable=True)),
}

CHANGED = {
    "upgrade": (pip(version="2.3.0"), pip(version="2.10.0"), ("upgrade",)),
    "downgrade": (pip(version="2.3.0"), pip(version="2.3.0rc1"), ("downgrade",)),
    "a development version": (pip(version="2.3.0.dev1"), pip(version="2.3.0a1"), ("upgrade",)),
    "a post-release": (pip(version="2.3.0.post1"), pip(version="2.3.0"), ("downgrade",)),
    "an epoch": (pip(version="1!1.0"), pip(version="2023.10"), ("downgrade",)),
    "another wheel of a newer version": (
        pip(url=WHEEL, sha256=ONE),
        pip(version="2.4.0", url=NEWER, sha256=OTHER),
        ("upgrade",),
    ),
    "for another accelerator": (pip(version="2.3.0+cpu"), pip(version="2.3.0+cu118"), ("build",)),
    "another version for another accelerator": (
        pip(version="2.3.1+cpu"),
        pip(version="2.3.0+cu118"),
        ("downgrade",),
    ),
    "a wheel for a source archive": (pip(url=SDIST), pip(url=WHEEL), ("source",)),
    "another index": (pip(index=INDEX), pip(index="https://mirror.example/simple"), ("source",)),
    "another host": (pip(url=WHEEL), pip(url=WHEEL.replace("files", "mirror")), ("source",)),
    "another host and version": (
        pip(url=WHEEL),
        pip(version="2.4.0", url=NEWER.replace("files", "mirror")),
        ("upgrade", "source"),
    ),
    "what only looks like a host": (
        pip(url="https://[::1/torch-2.3.0.zip"),
        pip(version="2.4.0", url="https://[::2/torch-2.4.0.zip"),
        ("upgrade", "source"),
    ),
    "another commit": (pip(url=f"{REPOSITORY}@{COMMIT}"), pip(url=f"{REPOSITORY}@{LATER}"), ("source",)),
    "another commit and version": (
        pip(url=f"{REPOSITORY}@{COMMIT}"),
        pip(version="2.4.0", url=f"{REPOSITORY}@{LATER}"),
        ("upgrade", "source"),
    ),
    "another folder of the repository": (
        pip(url=f"{REPOSITORY}@{COMMIT}#subdirectory=a"),
        pip(url=f"{REPOSITORY}@{COMMIT}#subdirectory=b"),
        ("source",),
    ),
    "an index for a repository": (pip(url=f"{REPOSITORY}@{COMMIT}"), pip(), ("source",)),
    "a repository for an archive": (pip(url=WHEEL), pip(url=f"{REPOSITORY}@{COMMIT}"), ("source",)),
    "an index for an archive that was asked for": (pip(url=WHEEL, direct=True), pip(), ("source",)),
    "editable": (pip(url="/srv/torch"), pip(url="/srv/torch", editable=True), ("source",)),
    "another folder": (pip(url="/srv/torch"), pip(url="/srv/other"), ("source",)),
    "another relative folder": (pip(url="./torch"), pip(url="/srv/other"), ("source",)),
    "the same wheel with other content": (
        pip(url=WHEEL, sha256=ONE),
        pip(url=WHEEL, sha256=OTHER),
        ("hash",),
    ),
}


@pytest.mark.parametrize(("before", "after"), SAME.values(), ids=SAME)
def test_two_descriptions_of_one_package_do_not_differ(before: PipPackage, after: PipPackage) -> None:
    diff = diff_locks(lock(before), lock(after), names=NAMES)
    assert not diff.differs
    assert diff.unchanged == 1


@pytest.mark.parametrize(("before", "after", "kinds"), CHANGED.values(), ids=CHANGED)
def test_all_that_changed_is_told(before: PipPackage, after: PipPackage, kinds: tuple[str, ...]) -> None:
    (change,) = diff_locks(lock(before), lock(after), names=NAMES).changed
    assert change.kinds == kinds
    assert (change.before, change.after) == (before, after)
    assert (change.name, change.manager) == ("torch", "pip")
