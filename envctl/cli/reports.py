"""A report in the forms that were asked for, and the exit code that it means."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from envctl.cli.outputs import Renderers, write_files
from envctl.cli.terminal import Terminal
from envctl.model.report import Report

FORMS = ("table", "json", "junit", "markdown")


def renderers(command: str, report: Report) -> Renderers:
    """The report's text in each form; `command` is the verb that made it."""
    from envctl.output import report_fields, report_junit, report_markdown, report_table
    from envctl.output.document import document

    return {
        "json": lambda: document(command, report_fields.fields(report), ok=report.exit_code == 0),
        "junit": lambda: report_junit.junit(report),
        "markdown": lambda: report_markdown.markdown(report),
        "table": lambda: report_table.text(report),
    }


def deliver(terminal: Terminal, report: Report, *, form: str, files: Mapping[Path, str]) -> int:
    """Write the files, then standard output. Raises `FailedError` where one cannot be written."""
    from envctl.output import report_table

    texts = renderers(terminal.command, report)
    write_files(files, texts)
    if form == "table":
        terminal.show(report_table.table(report))
    else:
        terminal.document(texts[form]())
    return report.exit_code
