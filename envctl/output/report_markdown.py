"""A report as the summary of a CI job."""

from __future__ import annotations

from envctl.model.report import CheckResult, Report
from envctl.output.markdown import code, details, prose, table
from envctl.output.report_words import NOTABLE, in_status, quiet, short_cause, verdict


def markdown(report: Report) -> str:
    """The verdict, a table of what has to be acted on, and the rest folded."""
    notable, rest = in_status(report, NOTABLE), quiet(report)
    parts = [[f"**{prose(verdict(report))}**"]]
    if report.about:
        parts.append([f"- {prose(line)}" for line in report.about])
    if notable:
        parts.append(table(("status", "check", "found", "what to do"), map(_notable, notable)))
    if rest:
        told = ", ".join(f"{count} {word}" for word, count in _quiet_counts(report).items() if count)
        rows = [(line.status, ", ".join(map(code, line.ids)), prose(line.summary)) for line in rest]
        parts.append(details(told, table(("status", "check", "found"), rows)))
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _notable(check: CheckResult) -> tuple[str, str, str, str]:
    found = "<br>".join(prose(line) for line in (check.summary, *short_cause(check)))
    return f"**{check.status}**", code(check.id), found, prose(check.hint or "")


def _quiet_counts(report: Report) -> dict[str, int]:
    return {"passed": report.counts["pass"], "skipped": report.counts["skip"]}
