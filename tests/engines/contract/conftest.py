"""Every engine, one after the other, and a channel of all kinds of packages for it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tiny_channel import PLACEHOLDER, TinyChannel

from envctl.subdirs import current_subdir

CONDA = os.environ.get("ENVCTL_TEST_CONDA")
"""A conda's executable; with it, the suite runs for the conda engine too."""
collect_ignore = [] if CONDA else ["test_made_by_conda.py"]
SOLVER = os.environ.get("CONDA_SOLVER")
"""With which of its solvers; else the one that it is configured for."""


@dataclass(frozen=True, kw_only=True)
class Differences:
    """What an engine does its own way. In all that is not named here the engines are the same."""

    added_to_python: frozenset[str]
    """Packages that come with python although nothing asks for them."""
    bytecode: bool
    """Whether pure Python packages are compiled as they are installed."""


DIFFERENCES = {
    "rattler": Differences(added_to_python=frozenset(), bytecode=False),
    "conda": Differences(added_to_python=frozenset({"pip", "setuptools", "wheel"}), bytecode=True),
}

HERE = PLACEHOLDER.encode()
TOOL = {
    "bin/tool": b"#!/bin/sh\n# built for " + HERE + b"\nexec cat " + HERE + b"/etc/tool.conf\n",
    "etc/tool.conf": b"home = " + HERE + b"\npath = " + HERE + b"/bin:" + HERE + b"/sbin\n",
    "lib/libtool.so": b"\x7fELF\0" + HERE + b"/lib:" + HERE + b"/lib64\0\0\x01" + HERE + b"\0",
}
"""The files of the package `tool`, all of which name the prefix."""

_SHORT = f"{sys.version_info.major}.{sys.version_info.minor}"
_PYTHON = (
    '#!/bin/sh\nhere=$(dirname "$(dirname "$0")")\n'
    f'PYTHONPATH="$here/lib/python{_SHORT}/site-packages" exec "{sys.executable}" "$@"\n'
)
"""Stands in for python: the suite's own, with the environment's packages."""


@pytest.fixture(params=("rattler", "conda") if CONDA else ("rattler",), autouse=True)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The engine that every command line of the test uses."""
    name: str = request.param
    monkeypatch.setenv("ENVCTL_ENGINE", name)
    if CONDA:
        monkeypatch.setenv("CONDA_EXE", CONDA)
    if SOLVER:
        monkeypatch.setenv("CONDA_SOLVER", SOLVER)
    return name


@pytest.fixture
def differs(engine: str) -> Differences:
    """What the engine may do its own way."""
    return DIFFERENCES[engine]


@pytest.fixture
def channel(tmp_path: Path) -> TinyChannel:
    """A channel of small packages of every kind."""
    channel = TinyChannel(tmp_path / "channel")
    channel.add("hello", "1.0", files={"bin/hello": b"#!/bin/sh\necho hello 1\n"})
    channel.add(
        "hello",
        "2.0",
        depends=["lib >=2"],
        constrains=["legacy >=9"],
        files={"bin/hello": b"#!/bin/sh\necho hello 2\n"},
    )
    channel.add("lib", "1.0")
    channel.add("lib", "2.0")
    channel.add("legacy", depends=["lib <2"])
    channel.add("lonely", depends=["nobody-has-it >=1"])
    channel.add(
        "tool",
        subdir=current_subdir(),
        files=TOOL,
        prefixed={"bin/tool": "text", "etc/tool.conf": "text", "lib/libtool.so": "binary"},
    )
    channel.add("gpu", depends=["__cuda >=12"])
    for variant in ("mkl", "openblas"):
        channel.add("blas", build=variant)
        channel.add("numbers", build=f"{variant}_0", depends=[f"blas * {variant}"])
    python = dict.fromkeys(("bin/python", f"bin/python{_SHORT}"), _PYTHON.encode())
    channel.add("python", f"{_SHORT}.0", depends=["lib"], files=python)
    channel.add("pip", depends=["setuptools", "wheel"])
    channel.add("setuptools")
    channel.add("wheel")
    channel.add(
        "greet",
        depends=["python >=3"],
        files={"site-packages/greet.py": b"def main():\n    print('greetings')\n"},
        entry_points=["greet = greet:main"],
    )
    return channel.index()


@pytest.fixture
def spec_file(tmp_path: Path, channel: TinyChannel) -> Path:
    """An environment file for that channel."""
    file = tmp_path / "environment.yml"
    file.write_text(f"name: web\nchannels:\n  - {channel.url}\ndependencies:\n  - hello\n  - tool\n")
    return file
