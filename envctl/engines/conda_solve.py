"""conda's solve: a dry run, out of which every chosen package comes with its whole record.

A plan names its packages without URL and hash; only those that would be fetched are listed as records. So
conda is given a package folder in which there never is a package: then it would fetch them all. Where its
configuration lists other folders too, it has those besides (conda merges lists), and the record of a package
that lies there is beside its files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from envctl.engines.conda_answer import CondaFailure
from envctl.engines.conda_call import ask
from envctl.engines.conda_find import Conda
from envctl.engines.conda_kept import held, kept_prefix, with_kept
from envctl.engines.conda_problem import Problem
from envctl.engines.conda_records import to_package
from envctl.errors import FailedError
from envctl.formats.match_spec_syntax import name
from envctl.model.packages import CondaPackage

_PLAIN = re.compile(r"(?!__)[a-z0-9_.-]+")
"""A name that stands for one package: no pattern, and nothing of the machine."""


def solve(
    conda: Conda, problem: Problem, scratch: Path, pkgs_dirs: Iterable[Path]
) -> tuple[CondaPackage, ...]:
    """The packages that conda chooses, in no order.

    `scratch` is an empty folder; `pkgs_dirs` are the folders that conda looks for packages in. Raises
    `CondaFailure`, and `FailedError` (`solve-failed`) for an answer that is no plan.
    """
    prefix, kept = scratch / "prefix", problem.request.keep
    dry = ["--dry-run", "--yes", "--quiet", "--prefix", str(prefix), *problem.options]
    if kept:
        kept_prefix(kept, prefix)
        document = _kept_plan(conda, problem, ["install", *dry])
    else:
        create = ["create", "--no-default-packages", *dry, *problem.specs]
        document = ask(conda, create, problem.environ).document or {}
    return planned(document, problem, pkgs_dirs)


def planned(
    document: Mapping[str, Any], problem: Problem, pkgs_dirs: Iterable[Path]
) -> tuple[CondaPackage, ...]:
    """The packages of a plan. Raises `FailedError` (`solve-failed`) for what is none."""
    kept = problem.request.keep
    plan = document.get("actions", {} if kept and document.get("message") else None)
    if not isinstance(plan, dict):
        raise _no_plan("it answered without one")
    linked = _items(plan, "LINK")
    records = {_place(record): record for record in _items(plan, "FETCH")}
    records |= _cached([item for item in linked if _place(item) not in records], pkgs_dirs)
    chosen = tuple(to_package(_record(item, records), problem.channels) for item in linked)
    unlinked = {str(item.get("name")) for item in _items(plan, "UNLINK")}
    packages = with_kept(kept, unlinked, chosen, problem.request.specs) if kept else chosen
    there = {package.name for package in packages}
    left_out = [
        spec for spec in problem.request.specs if _PLAIN.fullmatch(name(spec)) and name(spec) not in there
    ]
    if left_out:
        raise _no_plan(f"it leaves out {', '.join(left_out)}")
    return packages


def _kept_plan(conda: Conda, problem: Problem, command: list[str]) -> Mapping[str, Any]:
    """The plan that holds what may stay as it is, else one that need not."""
    specs = problem.specs
    pins = held(problem.request.keep, problem.request.specs)
    if pins:
        with suppress(CondaFailure):  # which the second one tells, where it is no matter of the pins
            return ask(conda, [*command, *specs, *pins], problem.environ).document or {}
    return ask(conda, [*command, *specs], problem.environ).document or {}


def _items(plan: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    items = plan.get(key, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _no_plan(f"its {key} is no list of packages")
    return items


def _place(item: Mapping[str, Any]) -> tuple[str, str]:
    """A package's subdir and its file's name without the suffix, as a plan and a record call them."""
    if "fn" in item:
        name = str(item["fn"]).removesuffix(".conda").removesuffix(".tar.bz2")
        return str(item.get("subdir")), name
    return str(item.get("platform")), str(item.get("dist_name"))


def _record(
    item: Mapping[str, Any], records: Mapping[tuple[str, str], Mapping[str, Any]]
) -> Mapping[str, Any]:
    record = records.get(_place(item))
    if record is None:
        raise _no_plan(f"nothing tells where {item.get('dist_name')} is")
    return record


def _cached(
    items: Iterable[Mapping[str, Any]], pkgs_dirs: Iterable[Path]
) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The records of packages that lie in package folders, by their places."""
    folders = tuple(pkgs_dirs)
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for item in items:
        for folder in folders:
            with suppress(OSError, ValueError):
                file = folder / str(item.get("dist_name")) / "info" / "repodata_record.json"
                record = json.loads(file.read_bytes())
                if isinstance(record, dict) and _is_of(record, item):
                    found.setdefault(_place(item), record)
    return found


def _is_of(record: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    """Whether the record is of that very package, and not of another channel's of the same name."""
    folder = f"{item.get('base_url')}/{item.get('platform')}"
    return str(record.get("url")).rpartition("/")[0] == folder and _place(record) == _place(item)


def _no_plan(reason: str) -> FailedError:
    return FailedError(
        "conda's plan cannot be read",
        code="solve-failed",
        cause=reason,
        hint="--engine rattler solves without conda",
    )
