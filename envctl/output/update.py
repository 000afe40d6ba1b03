"""What update did, or would do."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from envctl.credentials import scrub
from envctl.output import diff_fields, diff_table
from envctl.output.diff_summary import verdict
from envctl.output.sizes import cost, size_fields

if TYPE_CHECKING:
    from rich.console import Group

    from envctl.ops.update import UpdateResult


def summary(result: UpdateResult) -> str:
    """One line for standard error: what has changed, and how to go back."""
    label = result.place.label
    if result.before is None:
        return f"{label} is what {result.source} asks for already: nothing was changed"
    what = verdict(result.diff) if result.diff.differs else "the same packages"
    back = (
        f"; back to {result.way_back}: envctl rollback {shlex.quote(label)}"
        if result.way_back
        else "; none before it was kept"
    )
    return f"updated {label}: {what}\ngeneration {result.generation}{back}"


def plan(result: UpdateResult) -> Group:
    """A dry run: the verdict, then what would change."""
    from rich.console import Group
    from rich.text import Text

    pip = [Text(scrub("pip: " + ", ".join(result.pip)))] if result.pip else []
    costs = [Text(cost(result.sizes))] if result.sizes and result.diff.differs else []
    return Group(diff_table.table(result.diff), *pip, *costs)


def fields(result: UpdateResult) -> dict[str, Any]:
    """The verb's fields for JSON: those of `diff` besides its own."""
    sizes = result.sizes
    return {
        "name": result.place.name,
        "prefix": str(result.place.prefix),
        "source": result.source,
        "dry_run": sizes is not None,
        "generation": result.generation,
        "generation_before": result.before,
        "pip": list(result.pip),
        "carried_over": list(result.carried_over),
        "diff": diff_fields.fields(result.diff),
        "sizes": size_fields(sizes),
    }
