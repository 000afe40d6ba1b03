"""A report as a table, Markdown and JSON."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sample_results import REPORT, report, shown

from envctl.model.report import CheckResult, Report
from envctl.output.report_fields import fields
from envctl.output.report_markdown import markdown
from envctl.output.report_table import table
from envctl.output.report_words import verdict


def failing(cause: str) -> Report:
    check = CheckResult(id="files", status="fail", summary="damaged", cause=cause)
    return Report(subject="web", checks=(check,))


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        (["pass"] * 5, "all 5 checks passed"),
        (["pass"], "1 check passed"),
        (["pass", "warn"], "all 2 checks passed, 1 with a warning"),
        (["pass", "skip", "skip"], "1 of 3 checks passed, 2 skipped"),
        (["fail", "fail", "pass", "pass", "pass"], "2 of 5 checks failed"),
        (["fail", "error"], "1 of 2 checks failed, 1 could not be made"),
        (["error", "pass"], "1 of 2 checks could not be made"),
        (["fail"], "1 of 1 check failed"),
        (["skip", "skip"], "nothing was checked, 2 skipped"),
        ([], "nothing was checked"),
    ],
)
def test_the_verdict_counts_neither_a_skip_nor_an_error_as_passed(statuses: list[str], told: str) -> None:
    assert verdict(report(*statuses)) == f"web: {told}"


def test_a_table_begins_with_what_failed() -> None:
    assert shown(table(REPORT)) == (
        "web: 1 of 5 checks failed, 1 could not be made, 1 with a warning, 1 skipped\n"
        "fail   files: 1 of 48211 files is not as installed\n"
        "         numpy: lib/a.so modified\n"
        "         hint: build it anew with --replace\n"
        "warn   torch: a CPU build on a machine with a GPU\n"
        "error  driver: no answer\n"
        "         nvidia-smi: not found\n"
        "pass   records: 230 packages are recorded\n"
        "skip   memory: no GPU was asked for\n"
    )


def test_a_long_line_is_broken_below_its_beginning() -> None:
    assert shown(table(failing("word " * 10)), width=40) == (
        "web: 1 of 1 check failed\n"
        "fail  files: damaged\n"
        "        word word word word word word\n"
        "        word word word word\n"
    )


def test_a_long_cause_is_cut_to_eight_lines() -> None:
    lines = shown(table(failing("\n".join(f"line {number}" for number in range(20))))).splitlines()
    assert lines[-2:] == ["        line 6", "        … and 13 more lines (--format json has all)"]
    assert len(lines) == 2 + 8


def test_an_endless_line_is_cut() -> None:
    assert shown(table(failing("x" * 5000)), width=400).splitlines()[-1] == f"        {'x' * 200}…"


def test_many_checks_that_passed_leave_one_screen() -> None:
    lines = shown(table(report(*["pass"] * 100))).splitlines()
    assert lines[-1] == "… and 63 more that passed or were skipped"
    assert len(lines) == 39


def test_checks_skipped_for_one_reason_share_a_line_and_what_was_measured_comes_first() -> None:
    told = "not judged: 0.09 TFLOPS"
    skips = [
        CheckResult(id="driver", status="skip", summary="no GPU"),
        CheckResult(id="speed", status="skip", summary=told, measured={"tflops": 0.09}),
        CheckResult(id="ecc", status="skip", summary="no GPU"),
    ]
    lines = shown(table(Report(subject="web", checks=tuple(skips)))).splitlines()
    assert lines[1:] == [f"skip  speed: {told}", "skip  driver, ecc: no GPU"]
    assert "| skip | `driver`, `ecc` | no GPU |" in markdown(Report(subject="web", checks=tuple(skips)))


def test_many_checks_skipped_for_one_reason_are_counted() -> None:
    skips = tuple(CheckResult(id=f"check-{each}", status="skip", summary="no GPU") for each in range(20))
    assert shown(table(Report(subject="web", checks=skips))).splitlines()[1] == "skip  20 checks: no GPU"


def test_the_lines_on_what_it_is_about_follow_the_verdict() -> None:
    told = Report(subject="web", about=("torch 2.13.0 for the CPU", "no GPU"), checks=())
    assert shown(table(told)) == "web: nothing was checked\ntorch 2.13.0 for the CPU\nno GPU\n"
    assert markdown(told) == "**web: nothing was checked**\n\n- torch 2.13.0 for the CPU\n- no GPU\n"


def test_what_is_only_absent_is_no_failure_of_the_environment() -> None:
    absent = Report(subject="web", checks=failing("no GPU").checks, absent=("files",))
    assert (absent.exit_code, verdict(absent)) == (5, "web: 1 of 1 check failed: what is needed is not here")


def test_the_statuses_have_colours() -> None:
    lines = shown(table(REPORT), colour=True).splitlines()
    styles = [line[: line.index("m")].removeprefix("\x1b[") for line in lines if line.startswith("\x1b")]
    assert styles == ["1", "1;31", "33", "31", "32", "2"]


def test_nothing_checked_is_one_line() -> None:
    assert shown(table(report())) == "web: nothing was checked\n"


def test_markdown_folds_what_needs_no_action() -> None:
    assert (
        markdown(REPORT)
        == """\
**web: 1 of 5 checks failed, 1 could not be made, 1 with a warning, 1 skipped**

| status | check | found | what to do |
| --- | --- | --- | --- |
| **fail** | `files` | 1 of 48211 files is not as installed<br>numpy: lib/a.so modified | build it anew with \
--replace |
| **warn** | `torch` | a CPU build on a machine with a GPU |  |
| **error** | `driver` | no answer<br>nvidia-smi: not found |  |

<details>
<summary>1 passed, 1 skipped</summary>

| status | check | found |
| --- | --- | --- |
| pass | `records` | 230 packages are recorded |
| skip | `memory` | no GPU was asked for |

</details>
"""
    )


def test_markdown_of_a_report_without_failures_is_short() -> None:
    assert markdown(report("pass")).startswith("**web: 1 check passed**\n\n<details>\n")


def test_markup_in_a_finding_is_shown_as_it_is() -> None:
    assert r"damaged<br>a\_b \| \<i\> \`c\` |" in markdown(failing("a_b | <i> `c`"))


def test_fields_for_scripts() -> None:
    told = fields(replace(REPORT, checks=REPORT.checks[:2]))
    assert told == {
        "subject": "web",
        "about": [],
        "checks": [
            {
                "id": "records",
                "status": "pass",
                "summary": "230 packages are recorded",
                "cause": None,
                "hint": None,
                "measured": {"packages": 230},
            },
            {
                "id": "files",
                "status": "fail",
                "summary": "1 of 48211 files is not as installed",
                "cause": "numpy: lib/a.so modified",
                "hint": "build it anew with --replace",
                "measured": {},
            },
        ],
        "summary": {"pass": 1, "warn": 0, "fail": 1, "skip": 0, "error": 0},
        "facts": {"platform": "linux-64"},
    }
