"""conda's failures, each in envctl's words: the codes and exit codes of the embedded engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_conda import FakeConda, plan, record

from envctl.engines.conda import CondaEngine
from envctl.engines.conda_answer import CondaFailure
from envctl.engines.conda_records import to_package
from envctl.engines.interface import InstallRequest, SolveRequest
from envctl.errors import EnvctlError, ExitCode
from envctl.model.packages import Solution
from envctl.prefixes.root import Root
from envctl.progress import SILENT

RATTLER = """Cannot solve the request because of: The following packages are incompatible
├─ foo * can be installed with any of the following options:
│  └─ foo 1.0 would require
│     └─ bar <2, which can be installed with any of the following options:
│        └─ bar 1.5
└─ baz * cannot be installed because there are no viable options:
   └─ baz 1.0 would require
      └─ bar >=2, which cannot be installed because there are no viable options:
         └─ bar 2.0, which conflicts with the versions reported above.
"""
LIBMAMBA = """Encountered problems while solving:
  - package foo-1.0-0 requires bar <2, but none of the providers can be installed

Could not solve for environment specs
The following packages are incompatible
├─ baz is installable and it requires
│  └─ bar >=2, which can be installed;
└─ foo is not installable because it requires
   └─ bar <2, which conflicts with any installable versions previously reported.
"""
CLASSIC = """The following specifications were found to be incompatible with each other:

Package bar conflicts for:
foo -> bar[version='<2']
baz -> bar[version='>=2']
"""


@pytest.fixture
def conda(tmp_path: Path) -> FakeConda:
    return FakeConda(tmp_path / "bin")


@pytest.fixture
def engine(tmp_path: Path, conda: FakeConda) -> CondaEngine:
    return CondaEngine(Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache"), conda.conda)


def says(conda: FakeConda, kind: str, message: str = "no", **more: Any) -> None:
    document = {"exception_name": kind, "message": message, "error": f"{kind}: {message}", **more}
    conda.answer_json("create", document, returncode=1)


def solve_error(engine: CondaEngine, *specs: str, **options: Any) -> EnvctlError:
    with pytest.raises(EnvctlError) as caught:
        engine.solve((SolveRequest(specs=specs, channels=("https://host/chan",), **options),), SILENT)
    assert isinstance(caught.value.__cause__, CondaFailure)
    return caught.value


@pytest.fixture
def installing(engine: CondaEngine, tmp_path: Path) -> Callable[[], EnvctlError]:
    """The error of an installation."""
    prefix = tmp_path / "prefix"
    prefix.mkdir()
    packages = (to_package(record("web"), {}),)
    solution = Solution(platform="linux-64", channels=(), virtual_packages=(), packages=packages)
    request = InstallRequest(solution=solution, prefix=prefix, final=prefix)

    def error() -> EnvctlError:
        with pytest.raises(EnvctlError) as caught:
            engine.install(request, SILENT)
        return caught.value

    return error


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("RattlerUnsatisfiableError", RATTLER),
        ("LibMambaUnsatisfiableError", LIBMAMBA),
        ("UnsatisfiableError", CLASSIC),
    ],
)
def test_a_conflict_is_told_alike_for_each_of_conda_s_solvers(
    engine: CondaEngine, conda: FakeConda, kind: str, text: str
) -> None:
    says(conda, kind, text)
    error = solve_error(engine, "foo", "baz", "zlib")
    assert (error.code, error.exit_code) == ("unsatisfiable", ExitCode.FAILED)
    assert error.message == "cannot be installed together: foo and baz"
    assert "bar" in (error.cause or "")
    assert "sought in https://host/chan" in (error.cause or "")
    assert error.hint == "relax one of these requests"


@pytest.mark.parametrize("returncode", [1, 134, -6])
def test_a_solver_that_aborts_behind_its_answer_is_believed(
    engine: CondaEngine, conda: FakeConda, returncode: int
) -> None:
    document = {"exception_name": "RattlerUnsatisfiableError", "message": RATTLER}
    conda.answer_json("create", document, returncode=returncode)
    assert solve_error(engine, "foo", "baz").code == "unsatisfiable"


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("RattlerUnsatisfiableError", {"message": "└─ __cuda >=12, for which no candidates were found."}),
        ("LibMambaUnsatisfiableError", {"message": "   └─ __cuda >=12 *, which is missing on the system."}),
        ("PackagesNotFoundError", {"packages": ["__cuda[version='>=12']"]}),
        ("ResolvePackageNotFound", {"bad_deps": [["gpu", "__cuda[version='>=12']"]]}),
    ],
)
def test_a_missing_driver_is_told_with_the_way_around(
    engine: CondaEngine, conda: FakeConda, kind: str, document: dict[str, Any]
) -> None:
    conda.answer_json("create", {"exception_name": kind, **document}, returncode=1)
    error = solve_error(engine, "gpu", cuda_requirement=">=12.4")
    assert error.code == "unsatisfiable"
    assert "__cuda >=12" in (error.cause or "")
    assert "--cuda VERSION" in (error.hint or "")
    assert ">=12.4" in (error.hint or "")


def test_a_name_that_no_channel_has_is_told_with_the_channels(engine: CondaEngine, conda: FakeConda) -> None:
    says(conda, "PackagesNotFoundInChannelsError", packages=["nonsense"])
    conda.answer_json("search", {"exception_name": "PackagesNotFoundError"}, returncode=1)
    error = solve_error(engine, "nonsense", platform="linux-64")
    assert (error.code, error.exit_code) == ("package-not-found", ExitCode.FAILED)
    assert error.message == "no channel has a package 'nonsense' for linux-64"
    assert error.cause == "sought in https://host/chan"


def test_a_version_that_is_not_there_gets_those_that_are(engine: CondaEngine, conda: FakeConda) -> None:
    says(conda, "PackagesNotFoundError", packages=["web -> numpy[version='>=99']"])
    numpy = [record("numpy", version) for version in ("1.0", "1.26", "1.26", "2.0")]
    conda.answer_json("search", {"numpy": numpy})
    error = solve_error(engine, "web")
    assert error.code == "unsatisfiable"
    assert "there is numpy 2.0, 1.26, 1.0" in (error.cause or "")
    assert conda.call("search").arguments[-1] == "numpy"


@pytest.mark.parametrize(
    ("kind", "text", "hint"),
    [
        ("UnavailableInvalidChannel", "HTTP 404 for channel x <https://host/x>", "is no conda channel"),
        ("CondaHTTPError", "HTTP 000 CONNECTION FAILED for url <https://host/x>", "the network"),
        ("CondaHTTPError", "HTTP 401 UNAUTHORIZED for url <https://host/x>", "credentials"),
        ("CondaHTTPError", "HTTP 503 BUSY for url <https://host/x>", "try again later"),
        ("CondaSSLError", "Encountered an SSL error.", "the network"),
    ],
)
def test_a_channel_out_of_reach_is_told_with_what_helps(
    engine: CondaEngine, conda: FakeConda, kind: str, text: str, hint: str
) -> None:
    says(conda, kind, f"{text}\nElapsed: -\n\nAn HTTP error occurred when trying to retrieve this URL.\n")
    error = solve_error(engine, "web")
    assert (error.code, error.exit_code) == ("channel-unreachable", ExitCode.ABSENT)
    assert error.cause == text
    assert hint in (error.hint or "")


def test_an_index_that_no_cache_holds_is_told_where_the_network_is_forbidden(
    engine: CondaEngine, conda: FakeConda
) -> None:
    says(conda, "PackagesNotFoundError", packages=["web"])
    error = solve_error(engine, "web", offline=True)
    assert (error.code, error.exit_code) == ("channel-unreachable", ExitCode.ABSENT)
    assert "without --offline" in (error.hint or "")


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("CondaHTTPError", "HTTP 503 for url <https://host/p.conda>", "download-failed 4"),
        ("PathNotFoundError", "/channel/web.conda", "download-failed 4"),
        ("ChecksumMismatchError", "expected sha256: a", "hash-mismatch 4"),
        ("SafetyError", "has an incorrect size", "hash-mismatch 4"),
        ("CondaVerificationError", "cannot be found", "hash-mismatch 4"),
        ("NoSpaceLeftError", "no space", "disk-full 4"),
        ("OSError", "[Errno 28] No space left on device: '/x'", "disk-full 4"),
        ("PaddingError", "Placeholder of length '80' too short", "path-too-long 4"),
        ("NotWritableError", "/opt/pkgs", "unwritable 4"),
        ("NoWritablePkgsDirError", "No writable pkgs directories configured.", "unwritable 4"),
        ("InvalidArchiveError", "Error with archive /pkgs/x.conda", "damaged-package 4"),
        ("LinkError", "post-link script failed for package x", "link-script-failed 4"),
        ("LockError", "LOCKERROR", "cache-busy 5"),
        ("CondaToSNonInteractiveError", "Terms of Service have not been accepted", "terms-of-service 5"),
        ("CondaEnvException", "Pip failed", "pip-failed 4"),
        ("CondaValueError", "anything else", "conda-failed 4"),
        ("", "an answer without a class", "conda-failed 4"),
    ],
)
def test_an_installation_that_fails_has_the_code_of_its_reason(
    installing: Callable[[], EnvctlError], conda: FakeConda, kind: str, text: str, expected: str
) -> None:
    says(conda, kind, text)
    error = installing()
    assert f"{error.code} {int(error.exit_code)}" == expected
    assert text in (error.cause or "")


def test_what_a_requested_package_needs_in_vain_is_no_missing_request(
    engine: CondaEngine, conda: FakeConda
) -> None:
    says(conda, "PackagesNotFoundError", packages=["nobody-has-it[version='>=1']"])
    conda.answer_json("search", {"exception_name": "PackagesNotFoundError"}, returncode=1)
    error = solve_error(engine, "lonely")
    assert (error.code, error.message) == ("unsatisfiable", "cannot be installed: lonely")
    assert "nobody-has-it >=1" in (error.cause or "")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("InvalidMatchSpec", "Invalid spec 'a >=>2'"),
        ("CondaValueError", "invalid package specification: a >=>2"),
        ("TypeError", "Object of type InvalidVersionSpec is not JSON serializable"),
    ],
)
def test_a_spec_that_conda_cannot_read_is_the_caller_s_to_mend(
    engine: CondaEngine, conda: FakeConda, kind: str, text: str
) -> None:
    says(conda, kind, text)
    error = solve_error(engine, "fine >=2", "a >=>2")
    assert (error.code, error.exit_code) == ("bad-match-spec", ExitCode.USAGE)
    assert error.message == "conda cannot read 'a >=>2'"


def test_the_original_is_kept_for_verbose_output_and_credentials_are_not_told(
    engine: CondaEngine, conda: FakeConda
) -> None:
    says(conda, "CondaHTTPError", "HTTP 403 for url <https://u:s3cret@host/t/s3cret/x>")
    error = solve_error(engine, "web")
    assert str(error.__cause__).startswith("conda create --json ")
    assert "CondaHTTPError: HTTP 403" in str(error.__cause__)
    assert "s3cret" not in str(error.cause)


def test_an_info_that_fails_is_an_error_too(engine: CondaEngine, conda: FakeConda) -> None:
    conda.answer("info", stderr="Segmentation fault\n", returncode=139)
    with pytest.raises(EnvctlError) as caught:
        engine.machine(None)
    assert (caught.value.code, caught.value.cause) == ("conda-failed", "Segmentation fault")


def test_a_plan_without_what_was_asked_for_is_no_success(engine: CondaEngine, conda: FakeConda) -> None:
    conda.answer_json("create", plan(record("other")))
    with pytest.raises(EnvctlError) as caught:
        engine.solve((SolveRequest(specs=("web", "__glibc >=2"), channels=("x",)),), SILENT)
    assert (caught.value.code, caught.value.cause) == ("solve-failed", "it leaves out web")
