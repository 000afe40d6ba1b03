"""Which Python distributions a conda package is, and the other way round.

A record's purls say it where its channel writes them; else the table of the conda-forge bot, as whl2conda
ships it (regro/cf-graph-countyfair, mappings/pypi/name_mapping.json), has the names that differ.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from packaging.utils import canonicalize_name

from envctl.model.packages import CondaPackage

_OWN = {"torch": "pytorch"}
"""Kept here as well: everything about torch in this package depends on it."""
_PYTHON = frozenset({"python", "python_abi", "python-gil", "pypy"})
_PURL = "pkg:pypi/"


@cache
def _table() -> dict[str, str]:
    """conda-forge's names where they differ, by the distribution's."""
    # Read as data: whl2conda's own loader writes a copy into the home folder.
    text = files("whl2conda.api").joinpath("stdrename.json").read_text("utf-8")
    names: dict[str, str] = {
        canonicalize_name(key): value for key, value in json.loads(text).items() if key[:1] != "$"
    }
    return {**names, **_OWN}


@cache
def _inverse() -> dict[str, str]:
    """Distributions by their conda package; the shortest name where several are in one."""
    inverse: dict[str, str] = {}
    for distribution, package in sorted(_table().items(), key=lambda item: (len(item[0]), item[0])):
        inverse.setdefault(package.lower(), distribution)
    return inverse


def conda_name(name: str) -> str:
    """The conda package that holds this distribution: `torch` is `pytorch`, `build` is `python-build`."""
    canonical = canonicalize_name(name)
    return _table().get(canonical, canonical)


def distribution_name(name: str) -> str:
    """The distribution that the conda package of this name holds, if it holds any, normalised."""
    return canonicalize_name(_inverse().get(name.lower(), name))


def distributions(package: CondaPackage) -> tuple[str, ...]:
    """The Python distributions that a conda package holds, normalised; none for what needs no Python.

    A package whose record does not tell its dependencies is taken for a distribution.
    """
    if package.purls:
        names = (purl[len(_PURL) :] for purl in package.purls if purl.startswith(_PURL))
        return tuple(
            dict.fromkeys(canonicalize_name(name.partition("@")[0].partition("?")[0]) for name in names)
        )
    needs_python = any(dependency.split()[0] in _PYTHON for dependency in package.depends if dependency)
    if package.name in _PYTHON or (package.depends and not needs_python):
        return ()
    if package.noarch == "generic" and not package.depends:
        return ()
    return (distribution_name(package.name),)
