"""No way of showing a result writes the credentials of a URL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from planted_urls import SECRET, urls
from sample_results import change, conda, diff, pip, shown, wanted

from envctl.engines.interface import Sizes
from envctl.errors import FailedError
from envctl.model.diff import Diff, Extra, Setting, Unsatisfied
from envctl.model.lock import Lock
from envctl.model.packages import Solution
from envctl.model.report import STATUSES, CheckResult, Report
from envctl.model.template import Parameter, TemplateSummary
from envctl.ops.create import CreateResult
from envctl.ops.lock import LockResult
from envctl.ops.lock_check import LockCheckResult
from envctl.ops.templates import ShownTemplate
from envctl.output import (
    create,
    diff_fields,
    diff_markdown,
    diff_table,
    diff_text,
    lock,
    report_fields,
    report_junit,
    report_markdown,
    report_table,
    templates,
)
from envctl.output.document import document, error_document
from envctl.prefixes.place import Place

# Half a terminal's width: a URL that is folded must be clean before.
NARROW = 40
texts_of = settings(max_examples=60)


def differences(url: str) -> list[Diff]:
    private = conda("a", "1", channel=url, sha256="0" * 64)
    return [
        diff(
            change(private, conda("a", "1", sha256="1" * 64), "hash", "channel"),
            change(None, pip("b", None, url=f"git+{url}")),
            change(pip("c", "1", index=url), pip("c", "1", url=url), "source"),
            change(wanted(url, url), None),
            before=url,
            settings=(Setting(name=f"pip options {url}", before=(url,), after=None),),
            notes=(url,),
        ),
        Diff(before=url, after=url),
        Diff(
            before="a",
            after="b",
            unsatisfied=(
                Unsatisfied(name=url, manager="pip", platform="linux-64", spec=f"a::{url}", found=private),
            ),
            extra=(Extra(platform="linux-64", package=pip("b", None, url=url)),),
        ),
    ]


@texts_of
@pytest.mark.parametrize(
    "render",
    [
        lambda result: shown(diff_table.table(result), width=NARROW),
        diff_text.text,
        diff_markdown.markdown,
        lambda result: document("diff", diff_fields.fields(result)),
    ],
    ids=["table", "text", "markdown", "json"],
)
@given(url=urls())
def test_of_a_difference(render: Callable[[Diff], str], url: str) -> None:
    for difference in differences(url):
        assert SECRET not in unfolded(render(difference))


@texts_of
@pytest.mark.parametrize(
    "render",
    [
        lambda result: shown(report_table.table(result), width=NARROW),
        report_junit.junit,
        report_markdown.markdown,
        lambda result: document("check", report_fields.fields(result)),
    ],
    ids=["table", "junit", "markdown", "json"],
)
@given(url=urls())
def test_of_a_report(render: Callable[[Report], str], url: str) -> None:
    checks = tuple(
        CheckResult(id=url, status=status, summary=url, cause=f"a\n{url}", hint=url, measured={url: [url]})
        for status in STATUSES
    )
    assert SECRET not in unfolded(render(Report(subject=url, checks=checks, facts={"url": url})))


@texts_of
@given(url=urls())
def test_of_a_plan(url: str) -> None:
    package = conda("a", "1", channel=url)
    result = CreateResult(
        place=Place(name="web", prefix=Path("/envs/web")),
        source=f"file:{url}",
        solution=Solution(platform="linux-64", channels=(url,), virtual_packages=(), packages=(package,)),
        requested=frozenset({"a"}),
        pip=(f"--index-url {url}", f"b @ {url}"),
        sizes=Sizes(download_bytes=1, disk_bytes=1),
    )
    assert SECRET not in unfolded(shown(create.plan(result), width=NARROW))
    assert SECRET not in document("create", create.fields(result))


@texts_of
@given(url=urls())
def test_of_a_template(url: str) -> None:
    parameter = Parameter(name="index", default=url, allowed=(url,), help=url)
    summary = TemplateSummary(
        name="web", kind="template", path="/t/web.yml", origin="shipped", summary=url, params=(parameter,)
    )
    text = ShownTemplate(summary=summary, text=f"channels:\n  - {url}\n")
    assert SECRET not in unfolded(shown(templates.table([summary]), width=NARROW))
    assert SECRET not in unfolded(shown(templates.card(text), width=NARROW))
    assert SECRET not in document("templates", templates.shown_fields(text))


@texts_of
@given(url=urls())
def test_of_a_lock(url: str) -> None:
    written = LockResult(
        source=url, lock=Lock(platforms=()), text=url, format="explicit", output=None, lost=(url,)
    )
    checked = LockCheckResult(file=Path("a.lock"), fresh=False, unchanged=False, reasons=(url,))
    assert SECRET not in document("lock", lock.fields(written))
    assert SECRET not in document("lock", lock.check_fields(checked))


@texts_of
@given(url=urls())
def test_of_an_error(url: str) -> None:
    error = FailedError(url, code="failed", cause=f"a\n{url}", hint=url)
    assert SECRET not in error_document(url, error)


def unfolded(text: str) -> str:
    return "".join(text.split())
