"""Packages that are made up and look like conda-forge's, the same on every run."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence

from envctl.model.packages import CondaPackage

PLATFORMS = ("linux-64", "linux-aarch64", "osx-arm64", "win-64")
CHANNEL = "https://conda.example/conda-forge"
NEWEST = 4
"""Versions are 2.0.0 to 2.4.0."""
_WORDS = """arrow async audit batch beam blosc brotli cache cares cloud codec color cpp curl cython data dom
event ffi flow font form geo graph grid hash http image index json kit lake lite log mesh net node opt parse
path plot pool proto query ray ring sax schema shape socket sort spark stat stream tensor text time tree type
unit utils vec web wire zip"""


def chance(seed: str) -> random.Random:
    """Choices that fall the same on every run."""
    return random.Random(seed)  # noqa: S311  (no secret)


def names(count: int) -> list[str]:
    """That many names, such as `arrow-cache`."""
    words = _WORDS.split()
    pairs = [f"{one}-{other}" for one in words for other in words if one != other]
    return chance("names").sample(pairs, count)


def needs(choice: Sequence[str], rng: random.Random, release: int = NEWEST) -> tuple[str, ...]:
    """What release 2.`release` of a package needs, up to three of `choice`.

    One range in four leaves the newest out; all ranges of one name go together.
    """
    lower = f">=2.{max(release - 3, 0)}.0"
    uppers = ("3.0a0", "3.0a0", "3.0a0", f"2.{max(release, 1)}.0a0")
    return tuple(f"{name} {lower},<{rng.choice(uppers)}" for name in rng.sample(choice, min(3, len(choice))))


def package(name: str, version: str, build: str, subdir: str, depends: Sequence[str]) -> CondaPackage:
    """A package of the channel, with hashes of nothing."""
    url = f"{CHANNEL}/{subdir}/{name}-{version}-{build}.conda"
    sha256 = digest(url)
    return CondaPackage(
        name=name,
        version=version,
        build=build,
        subdir=subdir,
        channel=CHANNEL,
        url=url,
        sha256=sha256,
        md5=sha256[:32],
        size_bytes=int(sha256[:5], 16),
        depends=tuple(depends),
        noarch="python" if build.startswith("pyh") else "generic" if subdir == "noarch" else None,
        license="BSD-3-Clause",
        timestamp_ms=1_770_000_000_000,
    )


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
