"""A report as JUnit XML."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st
from sample_results import REPORT, report

from envctl.model.report import STATUSES, CheckResult, Report
from envctl.output.report_junit import junit

CHECKS = st.builds(
    CheckResult,
    id=st.text(),
    status=st.sampled_from(STATUSES),
    summary=st.text(),
    cause=st.none() | st.text(),
    hint=st.none() | st.text(),
)


def read(text: str) -> ElementTree.Element:
    """The document's root."""
    return ElementTree.fromstring(text.encode())  # noqa: S314 - the test wrote it


def test_every_status_has_its_element() -> None:
    assert (
        junit(REPORT)
        == """\
<?xml version='1.0' encoding='utf-8'?>
<testsuites name="envctl" tests="5" failures="1" errors="1" skipped="1">
  <testsuite name="web" tests="5" failures="1" errors="1" skipped="1">
    <testcase classname="web" name="records" />
    <testcase classname="web" name="files">
      <failure message="1 of 48211 files is not as installed">1 of 48211 files is not as installed
numpy: lib/a.so modified
hint: build it anew with --replace</failure>
    </testcase>
    <testcase classname="web" name="driver">
      <error message="no answer">no answer
nvidia-smi: not found</error>
    </testcase>
    <testcase classname="web" name="memory">
      <skipped message="no GPU was asked for">no GPU was asked for</skipped>
    </testcase>
    <testcase classname="web" name="torch">
      <system-out>a CPU build on a machine with a GPU</system-out>
    </testcase>
  </testsuite>
</testsuites>
"""
    )


def test_a_long_cause_is_whole() -> None:
    cause = "\n".join(f"line {number}" for number in range(50))
    check = CheckResult(id="files", status="fail", summary="damaged", cause=cause)
    root = read(junit(Report(subject="web", checks=(check,))))
    assert root.findtext(".//failure") == f"damaged\n{cause}"


def test_no_checks_are_an_empty_suite() -> None:
    root = read(junit(report()))
    assert [(suite.get("tests"), len(suite)) for suite in root] == [("0", 0)]


@settings(max_examples=60)
@given(subject=st.text(), checks=st.lists(CHECKS, max_size=4))
def test_any_text_is_well_formed_and_every_check_is_counted(subject: str, checks: list[CheckResult]) -> None:
    found = Report(subject=subject, checks=tuple(checks))
    suite = read(junit(found))[0]
    assert suite.get("tests") == str(len(suite)) == str(len(checks))
    assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
    assert suite.get("errors") == str(len(suite.findall("testcase/error")))
    assert suite.get("skipped") == str(len(suite.findall("testcase/skipped")))
