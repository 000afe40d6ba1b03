"""A solve that prefers packages: conda keeps what is installed, so they are said to be.

They are records in a folder that is thrown away; no environment is touched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from envctl.engines.conda_records import to_record
from envctl.formats.match_spec_syntax import name
from envctl.model.packages import CondaPackage
from envctl.versions import spec_matches

_NO_FILE_NAME = re.compile(r"[\s/\\\x00]")


def kept_prefix(packages: Iterable[CondaPackage], prefix: Path) -> None:
    """Make a folder that conda takes for an environment with these packages."""
    meta = prefix / "conda-meta"
    meta.mkdir(parents=True)
    (meta / "history").touch()
    for package in packages:
        file_name = f"{package.name}-{package.version}-{package.build}.json"
        if not _NO_FILE_NAME.search(file_name):  # a lock may say anything
            (meta / file_name).write_text(json.dumps(to_record(package)), encoding="utf-8")


def held(packages: Iterable[CondaPackage], specs: Sequence[str]) -> list[str]:
    """Specs that hold the kept packages that are asked for and fit what is asked.

    conda keeps what else is installed; what is named it brings up to date.
    """
    there = {package.name: package for package in packages}
    asked: dict[str, bool] = {}
    for text in specs:
        package = there.get(name(text))
        if package is not None:
            asked[package.name] = asked.get(package.name, True) and spec_matches(text, package)
    return [
        f"{package.name}=={package.version}={package.build}"
        for package in map(there.__getitem__, asked)
        if asked[package.name]
    ]


def with_kept(
    kept: Iterable[CondaPackage],
    unlinked: Collection[str],
    linked: Iterable[CondaPackage],
    specs: Sequence[str],
) -> tuple[CondaPackage, ...]:
    """What the environment would hold: the kept packages without those that go, and those that come; of
    these what the specs ask for, and what that needs."""
    there = {package.name: package for package in kept if package.name not in unlinked}
    there |= {package.name: package for package in linked}
    needed: dict[str, CondaPackage] = {}
    wanted = [name(text) for text in specs]
    while wanted:
        package = there.get(wanted.pop())
        if package is not None and package.name not in needed:
            needed[package.name] = package
            wanted += [name(text) for text in package.depends]
    return tuple(needed.values())
