"""What a fake conda fetches and installs, and how the conda engine is asked to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from fake_conda import FakeConda, record

from envctl.engines.conda import CondaEngine
from envctl.engines.conda_records import to_package
from envctl.engines.interface import InstallRequest
from envctl.errors import EnvctlError
from envctl.model.packages import CondaPackage, Solution
from envctl.prefixes.root import Root
from envctl.progress import SilentReporter

WEB = to_package(record("web", depends=["json-lib >=2"]), {})


class Listener(SilentReporter):
    def __init__(self) -> None:
        self.heard: list[str] = []

    def warn(self, text: str) -> None:
        self.heard.append(text)


def installs(conda: FakeConda, *packages: CondaPackage, **more: str) -> None:
    """What conda fetches and leaves in the prefix from now on; of what the packages need it knows nothing."""
    files = {
        f"conda-meta/{package.name}-{package.version}-{package.build}.json": json.dumps(
            {**record(package.name, package.version), "requested_spec": "web==1.0", "depends": []}
        )
        for package in packages
    }
    conda.answer(
        "create", files={"conda-meta/history": "==> now <==\n", **files, **more}, fetched=cached(WEB)
    )


def cached(
    package: CondaPackage, *, paths: Sequence[str] = (), index: Any = None, **fields: Any
) -> dict[str, str]:
    """The files of a package in conda's folder of them; `fields` are what its record says otherwise."""
    said = {"url": package.url, "sha256": package.sha256, "md5": package.md5, **fields}
    listed = [{"_path": path, "size_in_bytes": 7} for path in paths]
    own = {"name": package.name, "version": package.version, "build": package.build, **(index or {})}
    return {
        "web-1.0-0/info/repodata_record.json": json.dumps(said),
        "web-1.0-0/info/index.json": json.dumps(own),
        "web-1.0-0/info/paths.json": json.dumps({"paths": listed}),
    }


def install(root: Root, conda: FakeConda, *packages: CondaPackage, **options: Any) -> tuple[Path, Listener]:
    prefix = root.data / ".env.envctl-1a2b3c4d"
    prefix.mkdir(parents=True)
    solution = Solution(platform="linux-64", channels=(), virtual_packages=(), packages=packages)
    listener = Listener()
    request = InstallRequest(solution=solution, prefix=prefix, final=root.data / "env", **options)
    CondaEngine(root, conda.conda).install(request, listener)
    return prefix, listener


def failure(root: Root, conda: FakeConda, *packages: CondaPackage, **options: Any) -> EnvctlError:
    with pytest.raises(EnvctlError) as caught:
        install(root, conda, *packages, **options)
    return caught.value


def cache(conda: FakeConda, package: CondaPackage, **fields: Any) -> None:
    for path, text in cached(package, paths=["share/web.txt"], **fields).items():
        file = conda.pkgs / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
