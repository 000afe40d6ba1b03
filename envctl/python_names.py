"""Which Python distributions a conda package is, and the other way round.

A record's purls say it where its channel writes them; else the table of the conda-forge bot, as whl2conda
ships it (regro/cf-graph-countyfair, mappings/pypi/name_mapping.json), has the names that differ.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from packaging.utils import canonicalize_name

from envctl.model.packages import CondaPackage

_OWN = {"torch": "pytorch"}
"""Kept here as well: everything about torch in this package depends on it."""
_PARTS = {
    "dask-core": "dask",
    "geopandas-base": "geopandas",
    "msgpack-python": "msgpack",
    "py-opencv": "opencv-python",
    "py-xgboost": "xgboost",
    "seaborn-base": "seaborn",
    "tensorflow-base": "tensorflow",
}
"""Packages that hold the distribution, where the table names the one that brings them along."""
_PYTHON = re.compile(r"\s*(?:python|python_abi|python-gil|pypy)(?![\w.-])")
_PURL = "pkg:pypi/"
_NO_NAME = re.compile(r"[0-9a-f]{40,}")
"""Part of a download's address, which the bot took for a name."""
_SPLIT = ("-base", "-core", "-split")
"""How conda-forge calls the part of a package that is the distribution, as in `matplotlib-base`; the package
of the plain name brings it along."""


@cache
def _table() -> dict[str, str]:
    """conda-forge's names where they differ, by the distribution's."""
    # Read as data: whl2conda's own loader writes a copy into the home folder.
    text = files("whl2conda.api").joinpath("stdrename.json").read_text("utf-8")
    names: dict[str, str] = {
        canonicalize_name(key): value
        for key, value in json.loads(text).items()
        if key[:1] != "$" and not _NO_NAME.fullmatch(key)
    }
    return {**names, **_OWN}


@cache
def _inverse() -> dict[str, str]:
    """Distributions by their conda package; the shortest name where several are in one."""
    inverse: dict[str, str] = {}
    for distribution, package in sorted(_table().items(), key=lambda item: (len(item[0]), item[0])):
        inverse.setdefault(package.lower(), distribution)
    return {**inverse, **_PARTS}


def conda_name(name: str) -> str:
    """The conda package that holds this distribution: `torch` is `pytorch`, `build` is `python-build`."""
    canonical = canonicalize_name(name)
    return _table().get(canonical, canonical)


def distribution_name(name: str) -> str | None:
    """The distribution that the conda package of this name holds, if it holds any, normalised.

    None where another package holds the distribution of that name: conda's `graphviz` is a program, and
    what pip calls so is in `python-graphviz`.
    """
    if name.lower() in _inverse():
        return _inverse()[name.lower()]
    canonical = canonicalize_name(name)
    holder = conda_name(canonical)
    is_part = holder.startswith(f"{canonical}-") and holder.endswith(_SPLIT)
    return canonical if is_part or canonicalize_name(holder) == canonical else None


@cache
def family(name: str) -> str:
    """One name for all distributions that the same conda package stands for: `opencv-python` is that of
    `opencv-python-headless`."""
    return distribution_name(conda_name(name)) or canonicalize_name(name)


def distributions(package: CondaPackage) -> tuple[str, ...]:
    """The Python distributions that a conda package holds, normalised; none for what needs no Python.

    A package whose record does not tell its dependencies is taken for a distribution.
    """
    if package.purls is not None:
        names = (purl[len(_PURL) :] for purl in package.purls if purl.startswith(_PURL))
        return tuple(
            dict.fromkeys(canonicalize_name(name.partition("@")[0].partition("?")[0]) for name in names)
        )
    if _PYTHON.fullmatch(package.name) or (package.depends and not any(map(_PYTHON.match, package.depends))):
        return ()
    if package.noarch == "generic" and not package.depends:
        return ()
    name = distribution_name(package.name)
    return (name,) if name else ()
