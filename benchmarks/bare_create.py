"""The least that solves and installs with py-rattler: what `envctl create` is measured against.

python bare_create.py fast|full CHANNEL PREFIX CACHE SPEC..
"""

import asyncio
import os
import sys
from pathlib import Path

from rattler import (
    Gateway,
    MatchSpec,
    PackageCache,
    ValidationMode,
    VirtualPackage,
    VirtualPackageOverrides,
    install,
    solve,
)


async def main(mode: str, channel: str, prefix: str, cache: Path, specs: list[str]) -> None:
    (cache / "pkgs").mkdir(parents=True, exist_ok=True)
    records = await solve(
        [channel],
        [MatchSpec(spec) for spec in specs],
        gateway=Gateway(cache_dir=cache / "repodata"),
        virtual_packages=VirtualPackage.detect(VirtualPackageOverrides.from_env()),
    )
    packages = PackageCache.new_layered([cache / "pkgs"], validation_mode=getattr(ValidationMode, mode)())
    await install(records, prefix, package_cache=packages, show_progress=False)


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]), sys.argv[5:]))
os._exit(0)  # as envctl ends: going down in order, py-rattler 0.28 crashes now and then
