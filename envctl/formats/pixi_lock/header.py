"""What a pixi.lock has no place for and envctl says all the same: comments at its top, read back.

    # input_hash linux-64: 1f0c…
    # requested linux-64: conda python: python 3.11.*
    # requested linux-64 test: pip torch: torch>=2.5
    # indexes test: beside pip's own

The environment stands behind the platform unless it is `default`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from envctl.credentials import scrub
from envctl.formats.yaml_write import remark
from envctl.model.lock import DEFAULT_INDEX, Lock, PlatformLock

_LINE = re.compile(r"# (input_hash|requested) ([\w-]+)(?: ([^\s:]+))?: (.+)")
_INDEXES = re.compile(r"# indexes(?: ([^\s:]+))?: beside pip's own")
_REQUEST = re.compile(r"(conda|pip) ([^\s:]+): (.+)")

Place = tuple[str, str]
"""Environment and platform."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """What the comments say."""

    hashes: Mapping[Place, str] = field(default_factory=dict)
    requested: Mapping[Place, Mapping[tuple[str, str], tuple[str, ...]]] = field(default_factory=dict)
    """The specs by the package's manager and name."""
    beside_default: frozenset[str] = frozenset()
    """The environments whose indexes are searched beside pip's own."""


def read(text: str) -> Header:
    """Read the comments above a document; those of other tools say nothing here."""
    hashes: dict[Place, str] = {}
    requested: defaultdict[Place, dict[tuple[str, str], tuple[str, ...]]] = defaultdict(dict)
    beside_default: set[str] = set()
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if about_indexes := _INDEXES.fullmatch(line):
            beside_default.add(unquote(about_indexes[1] or "default"))
        if not (said := _LINE.fullmatch(line)):
            continue
        key, platform, environment, value = said.groups()
        place = (unquote(environment or "default"), platform)
        if key == "input_hash":
            hashes[place] = value
        elif request := _REQUEST.fullmatch(value):
            package = (request[1], unquote(request[2]))
            requested[place][package] = (*requested[place].get(package, ()), request[3])
    return Header(hashes=hashes, requested=requested, beside_default=frozenset(beside_default))


def write(locks: Mapping[str, Lock]) -> list[str]:
    """The comments for locks by their environments' names."""
    return list(dict.fromkeys(_lines(locks)))


def _lines(locks: Mapping[str, Lock]) -> Iterator[str]:
    for environment, lock in sorted(locks.items()):
        behind = "" if environment == "default" else f" {quote(scrub(environment), safe='')}"
        if DEFAULT_INDEX in lock.indexes:
            yield f"# indexes{behind}: beside pip's own"
        for part in sorted(lock.platforms, key=label):
            where = f"{label(part)}{behind}"
            if part.content_hash:
                yield f"# input_hash {where}: {remark(scrub(part.content_hash))}"
            for entry in sorted(part.packages, key=lambda entry: entry.package.key):
                manager, name = entry.package.key
                for spec in entry.requested:
                    yield f"# requested {where}: {manager} {quote(name, safe='')}: {remark(scrub(spec))}"


def label(part: PlatformLock) -> str:
    """What the file calls a platform."""
    return part.label or part.platform
