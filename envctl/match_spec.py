"""The one module outside the engines that reads conda match specs."""

from __future__ import annotations

import re

_NAME = re.compile(r"(?:[^\s\[]*::)?\s*(?P<name>[A-Za-z0-9_][A-Za-z0-9_.\-]*)")


def spec_name(text: str) -> str:
    """The package name of a match spec: `numpy` of `conda-forge/linux-64::numpy >=1.26`; `` where none."""
    match = _NAME.match(text.strip())
    return match["name"].lower() if match else ""
