"""No way of showing a result writes the credentials of a URL."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sample_results import change, conda, diff, pip, shown, wanted

from envctl.model.diff import Diff, Extra, Setting, Unsatisfied
from envctl.model.report import STATUSES, CheckResult, Report
from envctl.output import (
    diff_fields,
    diff_markdown,
    diff_table,
    diff_text,
    report_fields,
    report_junit,
    report_markdown,
    report_table,
)
from envctl.output.document import document

URL = "https://user:s3cret@conda.example/t/tk-s3cret/private?token=s3cret"
PRIVATE = conda("a", "1", channel=URL, sha256="0" * 64)
DIFFERENCES = [
    diff(
        change(PRIVATE, conda("a", "1", sha256="1" * 64), "hash", "channel"),
        change(None, pip("b", None, url=f"git+{URL}")),
        change(pip("c", "1", index=URL), pip("c", "1", url=URL), "source"),
        change(wanted(URL, URL), None),
        before=URL,
        settings=(Setting(name=f"pip options {URL}", before=(URL,), after=None),),
        notes=(URL,),
    ),
    Diff(before=URL, after=URL),
    Diff(
        before="a",
        after="b",
        unsatisfied=(
            Unsatisfied(name=URL, manager="pip", platform="linux-64", spec=f"a::{URL}", found=PRIVATE),
        ),
        extra=(Extra(platform="linux-64", package=pip("b", None, url=URL)),),
    ),
]
REPORT = Report(
    subject=URL,
    checks=tuple(
        CheckResult(id=URL, status=status, summary=URL, cause=f"a\n{URL}", hint=URL, measured={"url": URL})
        for status in STATUSES
    ),
    facts={"url": URL},
)


@pytest.mark.parametrize("difference", DIFFERENCES)
@pytest.mark.parametrize(
    "render",
    [
        lambda result: shown(diff_table.table(result), width=40),
        diff_text.text,
        diff_markdown.markdown,
        lambda result: document("diff", diff_fields.fields(result)),
    ],
    ids=["table", "text", "markdown", "json"],
)
def test_of_a_difference(render: Callable[[Diff], str], difference: Diff) -> None:
    assert "s3cret" not in "".join(render(difference).split())


@pytest.mark.parametrize(
    "render",
    [
        lambda result: shown(report_table.table(result), width=40),
        report_junit.junit,
        report_markdown.markdown,
        lambda result: document("check", report_fields.fields(result)),
    ],
    ids=["table", "junit", "markdown", "json"],
)
def test_of_a_report(render: Callable[[Report], str]) -> None:
    assert "s3cret" not in "".join(render(REPORT).split())
