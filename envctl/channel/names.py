"""Python distribution names to conda package names."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from packaging.utils import canonicalize_name

_OWN = {"torch": "pytorch"}
"""Kept here as well: everything about torch in this package depends on it."""


@cache
def _table() -> dict[str, str]:
    """conda-forge's names where they differ, as whl2conda ships them."""
    # Read as data: whl2conda's own loader writes a copy into the home folder.
    text = files("whl2conda.api").joinpath("stdrename.json").read_text("utf-8")
    names: dict[str, str] = {
        canonicalize_name(key): value for key, value in json.loads(text).items() if key[:1] != "$"
    }
    return {**names, **_OWN}


def conda_name(name: str) -> str:
    """The conda package that holds this distribution: `torch` is `pytorch`, `build` is `python-build`."""
    canonical = canonicalize_name(name)
    return _table().get(canonical, canonical)
