"""pip's requirements files: read as a pip section, written from a lock."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envctl.errors import InputError, UsageError
from envctl.formats.archive_url import conda_package
from envctl.formats.requirements import dumps, loads
from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import Package, PipPackage

SHA256 = "0123456789abcdef" * 4
WHEEL = "https://files.example/a-1-py3-none-any.whl"


def lines(text: str) -> list[str]:
    return [entry.text for entry in loads(text, file="requirements.txt").pip or ()]


def lock(*packages: Package, **fields: Any) -> Lock:
    entries = tuple(LockedPackage(package=package) for package in packages)
    return Lock(platforms=(PlatformLock(platform="linux-64", packages=entries),), **fields)


def written(whole: Lock) -> list[str]:
    """What is written below the header."""
    text = dumps(whole, platform="linux-64").text
    assert text.endswith("\n")
    return text.splitlines()[2:]


def test_each_line_is_a_dependency_of_the_pip_section() -> None:
    text = """\
# Why: everything.
--extra-index-url https://pypi.example/simple
numpy >=1.26,<2   # torch 2.0 needs it
-r more.txt

-e git+https://files.example/x/y.git@main#egg=y
./local[dev]
"""
    assert loads(text, file="f") == EnvironmentSpec(
        pip=(
            Dependency(text="--extra-index-url https://pypi.example/simple"),
            Dependency(text="numpy >=1.26,<2", comment="torch 2.0 needs it"),
            Dependency(text="-r more.txt"),
            Dependency(text="-e git+https://files.example/x/y.git@main#egg=y"),
            Dependency(text="./local[dev]"),
        )
    )


def test_a_line_that_goes_on_below_is_one() -> None:
    text = f"numpy==1.26.4 \\\n    --hash=sha256:{SHA256} \\\n    --hash=sha256:{SHA256}\ntorch\\\n==2.0\n"
    hashes = f"--hash=sha256:{SHA256} --hash=sha256:{SHA256}"
    assert lines(text) == [f"numpy==1.26.4 {hashes}", "torch==2.0"]


def test_a_comment_ends_a_line_that_would_go_on() -> None:
    assert lines("numpy \\\n# torch \\\nscipy\n") == ["numpy", "scipy"]
    assert lines("numpy \\") == ["numpy"]


def test_an_empty_file_has_an_empty_pip_section() -> None:
    assert loads("\ufeff# nothing\r\n\r\n", file="f") == EnvironmentSpec(pip=())


def test_what_pip_refuses_is_an_error_with_its_line() -> None:
    with pytest.raises(InputError) as caught:
        loads("a\\\n==1\n\nhttps://me:secret@files.example\\\n/a b\n", file="requirements.txt")
    error = caught.value
    assert (error.code, error.line) == ("requirements", 4)
    assert error.message == (
        "requirements.txt:4: `https://files.example/a b` is no line of a requirements file"
    )
    assert error.cause == "a URL holds no spaces"


def test_a_lock_is_written_as_exact_requirements() -> None:
    whole = lock(
        PipPackage(name="numpy", version="1.26.4", sha256=SHA256),
        PipPackage(name="a", version="1", url=WHEEL, sha256=SHA256),
        indexes=("https://pypi.example/simple", "https://files.example/whl"),
    )
    assert (
        dumps(whole, platform="linux-64").text
        == f"""\
# pip packages for linux-64, written by envctl. To install them:
#   pip install --no-deps -r FILE
--index-url https://pypi.example/simple
--extra-index-url https://files.example/whl
numpy==1.26.4 --hash=sha256:{SHA256}
a @ {WHEEL}#sha256={SHA256}
"""
    )
    assert dumps(whole, platform="linux-64").lost == ()


def test_an_index_of_one_package_is_an_extra_one() -> None:
    package = PipPackage(name="torch", version="2.4.1+cpu", index="https://files.example/cpu")
    assert written(lock(package)) == ["--extra-index-url https://files.example/cpu", "torch==2.4.1+cpu"]


@pytest.mark.parametrize(
    ("package", "line"),
    [
        (PipPackage(name="a", version="1", url="./a"), "./a"),
        (PipPackage(name="a", version="1", url="a"), "./a"),
        (PipPackage(name="a", url="/src/a", editable=True), "-e file:///src/a#egg=a"),
        (PipPackage(name="a", url="/my src/ä"), "a @ file:///my%20src/%C3%A4"),
        (PipPackage(name="a", url="../my src", editable=True), '-e "../my src"'),
        (PipPackage(name="a", url="my src"), "./my src"),
        (PipPackage(name="a", url="file:///src/a"), "a @ file:///src/a"),
        (PipPackage(name="a", url="git+https://files.example/a@c"), "a @ git+https://files.example/a@c"),
        (
            PipPackage(name="a", url="git+https://files.example/a@c#subdirectory=b", editable=True),
            "-e git+https://files.example/a@c#subdirectory=b&egg=a",
        ),
        (PipPackage(name="a", url=f"{WHEEL}", md5="0" * 32), f"a @ {WHEEL}#md5={'0' * 32}"),
    ],
)
def test_a_package_from_elsewhere_is_named_by_its_place(package: PipPackage, line: str) -> None:
    assert written(lock(package)) == [line]
    assert lines(line) == [line]


def test_one_package_without_a_hash_takes_the_others_theirs() -> None:
    whole = lock(
        PipPackage(name="a", version="1", sha256=SHA256),
        PipPackage(name="b", version="1", url=WHEEL, sha256=SHA256),
        PipPackage(name="c", version="1"),
    )
    assert written(whole) == ["a==1", f"b @ {WHEEL}#sha256={SHA256}", "c==1"]
    assert dumps(whole, platform="linux-64").lost == (
        "1 pip package without its hash: pip wants one of each or none: a",
    )


def test_what_cannot_be_carried_is_told() -> None:
    entries = (
        *(LockedPackage(package=conda_package(f"/c/noarch/{name}-1-0.conda")) for name in "abcdef"),
        LockedPackage(package=PipPackage(name="g")),
        LockedPackage(package=PipPackage(name="h", version="no version"), category="dev"),
    )
    whole = Lock(
        platforms=(
            PlatformLock(platform="linux-64", packages=entries),
            PlatformLock(platform="osx-64", packages=()),
        ),
        variables={"A": "1"},
        indexes=("no index",),
    )
    assert written(whole) == ["g"]
    assert dumps(whole, platform="linux-64").lost == (
        "6 conda packages: a, b, c, d, e, …",
        "1 pip package that no line can ask for: h",
        "1 pip package without a version: g",
        "1 index URL: --index-url no index",
        "1 variable: A",
        "1 category: dev",
    )


def test_credentials_are_not_written() -> None:
    whole = lock(
        PipPackage(name="a", url="https://me:secret@files.example/a-1-py3-none-any.whl"),
        indexes=("https://me:secret@pypi.example/simple", "https://pypi.example/t/secret/simple"),
    )
    assert written(whole) == [
        "--index-url https://pypi.example/simple",
        "--extra-index-url https://pypi.example/simple",
        "a @ https://files.example/a-1-py3-none-any.whl",
    ]


@pytest.mark.parametrize(
    "package",
    [
        PipPackage(name="a", url="./a\n--index-url https://files.example"),
        PipPackage(name="a", url="./a --index-url https://files.example"),
        PipPackage(name="a\n--pre\nb", version="1"),
        PipPackage(name="a", version="1\n--pre"),
        PipPackage(name="a", version="1 --pre"),
        PipPackage(name="--pre", version="1"),
        PipPackage(name="a", url="https://files.example/\r--pre"),
    ],
)
def test_no_package_can_put_a_line_of_its_own_into_the_file(package: PipPackage) -> None:
    assert written(lock(package)) == []


def test_a_platform_that_the_lock_is_not_for_is_an_error() -> None:
    with pytest.raises(UsageError):
        dumps(lock(), platform="osx-64")


LINE = st.sampled_from(
    [
        "numpy==1",
        "a @ https://h.example/a",
        "--pre",
        "-e .",
        "# why",
        "a[x]>1 ; python_version<'3'",
        "x  # why",
    ]
)


@given(st.lists(LINE | st.text(st.sampled_from("a=1 \\\n#\r-.;[") | st.characters(), max_size=8), max_size=6))
def test_any_text_is_a_pip_section_or_an_error(pieces: list[str]) -> None:
    try:
        spec = loads("\n".join(pieces), file="f")
    except InputError as error:
        assert error.message.startswith("f:")
        return
    assert loads("\n".join(entry.text for entry in spec.pip or ()), file="f").pip is not None
