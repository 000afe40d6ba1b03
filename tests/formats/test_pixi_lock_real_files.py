"""Files from public repositories: read in full, written as version 7, and read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from envctl.formats.pixi_lock.read import loads
from envctl.formats.pixi_lock.write import dumps
from envctl.model.lock import Lock
from envctl.model.packages import CondaPackage

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "environments" / "pixi-lock"
FILES = sorted(FOLDER.glob("*.lock"))
V4_TO_6 = {"arch", "platform"}
"""Keys that version 7 drops: the subdir says both."""
DEFAULT = {"pypi-prerelease-mode": "if-necessary-or-explicit"}

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


def without_what_version_7_drops(lock: Lock) -> Lock:
    """The lock with its packages in pixi's order."""

    def package(found: CondaPackage) -> CondaPackage:
        extras = {key: value for key, value in found.extras.items() if key not in V4_TO_6}
        return replace(found, extras=extras)

    platforms = []
    for part in lock.platforms:
        entries = [replace(entry, package=package(entry.package)) for entry in part.packages]  # type: ignore[arg-type]
        entries.sort(key=lambda entry: str(entry.package.url))
        platforms.append(replace(part, packages=tuple(entries)))
    metadata = {key: value for key, value in lock.metadata.items() if value != DEFAULT}
    platforms.sort(key=lambda part: part.platform)
    return replace(lock, platforms=tuple(platforms), metadata=metadata)


@each_file
def test_every_entry_becomes_a_package_with_its_fields(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    entries = {entry.get("conda") or entry["url"]: entry for entry in document["packages"]}
    locks = loads(text, file=file.name)
    assert list(locks) == list(document["environments"])
    for name, lock in locks.items():
        environment = document["environments"][name]
        assert lock.channels == tuple(channel["url"] for channel in environment["channels"])
        assert [part.platform for part in lock.platforms] == list(environment["packages"])
        for part in lock.platforms:
            references = environment["packages"][part.platform]
            assert [entry.package.url for entry in part.packages] == [each["conda"] for each in references]
            for locked in part.packages:
                package = locked.package
                assert isinstance(package, CondaPackage)
                entry = entries[package.url]
                file_name = f"{package.name}-{package.version}-{package.build}"
                assert package.url.startswith(f"{package.channel}/{package.subdir}/{file_name}.")
                assert package.sha256 == entry["sha256"]
                assert package.size_bytes == entry["size"]
                assert list(package.depends) == entry.get("depends", [])


@each_file
def test_version_7_says_the_same(file: Path) -> None:
    locks = loads(file.read_text(encoding="utf-8"), file=file.name)
    done = dumps(locks)
    assert done.lost == ()
    again = loads(done.text, file="pixi.lock")
    assert again == {name: without_what_version_7_drops(lock) for name, lock in locks.items()}
    assert dumps(again) == done


@each_file
def test_a_file_of_version_7_is_written_as_pixi_wrote_it(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    if text.startswith("version: 7\n"):
        assert dumps(loads(text, file=file.name)).text == text
