"""The scripts that packages bring for before and after they are linked and unlinked."""

from __future__ import annotations

import re
from pathlib import Path

_SCRIPT = re.compile(r"\.(?P<name>.+)-(?P<kind>pre-link|post-link|pre-unlink)\.(?:sh|bat)")


def link_scripts(prefix: Path) -> dict[str, list[str]]:
    """The kinds of scripts of each installed package that has any."""
    found: dict[str, list[str]] = {}
    for file in sorted((*prefix.glob("bin/.*-*.sh"), *prefix.glob("Scripts/.*-*.bat"))):
        match = _SCRIPT.fullmatch(file.name)
        if match:
            found.setdefault(match["name"], []).append(match["kind"])
    return found


def not_run(scripts: dict[str, list[str]]) -> str:
    """The warning for packages whose scripts were left out."""
    named = ", ".join(f"{name} ({', '.join(kinds)})" for name, kinds in scripts.items())
    return f"scripts of these packages were not run: {named}; --link-scripts runs post-link scripts"
