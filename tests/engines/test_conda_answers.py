"""What conda answers is read out of whatever it prints around it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from envctl.engines.conda_answer import Answer, CondaFailure, read_answer
from envctl.proc import Completed

COMMAND: Sequence[str] = ("create", "--json")
DONE = '{\n  "success": true,\n  "actions": {}\n}\n'
FAILED = '{\n  "exception_name": "CondaHTTPError",\n  "message": "HTTP 503",\n  "error": "repr"\n}\n'
TRACEBACK = """Traceback (most recent call last):
  File "/opt/conda/lib/python3.11/site-packages/conda/cli/main.py", line 44, in main_subshell
    args = parser.parse_args(args)
ValueError: inner

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/opt/conda/bin/conda", line 12, in <module>
    raise InvalidMatchSpec(spec, "no")
conda.exceptions.InvalidMatchSpec: Invalid spec 'b@r': package name contains invalid characters
"""


def answer(stdout: str = "", stderr: str = "", returncode: int = 0) -> Answer:
    return read_answer(COMMAND, Completed(returncode=returncode, stdout=stdout, stderr=stderr))


@pytest.mark.parametrize(
    "stdout",
    [
        DONE,
        "EnvironmentSectionNotValid: The following section on 'x.yml' is invalid:\n - platforms\n\n" + DONE,
        '{"fetch":"a-1 | ","finished":false,"maxval":1,"progress":0.5}\n\x00' * 3 + DONE,
        '{"fetch":"a-1 | ","finished":true,"maxval":1,"progress":1}\n\x00' + DONE.strip(),
        "The following PRELINK MESSAGES are INCLUDED:\n{ braces } of a message\n" + DONE,
        DONE + "\n\n",
    ],
    ids=["pure", "text before", "progress before", "progress on its line", "braces before", "lines behind"],
)
def test_the_document_is_found_in_output_that_is_not_json_alone(stdout: str) -> None:
    assert answer(stdout).document == {"success": True, "actions": {}}
    assert not answer(stdout).failed


@pytest.mark.parametrize(
    "stdout", ["", "\n", "null\n", "[1]\n", "{", '{"success": true', "text {\n}", "{" * 100_000]
)
def test_output_without_a_whole_object_has_no_document(stdout: str) -> None:
    assert answer(stdout).document is None


def test_an_object_that_spans_lines_is_not_read_again_from_its_inside() -> None:
    inner = '{\n"outer": [\n{"fetch": 1},\n{"success": false}\n]}\n'
    assert answer(inner).document == {"outer": [{"fetch": 1}, {"success": False}]}


def test_an_exit_of_zero_is_no_success_where_conda_says_that_it_did_nothing() -> None:
    said = '{"exception_name": "CondaSystemExit", "message": "Exiting."}\n'
    assert answer(said).failed
    assert answer('{"success": false}\n').failed


@pytest.mark.parametrize("returncode", [-6, -11, 134, 139])
def test_a_crash_behind_a_whole_answer_takes_nothing_from_it(returncode: int) -> None:
    assert not answer(DONE, returncode=returncode).failed
    assert answer(FAILED, returncode=returncode).failed
    assert answer(returncode=returncode).failed


def test_a_failing_exit_is_a_failure_whatever_is_printed() -> None:
    assert answer(DONE, returncode=1).failed


def test_a_failure_has_the_exceptions_class_and_its_words() -> None:
    failure = CondaFailure(answer(FAILED, stderr="noise\n", returncode=1))
    assert (failure.kind, failure.text) == ("CondaHTTPError", "HTTP 503")
    assert str(failure) == "conda create --json: exit 1\nCondaHTTPError: HTTP 503\nnoise"


def test_of_several_errors_the_first_that_names_itself_is_told() -> None:
    several = """{
      "exception_name": "CondaMultiError",
      "error": "Multiple Errors Encountered.",
      "errors": [
        {"exception_name": "tuple", "message": "()"},
        {"exception_name": "LinkError", "message": "post-link script failed"}
      ]
    }"""
    assert CondaFailure(answer(several, returncode=1)).kind == "LinkError"


def test_a_traceback_without_json_is_told_by_its_last_exception() -> None:
    failure = CondaFailure(answer(stderr=TRACEBACK, returncode=1))
    assert failure.kind == "InvalidMatchSpec"
    assert failure.text == "Invalid spec 'b@r': package name contains invalid characters"


def test_a_document_on_standard_error_alone_is_told_too() -> None:
    assert CondaFailure(answer(stderr=FAILED, returncode=1)).kind == "CondaHTTPError"


def test_words_without_any_class_are_told_as_they_are() -> None:
    failure = CondaFailure(answer(stderr="usage: conda\nconda: error: unrecognized\n", returncode=2))
    assert (failure.kind, failure.text) == ("", "usage: conda\nconda: error: unrecognized")


def test_a_conda_that_was_killed_in_silence_is_told_by_its_signal() -> None:
    failure = CondaFailure(answer(returncode=-9))
    assert str(failure) == "conda create --json: signal 9\nconda did not say why"
