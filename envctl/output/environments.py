"""The list of environments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

    from envctl.ops.list_environments import ListedEnvironment


def table(environments: Sequence[ListedEnvironment]) -> Table:
    """One line each: what it is called, what made it, where it is. One without a name goes by its prefix."""
    from rich.table import Table
    from rich.text import Text

    rows = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("environment", "from", "packages", "created", "prefix"):
        rows.add_column(heading, no_wrap=heading != "prefix", overflow="fold")
    for environment in environments:
        made = environment.provenance
        rows.add_row(
            Text(environment.place.name or "", style="bold"),
            " +".join((_short(made.source), *made.addons)) if made else "—",
            str(environment.packages),
            made.created[:10] if made else "—",
            str(environment.place.prefix),
        )
    return rows


def generations(environments: Sequence[ListedEnvironment]) -> Table:
    """One line for each generation, the current one of each environment marked."""
    from rich.table import Table
    from rich.text import Text

    rows = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("environment", "generation", "from", "packages", "created", "running"):
        rows.add_column(heading, no_wrap=True)
    for environment in environments:
        for each in environment.generations:
            made = each.provenance
            rows.add_row(
                Text(environment.place.label, style="bold"),
                Text(f"{each.number} current" if each.current else str(each.number)),
                " +".join((_short(made.source), *made.addons)) if made else "—",
                str(each.packages),
                made.created[:16].replace("T", " ") if made else "—",
                str(each.running or "—"),
            )
    return rows


def _short(source: str) -> str:
    """A template by its name, a file by the last part of its path; the document has the whole."""
    return source.partition(":")[2].rsplit("/", 1)[-1] or source


def fields(environments: Sequence[ListedEnvironment]) -> dict[str, Any]:
    """The verb's fields for JSON."""
    return {
        "environments": [
            {
                "name": environment.place.name,
                "prefix": str(environment.place.prefix),
                "packages": environment.packages,
                "source": environment.provenance.source if environment.provenance else None,
                "params": dict(environment.provenance.params) if environment.provenance else {},
                "addons": list(environment.provenance.addons) if environment.provenance else [],
                "created": environment.provenance.created if environment.provenance else None,
                "engine": environment.provenance.engine if environment.provenance else None,
                "generations": [
                    {
                        "number": each.number,
                        "current": each.current,
                        "prefix": str(each.prefix),
                        "packages": each.packages,
                        "source": each.provenance.source if each.provenance else None,
                        "created": each.provenance.created if each.provenance else None,
                        "running_processes": each.running,
                    }
                    for each in environment.generations
                ],
            }
            for environment in environments
        ]
    }
