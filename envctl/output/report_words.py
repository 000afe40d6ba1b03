"""A report's verdict, and what is told of one check."""

from __future__ import annotations

from dataclasses import dataclass

from envctl.model.report import CheckResult, Report, Status
from envctl.output.package_words import plain

NOTABLE: tuple[Status, ...] = ("fail", "warn", "error")
"""What a reader has to act on, in this order."""
_CAUSE_LINES = 8
_LINE_CHARACTERS = 200


def verdict(report: Report) -> str:
    """`web: all 5 checks passed`. A skipped check did not pass, nor did one that could not be made."""
    counts, total = report.counts, len(report.checks)
    failed = [check.id for check in in_status(report, ("fail",))]
    passed = counts["pass"] + counts["warn"]
    checks = "1 check" if total == 1 else f"{total} checks"
    if counts["fail"]:
        told = f"{counts['fail']} of {checks} failed"
        told += "" if set(failed) - set(report.absent) else ": what is needed is not here"
        told += f", {counts['error']} could not be made" if counts["error"] else ""
    elif counts["error"]:
        told = f"{counts['error']} of {checks} could not be made"
    elif not passed:
        told = "nothing was checked"
    elif passed < total:
        told = f"{passed} of {checks} passed"
    else:
        told = f"all {checks} passed" if total > 1 else "1 check passed"
    told += f", {counts['warn']} with a warning" if counts["warn"] else ""
    told += f", {counts['skip']} skipped" if counts["skip"] else ""
    return f"{plain(report.subject)}: {told}"


def in_status(report: Report, statuses: tuple[Status, ...]) -> list[CheckResult]:
    """The checks that ended so, by status in the order given, else in the report's."""
    return [check for status in statuses for check in report.checks if check.status == status]


@dataclass(frozen=True, kw_only=True, slots=True)
class Quiet:
    """What needs no action: a check that passed, or those that were skipped for one reason."""

    status: Status
    ids: tuple[str, ...]
    summary: str


def quiet(report: Report) -> list[Quiet]:
    """The checks that passed, then the skipped ones by their reasons, those that measured something first."""
    skipped: dict[str, list[CheckResult]] = {}
    for check in sorted(in_status(report, ("skip",)), key=lambda check: not check.measured):
        skipped.setdefault(check.summary, []).append(check)
    return [
        *(Quiet(status="pass", ids=(it.id,), summary=it.summary) for it in in_status(report, ("pass",))),
        *(
            Quiet(status="skip", ids=tuple(check.id for check in checks), summary=summary)
            for summary, checks in skipped.items()
        ),
    ]


def cause_lines(check: CheckResult) -> list[str]:
    """All lines of its cause that say something."""
    return [plain(line) for line in (check.cause or "").splitlines() if line.strip()]


def short_cause(check: CheckResult) -> list[str]:
    """Its cause, cut to what a reader takes in."""
    lines = cause_lines(check)
    kept = lines if len(lines) <= _CAUSE_LINES else lines[: _CAUSE_LINES - 1]
    told = [line if len(line) <= _LINE_CHARACTERS else f"{line[:_LINE_CHARACTERS]}…" for line in kept]
    if left := len(lines) - len(kept):
        told.append(f"… and {left} more lines (--format json has all)")
    return told
