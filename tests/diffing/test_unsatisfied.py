"""Which requests the packages do not answer."""

from __future__ import annotations

import pytest
from diff_samples import conda, part, pip, spec

from envctl.diffing.unsatisfied import unsatisfied_on
from envctl.model.diff import Unsatisfied
from envctl.model.lock import LockedPackage, PlatformLock
from envctl.model.packages import Package

FORGE = "https://conda.anaconda.org/conda-forge"
SHA = "1" * 64
COMMIT = "a" * 40
REPOSITORY = "git+https://git.example/org/x"
PYTHON = conda("python", "3.11.9")
LINUX = part(
    PYTHON,
    conda("numpy", "1.26.4", "py311h1_0", sha256=SHA, depends=("python",)),
    conda("pytorch", "2.3.0", "cuda120_py311h2_0", depends=("python >=3.11",)),
    conda("blas", "2.1", "mkl", channel="https://repo.anaconda.com/pkgs/main"),
    conda("mine", "1.0", "0", channel="https://mirror.example/conda/conda-forge"),
    conda("own", "", "", channel="", url="../own"),
    conda("openssl", "1.1.1w", "h0_0", depends=("ca-certificates",)),
    conda("tz", "not.a-version", "0", depends=("python",)),
    pip("Flask", "3.0.2", url="https://files.example/flask-3.0.2-py3-none-any.whl", sha256=SHA),
    pip("x", "0.1", url=f"{REPOSITORY}@{COMMIT}"),
    pip("project", "0.1", url="/srv/project", editable=True),
    pip("plain", "1.0"),
    pip("tree", None, url="../tree"),
    virtual_packages=("__cuda=12.4=0", "__glibc=2.28=0"),
)

ANSWERED = [
    "python",
    "Python >=3.11",
    "python=3.11",
    "numpy==1.26.4=py311h1_0",
    f"numpy[sha256={SHA}]",
    "conda-forge::numpy",
    f"{FORGE}::numpy",
    "https://conda.anaconda.org/t/abc-123/conda-forge::numpy",
    "numpy[channel=conda-forge]",
    "conda-forge/linux-64::numpy",
    "pytorch=2.3.*=*cuda*",
    "defaults::blas",
    "pkgs/main::blas=*=mkl",
    "conda-forge::mine",
    "own >=2",
    "openssl >=1.1.1l",
    f"{FORGE}/linux-64/numpy-1.26.4-py311h1_0.conda",
    f"{FORGE}/linux-64/numpy-1.26.4-py311h1_0.tar.bz2",
    f"https://mirror.example/conda-forge/linux-64/numpy-1.26.4-py311h1_0.conda#{SHA}",
    "__cuda >=12",
    "__glibc >=2.17,<3",
]
UNANSWERED = [
    ("scipy", None),
    ("numpy >=2", "numpy"),
    ("numpy 1.26", "numpy"),
    ("pytorch=2.3=*cpu*", "pytorch"),
    ("nvidia::numpy", "numpy"),
    ("https://files.example/conda-forge::numpy", "numpy"),
    ("conda-forge/noarch::numpy", "numpy"),
    ("defaults::numpy", "numpy"),
    ("https://files.example/mirror::mine", "mine"),
    (f"{FORGE}/linux-64/numpy-1.26.4-py311h1_1.conda", "numpy"),
    (f"{FORGE}/linux-64/numpy-1.26.4-py311h1_0.conda#{'2' * 64}", "numpy"),
    ("__cuda >=12.5", None),
    ("__osx", None),
    ("python=>3", "python"),
    ("flask", "Flask"),
    ("", None),
]
ANSWERED_LINES = [
    "flask",
    "FLASK>=3,<4",
    "flask[async]",
    f"flask --hash=sha256:{'2' * 64} --hash=sha256:{SHA}",
    f"flask --hash=md5:{'2' * 32}",
    "numpy>=1.26",
    "torch==2.3.0",
    "tz>=1",
    "tree==5",
    REPOSITORY,
    f"{REPOSITORY}.git@main#egg=x",
    f"-e {REPOSITORY}@{COMMIT}#egg=x",
    "x>=0.1",
    "-e .",
    "file:.",
    "/srv/project",
    f"flask<{'9' * 5000}",
    "https://me:secret@files.example/flask-3.0.2-py3-none-any.whl",
]
UNANSWERED_LINES = [
    ("django", None),
    ("flask>=4", "Flask"),
    (f"flask --hash=sha256:{'2' * 64}", "Flask"),
    ("torch==2.4", "pytorch"),
    ("torch @ https://files.example/torch-2.3.0-py3-none-any.whl", "pytorch"),
    ("openssl", None),
    (f"{REPOSITORY}@{'b' * 40}#egg=x", "x"),
    ("x @ git+https://git.example/other/x", "x"),
    ("git+https://git.example/other/x", None),
    ("plain @ git+https://git.example/org/plain", "plain"),
    ("-e ./other", None),
    ("flask=3.0.2", "Flask"),
]
IGNORED_LINES = [
    "--index-url https://pypi.example/simple",
    "-r requirements.txt",
    "pywin32; sys_platform == 'win32'",
    "tomli; python_version < '3.11'",
    "gpu; platform_machine == 'aarch64'",
]


def missing(
    *entries: str, pip: tuple[str, ...] | None = None, there: PlatformLock = LINUX
) -> list[Unsatisfied]:
    return list(unsatisfied_on(spec(*entries, pip=pip, directory="/srv/project"), there))


@pytest.mark.parametrize("text", ANSWERED)
def test_a_conda_request_is_answered(text: str) -> None:
    assert missing(text) == []


@pytest.mark.parametrize(("text", "found"), UNANSWERED)
def test_a_conda_request_is_not_answered_by_what_is_there(text: str, found: str | None) -> None:
    (request,) = missing(text)
    assert (request.manager, request.spec, request.platform) == ("conda", text, "linux-64")
    assert (request.found and request.found.name) == found


@pytest.mark.parametrize("line", ANSWERED_LINES)
def test_a_pip_line_is_answered_by_pip_or_by_conda(line: str) -> None:
    assert missing(pip=(line,)) == []


@pytest.mark.parametrize(("line", "found"), UNANSWERED_LINES)
def test_a_pip_line_is_not_answered_by_what_is_there(line: str, found: str | None) -> None:
    (request,) = missing(pip=(line,))
    assert (request.manager, request.spec) == ("pip", line)
    assert (request.found and request.found.name) == found


@pytest.mark.parametrize("line", IGNORED_LINES)
def test_what_asks_for_nothing_here_needs_no_answer(line: str) -> None:
    assert missing(pip=(line,)) == []


def test_a_request_is_told_by_its_name_and_without_credentials() -> None:
    (request,) = missing("https://me:secret@files.example/c::Scipy >=1")
    assert (request.name, request.spec) == ("scipy", "https://files.example/c::Scipy >=1")
    (line,) = missing(pip=("git+https://me:secret@git.example/org/y.git@main",))
    assert (line.name, line.spec) == (
        "git+https://git.example/org/y",
        "git+https://git.example/org/y.git@main",
    )


def test_of_a_lock_that_says_nothing_of_its_machine_none_is_held_against_it() -> None:
    assert missing("__cuda >=99", there=part(PYTHON)) == []


def test_the_marker_of_an_environment_without_python_is_that_of_any_python() -> None:
    assert missing(pip=("x; python_version >= '3'",), there=part(conda("curl"))) != []


def test_a_marker_that_cannot_be_judged_holds() -> None:
    odd = "x; python_version ~= 'latest'"
    assert [request.spec for request in missing(pip=(odd,), there=part(PYTHON))] == [odd]


@pytest.mark.parametrize(
    ("platform", "line"),
    [
        ("linux-aarch64", "x; platform_machine == 'aarch64' and os_name == 'posix'"),
        ("linux-32", "x; platform_machine == 'i686'"),
        ("osx-arm64", "x; sys_platform == 'darwin' and platform_machine == 'arm64'"),
        ("win-64", "x; platform_system == 'Windows' and platform_machine == 'AMD64' and os_name == 'nt'"),
        ("win-32", "x; platform_machine == 'x86'"),
        ("freebsd-64", "x; sys_platform == 'freebsd' and platform_machine == 'x86_64'"),
        ("linux-64", "x; python_full_version == '3.11.9' and implementation_name == 'cpython'"),
    ],
)
def test_markers_are_those_of_the_platform_that_the_lock_is_for(platform: str, line: str) -> None:
    assert len(missing(pip=(line,), there=part(PYTHON, platform=platform))) == 1


@pytest.mark.parametrize("package", [conda("numpy", "1..2"), conda("numpy", build="py 3")])
def test_a_package_that_can_be_none_answers_no_request_for_a_version(package: Package) -> None:
    assert len(missing("numpy >=1", there=part(package))) == 1


REQUESTS = pip("requests", "2.32", url="https://files.example/requests-2.32-py3-none-any.whl")


def locked_with(*lines: str, package: Package = REQUESTS) -> PlatformLock:
    return PlatformLock(
        platform="linux-64", packages=(LockedPackage(package=package, requested=tuple(lines)),)
    )


@pytest.mark.parametrize(
    ("locked", "asked"),
    [
        (("requests[Socks, a_b]",), ("requests [a-b,socks] >=2",)),
        (("requests[socks]", "requests"), ("requests[socks]",)),
        (("requests", "requests[socks] ; sys_platform == 'win32'"), ("requests",)),
        ((), ("requests[socks]",)),
    ],
)
def test_a_request_with_the_extras_of_the_lock_is_answered(
    locked: tuple[str, ...], asked: tuple[str, ...]
) -> None:
    assert missing(pip=asked, there=locked_with(*locked)) == []


@pytest.mark.parametrize(
    ("locked", "asked"),
    [
        ("requests[socks]", "requests[socks,security]"),
        ("requests[socks]", "requests"),
        ("requests", "requests[socks]"),
    ],
)
def test_a_request_with_other_extras_than_the_lock_was_made_for_is_not_answered(
    locked: str, asked: str
) -> None:
    (request,) = missing(pip=(asked,), there=locked_with(locked))
    assert (request.name, request.spec, request.found) == ("requests", asked, REQUESTS)


def test_what_pip_installed_does_not_tell_its_extras() -> None:
    there = locked_with("requests", package=pip("requests", "2.32"))
    assert missing(pip=("requests[socks]",), there=there) == []
