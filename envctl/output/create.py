"""What create did, or would do: verdict first, one screen."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from envctl.credentials import scrub
from envctl.output import report_fields
from envctl.output.sizes import cost, human_bytes, size_fields

if TYPE_CHECKING:
    from rich.console import Group

    from envctl.model.packages import CondaPackage
    from envctl.ops.create import CreateResult

_ROWS = 24


def summary(result: CreateResult) -> str:
    """One line for standard error after an environment was made."""
    pip = " and the pip section" if result.pip else ""
    where = f" in {result.place.prefix}" if result.place.name else ""
    return f"created {result.place.label}: {_packages(result)}{pip}{where}"


def next_step(result: CreateResult) -> str:
    """What to type next."""
    has_python = any(package.name == "python" for package in result.solution.packages)
    return f"envctl run {shlex.quote(result.place.label)} -- {'python' if has_python else 'COMMAND'}"


def plan(result: CreateResult) -> Group:
    """A dry run: the verdict, then the packages, those asked for first."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    packages = result.solution.packages
    verdict = Text(f"would install {_packages(result)} into {result.place.prefix}", style="bold")
    lines = [verdict, *([Text(cost(result.sizes))] if result.sizes else [])]
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("package", no_wrap=True)
    table.add_column("version", no_wrap=True)
    table.add_column("build", overflow="ellipsis", no_wrap=True)
    table.add_column("channel", overflow="ellipsis", no_wrap=True)
    table.add_column("download", justify="right", no_wrap=True)
    ordered = sorted(packages, key=lambda package: (package.name not in result.requested, package.name))
    for package in ordered[:_ROWS]:
        asked = package.name in result.requested
        table.add_row(
            Text(package.name, style="bold" if asked else ""),
            package.version,
            package.build,
            channel_name(package),
            "—" if package.size_bytes is None else human_bytes(package.size_bytes),
        )
    rest = len(ordered) - _ROWS
    more = [Text(f"… and {rest} more that came along (--json lists all)", style="dim")] if rest > 0 else []
    # before a terminal folds the line: half a URL hides its credentials
    pip = [Text(scrub("pip: " + ", ".join(result.pip)))] if result.pip else []
    return Group(*lines, table, *more, *pip)


def fields(result: CreateResult) -> dict[str, Any]:
    """The verb's fields for JSON."""
    sizes = result.sizes
    return {
        "name": result.place.name,
        "prefix": str(result.place.prefix),
        "source": result.source,
        "dry_run": result.sizes is not None,
        "platform": result.solution.platform,
        "channels": list(result.solution.channels),
        "virtual_packages": sorted(result.solution.virtual_packages),
        "packages": [
            _package(package, requested=package.name in result.requested)
            for package in sorted(result.solution.packages, key=lambda package: package.name)
        ],
        "pip": list(result.pip),
        "verify": None if result.report is None else report_fields.fields(result.report),
        "sizes": size_fields(sizes),
    }


def channel_name(package: CondaPackage) -> str:
    """The last part of a channel's URL, as people call it."""
    return scrub(package.channel).rstrip("/").rsplit("/", 1)[-1]


def _packages(result: CreateResult) -> str:
    count = len(result.solution.packages)
    return "1 package" if count == 1 else f"{count} packages"


def _package(package: CondaPackage, *, requested: bool) -> dict[str, Any]:
    return {
        "name": package.name,
        "version": package.version,
        "build": package.build,
        "subdir": package.subdir,
        "channel": package.channel,
        "url": package.url,
        "sha256": package.sha256,
        "md5": package.md5,
        "size_bytes": package.size_bytes,
        "requested": requested,
    }
