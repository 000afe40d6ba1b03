"""templates: the catalogue, and one template in full."""

from __future__ import annotations

from dataclasses import dataclass

from envctl.errors import UsageError
from envctl.model.template import TemplateSummary


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownTemplate:
    """A template or add-on, and what it gives as it is."""

    summary: TemplateSummary
    text: str
    """The `environment.yml` it renders to with its defaults; for an add-on, its own file."""


def list_templates() -> tuple[TemplateSummary, ...]:
    """Templates first, then add-ons, by name."""
    from envctl.templating.listing import list_all

    return list_all()


def show_template(name: str) -> ShownTemplate:
    """One of them. Raises `UsageError` (`unknown-template`), `InputError` for one that is not sound."""
    from pathlib import Path

    from envctl.sources import SpecOptions, load_spec, spec_text
    from envctl.templating.catalog import find

    summaries = [summary for summary in list_templates() if summary.name == name]
    if not summaries:
        find(name)  # raises, with the nearest names
        raise UsageError(f"there is no template {name!r}", code="unknown-template")
    summary = summaries[0]
    if summary.kind == "addon":
        return ShownTemplate(summary=summary, text=Path(summary.path).read_text(encoding="utf-8"))
    return ShownTemplate(summary=summary, text=spec_text(load_spec(f"template:{name}", SpecOptions())))
