"""A report for scripts."""

from __future__ import annotations

from typing import Any

from envctl.model.report import Report


def fields(report: Report) -> dict[str, Any]:
    """The verb's fields for JSON: the checks in the order in which they were made."""
    return {
        "subject": report.subject,
        "about": list(report.about),
        "checks": [
            {
                "id": check.id,
                "status": check.status,
                "summary": check.summary,
                "cause": check.cause,
                "hint": check.hint,
                "measured": dict(check.measured),
            }
            for check in report.checks
        ],
        "summary": dict(report.counts),
        "facts": dict(report.facts),
    }
