"""The least that solves for several platforms with py-rattler: what `envctl lock` is measured against.

python bare_lock.py REQUEST      (a JSON object: channel, cache, specs, virtual_packages by platform)

One solve after another, each waited for, with one gateway.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from rattler import (
    BuildString,
    Gateway,
    GenericVirtualPackage,
    MatchSpec,
    PackageName,
    Subdir,
    Version,
    solve,
)


def virtual_package(text: str) -> GenericVirtualPackage:
    name, version, build = text.split("=")
    return GenericVirtualPackage(PackageName(name), Version(version), BuildString(build))


async def main(
    channel: str, cache: str, specs: list[str], virtual_packages: dict[str, list[str]]
) -> dict[str, int]:
    gateway = Gateway(cache_dir=Path(cache))
    found = {}
    for platform, machine in virtual_packages.items():
        records = await solve(
            [channel],
            [MatchSpec(spec) for spec in specs],
            gateway=gateway,
            platforms=[Subdir(platform), Subdir("noarch")],
            virtual_packages=[virtual_package(text) for text in machine],
        )
        found[platform] = len(records)
    return found


print(asyncio.run(main(**json.loads(sys.argv[1]))), flush=True)
os._exit(0)  # as envctl ends: going down in order, py-rattler 0.28 crashes now and then
