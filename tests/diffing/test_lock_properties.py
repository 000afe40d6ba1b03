"""What holds of the difference between any two locks."""

from __future__ import annotations

from dataclasses import replace

from apply_diff import apply_to_lock, mirrored, packages_of
from diff_samples import NAMES, conda, pip
from hypothesis import given, settings
from hypothesis import strategies as st

from envctl.diffing.locks import diff_locks
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage, Key, Package, PipPackage

VERSIONS = st.sampled_from(
    (
        *("1.0", "1.0.0", "1.0a1", "1.0.dev2", "1.0.post1", "1!0.9", "2023.10", "2023.9"),
        *("1.1.1w", "latest", "1.0+cpu", "1.0+cu118", "1..2"),
    )
)
HASHES = st.sampled_from((None, "1" * 64, "2" * 64))
CHANNELS = st.sampled_from(
    (
        "conda-forge",
        "https://conda.anaconda.org/conda-forge/",
        "https://me:secret@conda.anaconda.org/conda-forge",
        "https://repo.anaconda.com/pkgs/main",
        "",
    )
)
COMMIT = "a" * 40
URLS = st.sampled_from(
    (
        None,
        "https://files.example/torch-1.0-py3-none-any.whl",
        "https://files.example/torch-1.0.tar.gz",
        "https://mirror.example/torch-1.0-py3-none-any.whl",
        f"git+https://git.example/org/torch@{COMMIT}",
        f"git+https://git.example/org/torch.git@{COMMIT}#egg=torch",
        "git+https://git.example/org/torch@main",
        "/srv/torch",
        "./torch",
        "../other",
        ".",
    )
)
INDEXES = st.sampled_from(
    (None, "https://pypi.example/simple", "https://pypi.example/simple/", "https://m.example/")
)
PLATFORMS = ("linux-64", "osx-arm64", "win-64")
CONDA: st.SearchStrategy[CondaPackage] = st.builds(
    conda,
    st.sampled_from(("pytorch", "numpy", "NumPy", "jupyter_client", "opencv", "graphviz", "python-graphviz")),
    VERSIONS,
    st.sampled_from(("0", "py_0", "py_1")),
    channel=CHANNELS,
    subdir=st.sampled_from(("linux-64", "noarch")),
    suffix=st.sampled_from((".conda", ".tar.bz2")),
    sha256=HASHES,
    md5=st.sampled_from((None, "1" * 32, "2" * 32)),
)
PIP: st.SearchStrategy[PipPackage] = st.builds(
    pip,
    st.sampled_from(
        ("torch", "Torch", "numpy", "jupyter-client", "opencv-python", "opencv_python_headless", "graphviz")
    ),
    st.one_of(st.none(), VERSIONS),
    url=URLS,
    sha256=HASHES,
    index=INDEXES,
    editable=st.booleans(),
    direct=st.booleans(),
)
PACKAGES = st.lists(st.one_of(CONDA, PIP), max_size=5, unique_by=lambda package: package.key)


@st.composite
def locks(draw: st.DrawFn) -> Lock:
    return Lock(
        platforms=tuple(
            part_of(draw(PACKAGES), platform, draw(st.sampled_from(("", "torch", "numpy"))))
            for platform in draw(st.lists(st.sampled_from(PLATFORMS), unique=True, max_size=2))
        ),
        channels=tuple(draw(st.lists(CHANNELS.filter(bool), max_size=2))),
        indexes=tuple(draw(st.lists(INDEXES.filter(bool), max_size=2))),
        variables=draw(st.none() | st.dictionaries(st.sampled_from("AB"), st.sampled_from(("", "1", "2")))),
    )


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Lock, Lock]:
    """Two locks of which the second has most packages of the first, with a field or two from elsewhere."""
    before, others = draw(locks()), draw(locks())
    parts = []
    for part in before.platforms:
        kept = [draw(varied(entry.package)) for entry in part.packages if draw(st.integers(0, 4))]
        parts.append(part_of(kept, part.platform, draw(st.sampled_from(("", "torch", "numpy")))))
    new = [part for part in others.platforms if before.on(part.platform) is None]
    return before, replace(others, platforms=(*parts, *new))


@st.composite
def varied(draw: st.DrawFn, package: Package) -> Package:
    conda = isinstance(package, CondaPackage)
    other = draw(CONDA if conda else PIP)
    fields = ("version", "build", "channel", "sha256", "md5", "url") if conda else ("version", *FIELDS)
    changed = draw(st.lists(st.sampled_from(fields), max_size=2))
    return replace(package, **{field: getattr(other, field) for field in changed})


FIELDS = ("url", "sha256", "index", "editable", "direct")


def part_of(packages: list[Package], platform: str, requested: str) -> PlatformLock:
    return PlatformLock(
        platform=platform,
        packages=tuple(
            LockedPackage(package=package, requested=(requested,) if package.name == requested else ())
            for package in packages
        ),
    )


SOME = settings(max_examples=120)


def keys_on(lock: Lock, platform: str) -> set[Key]:
    part = lock.on(platform)
    return set(packages_of(part)) if part else set()


@SOME
@given(locks())
def test_a_lock_does_not_differ_from_itself(lock: Lock) -> None:
    diff = diff_locks(lock, lock, names=NAMES)
    assert not diff.differs
    assert diff.unchanged == sum(len(part.packages) for part in lock.platforms)


@SOME
@given(pairs())
def test_the_way_back_is_the_mirror_image(pair: tuple[Lock, Lock]) -> None:
    before, after = pair
    assert diff_locks(after, before, names=NAMES[::-1]) == mirrored(diff_locks(before, after, names=NAMES))


@SOME
@given(pairs())
def test_the_difference_makes_the_one_lock_from_the_other(pair: tuple[Lock, Lock]) -> None:
    before, after = pair
    diff = diff_locks(before, after, names=NAMES)
    made = apply_to_lock(diff, before)
    for platform in diff.platforms:
        assert keys_on(made, platform) == keys_on(after, platform)
    assert not diff_locks(made, after, names=NAMES, platforms=diff.platforms).differs


@SOME
@given(pairs())
def test_every_package_of_each_side_is_told_once(pair: tuple[Lock, Lock]) -> None:
    before, after = pair
    diff = diff_locks(before, after, names=NAMES)
    old, new = (
        sum(len(part.packages) for part in lock.platforms if part.platform in diff.platforms)
        for lock in (before, after)
    )
    assert old == len(diff.removed) + len(diff.changed) + diff.unchanged
    assert new == len(diff.added) + len(diff.changed) + diff.unchanged
    for changes in (diff.added, diff.removed, diff.changed):
        keys = [(change.platform or "", change.manager, change.name) for change in changes]
        assert keys == sorted(keys)
