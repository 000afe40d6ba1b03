"""Whatever a real conda has answered, the engine makes a result or an error of it, and the right one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fake_conda import plan, record, transcripts

from envctl.engines.conda_answer import Answer, CondaFailure, read_answer
from envctl.engines.conda_explain import solve_failed
from envctl.engines.conda_failures import install_failed
from envctl.engines.conda_problem import Problem, prepare
from envctl.engines.conda_solve import planned
from envctl.engines.interface import SolveRequest
from envctl.errors import EnvctlError
from envctl.formats import match_spec_syntax
from envctl.formats.match_spec_syntax import name
from envctl.proc import Completed


def said(case: str, returncode: int, document: Any = None, stderr: str = "") -> tuple[str, dict[str, Any]]:
    stdout = "" if document is None else json.dumps(document, indent=2)
    answer = {"case": case, "argv": ["conda"], "rc": returncode, "stdout": stdout, "stderr": stderr}
    return f"sample-{case}", answer


def raised(kind: str, message: str, **more: Any) -> dict[str, Any]:
    return {"exception_name": kind, "message": message, "error": f"{kind}: {message}", **more}


SAMPLES = [
    said("create_json_ok", 0, plan(record("web"), linked=[record("cached")])),
    said("create_json_nopkgs", 0, {"success": True, "actions": {"FETCH": []}}),
    said("create_json_notfound", 1, raised("PackagesNotFoundError", "not there", packages=["foo"])),
    said("create_json_unsat", 1, raised("UnsatisfiableError", "foo -> bar[version='<2']")),
    said("create_json_virtual_missing", 1, raised("PackagesNotFoundError", "no", packages=["__cuda"])),
    said("create_json_channel_dns", 1, raised("CondaHTTPError", "HTTP 000 CONNECTION FAILED")),
    said("create_json_channel_missing_file", 1, raised("UnavailableInvalidChannel", "HTTP 404")),
    said("create_json_existing_noyes", 0, raised("CondaSystemExit", "Exiting.")),
    said("create_json_explicit_sha256", 0),
    said("create_json_sigterm", -15),
    said(
        "create_json_bad_spec2",
        1,
        stderr="Traceback (most recent call last):\n  x\na.InvalidMatchSpec: b@r\n",
    ),
    said("bad_flag_json", 2, stderr="usage: conda\nconda: error: unrecognized arguments: --nope\n"),
]
CASES = SAMPLES + list(transcripts())
CODES = {
    "create_json_notfound": {"package-not-found"},
    "create_json_unsat": {"unsatisfiable"},
    "create_json_unsat_python": {"unsatisfiable"},
    "create_json_virtual_missing": {"unsatisfiable"},
    "create_json_glibc": {"unsatisfiable"},
    "create_json_channel_dns": {"channel-unreachable"},
    "create_json_channel_http_refused": {"channel-unreachable"},
    "create_json_channel_missing_file": {"channel-unreachable"},
    "create_json_readonly_parent": {"unwritable"},
    # 24.11.3 takes it for a package that is not there, 26.7.1 trips over its own error
    "create_json_bad_spec2": {"bad-match-spec", "package-not-found", "unsatisfiable", "conda-failed"},
    "envcreate_json_pipbad": {"pip-failed"},
    "envcreate_json_notfound": {"package-not-found"},
    "envcreate_json_unsat": {"unsatisfiable"},
}
"""What must become of a failing solve."""


def problem(answer: Answer) -> Problem:
    """What was asked: the specs of the command line, or those that an environment file had in vain."""
    arguments = list(answer.arguments)
    asked = (
        arguments[arguments.index("--override-channels") + 1 :] if "--override-channels" in arguments else []
    )
    document = answer.document or {}
    asked += [str(each) for key in ("packages", "bad_deps") for each in document.get(key) or ()]
    specs = [spec for spec in asked if name(spec) and not match_spec_syntax.problem(spec)]
    return prepare(SolveRequest(specs=tuple(specs), channels=("conda-forge",)), {})


@pytest.mark.parametrize("answer", [answer for _, answer in CASES], ids=[label for label, _ in CASES])
def test_an_answer_becomes_packages_or_an_error_with_the_right_code(
    answer: dict[str, Any], tmp_path: Path
) -> None:
    done = Completed(returncode=answer["rc"], stdout=answer["stdout"], stderr=answer["stderr"])
    read = read_answer(answer["argv"][1:], done)
    if read.failed:
        failure = CondaFailure(read)
        errors = [
            solve_failed(failure, problem(read), lambda _: (), indexes_cached=True),
            install_failed(failure),
        ]
        for error in errors:
            assert isinstance(error, EnvctlError)
            assert error.message
            assert error.cause
            assert len(error.cause.splitlines()) <= 20
        assert errors[0].code in CODES.get(answer["case"], {errors[0].code})
        return
    assert answer["rc"] == 0
    assert answer["case"] not in CODES or answer["case"] == "create_json_bad_spec2"
    try:
        packages = planned(read.document or {}, problem(read), [tmp_path])
    except EnvctlError as error:
        assert error.code == "solve-failed"
    else:
        actions = (read.document or {})["actions"]
        assert [item["name"] for item in actions.get("LINK", [])] == [each.name for each in packages]
        assert all(each.url and each.sha256 for each in packages)


def test_a_package_that_is_in_no_record_is_none_of_the_solution(tmp_path: Path) -> None:
    with pytest.raises(EnvctlError, match="plan cannot be read"):
        planned(plan(linked=[record("cached")]), prepare(SolveRequest(specs=(), channels=()), {}), [tmp_path])
