"""Solves requests against unpacked repodata, in a process of its own.

python solve_against.py FOLDER < requests.json > answers.json

A request is {specs, channels, cuda}; its answer {package name: [version, build, channel]}, or the
solver's explanation as a string. The process ends by os._exit: py-rattler's threads can crash an
interpreter that shuts down after many event loops.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from rattler import (
    BuildString,
    Channel,
    GenericVirtualPackage,
    MatchSpec,
    PackageName,
    SparseRepoData,
    Version,
    solve_with_sparse_repodata,
)
from rattler.exceptions import SolverError

MACHINE = {"__glibc": "2.35", "__linux": "5.15", "__unix": "0"}


def virtual(name: str, version: str) -> GenericVirtualPackage:
    return GenericVirtualPackage(PackageName(name), Version(version), BuildString("0"))


async def answer(request: dict[str, Any], repodata: dict[str, list[SparseRepoData]]) -> Any:
    machine = MACHINE | ({"__cuda": request["cuda"]} if request["cuda"] else {})
    try:
        records = await solve_with_sparse_repodata(
            [MatchSpec(spec) for spec in request["specs"]],
            [part for channel in request["channels"] for part in repodata[channel]],
            virtual_packages=[virtual(name, version) for name, version in machine.items()],
        )
    except SolverError as error:
        return str(error)
    return {
        record.name.normalized: [
            str(record.version),
            str(record.build),
            record.channel.rstrip("/").rpartition("/")[2],
        ]
        for record in records
    }


async def main(folder: Path) -> None:
    repodata = {
        channel.name: [
            SparseRepoData(Channel(channel.name), path.parent.name, path)
            for path in sorted(channel.glob("*/repodata.json"))
        ]
        for channel in folder.iterdir()
    }
    requests = json.load(sys.stdin)
    json.dump({key: await answer(request, repodata) for key, request in requests.items()}, sys.stdout)
    sys.stdout.flush()


asyncio.run(main(Path(sys.argv[1])))
os._exit(0)
