"""A report as JUnit XML, as CI servers read it.

The form is what Jenkins, GitLab and the reporters of GitHub Actions share: `testsuites`, one `testsuite`, and
for each check a `testcase` with `failure`, `error`, `skipped` or `system-out`.
"""

from __future__ import annotations

from xml.etree import ElementTree

from envctl.model.report import Report, Status
from envctl.output.package_words import plain
from envctl.output.report_words import cause_lines

_ELEMENTS: dict[Status, str] = {
    "fail": "failure",
    "error": "error",
    "skip": "skipped",
    "warn": "system-out",
}


def junit(report: Report) -> str:
    """The XML text. A warning is a test that passed and has output."""
    subject, counts = plain(report.subject), report.counts
    totals = {
        "tests": str(len(report.checks)),
        "failures": str(counts["fail"]),
        "errors": str(counts["error"]),
        "skipped": str(counts["skip"]),
    }
    root = ElementTree.Element("testsuites", {"name": "envctl", **totals})
    suite = ElementTree.SubElement(root, "testsuite", {"name": subject, **totals})
    if report.about:
        properties = ElementTree.SubElement(suite, "properties")
        for line in report.about:
            ElementTree.SubElement(properties, "property", {"name": "about", "value": plain(line)})
    for check in report.checks:
        case = ElementTree.SubElement(suite, "testcase", {"classname": subject, "name": plain(check.id)})
        if tag := _ELEMENTS.get(check.status):
            summary = plain(check.summary)
            outcome = ElementTree.SubElement(
                case, tag, {"message": summary} if check.status != "warn" else {}
            )
            hint = [f"hint: {plain(check.hint)}"] if check.hint else []
            outcome.text = "\n".join([summary, *cause_lines(check), *hint])
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text.decode() + "\n"
