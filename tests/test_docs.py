"""Every command that the documentation shows is run, in a folder of its own, in the order of the page."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel

CHECKOUT = Path(__file__).resolve().parents[1]
PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))]
ELSEWHERE = {
    "make demo": "test_the_demo_ends_with_torch_at_work",
    "make test": "this suite",
    "pip install .": "test_wheel.py",
    "pip install 'envctl[channel]'": "the suite's own installation",
}
FOREIGN = re.compile(r"(?:CONDA_\w+=\S+ )?conda ")
"""conda's own commands are not envctl's to run."""


def commands(page: Path) -> list[str]:
    """The lines of a page's console blocks that are typed, without the remarks behind them."""
    blocks = re.findall(r"^```console\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    typed = [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return [re.split(r"\s{2,}#|\s+# ", line)[0].strip() for line in typed]


def standing_in(folder: Path) -> TinyChannel:
    """A conda-forge of a few bytes that has what `pytorch-gpu-cu126` asks for."""
    channel = TinyChannel(folder)
    channel.add("python", "3.12.9")
    channel.add("pytorch", "2.7.1", build="cuda126_mkl_py312_hb9e7dd6_300", depends=["__cuda >=12.6"])
    for name, version in {"cuda-version": "12.6", "numpy": "2.2.6", "pip": "25.1", "mkl": "2024.0"}.items():
        channel.add(name, version)
    return channel.index()


def for_every_platform(folder: Path) -> TinyChannel:
    """One that has what `pytorch-cpu` asks for, and the same packages for every platform."""
    channel = TinyChannel(folder)
    for name, version in {"python": "3.11.9", "numpy": "2.2.6", "pip": "25.1"}.items():
        channel.add(name, version)
    channel.add("pytorch", "2.7.1", build="cpu_py311_0", depends=["python 3.11.*", "numpy"])
    return channel.index()


@pytest.mark.channel
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_runs(page: Path, tmp_path: Path, local_channel: Any) -> None:
    gpu = standing_in(tmp_path / "gpu" / "conda-forge")
    anywhere = for_every_platform(tmp_path / "anywhere" / "conda-forge")
    (tmp_path / "work" / "envs").mkdir(parents=True)
    (tmp_path / "work" / "serve.py").write_text("print('serving')\n")
    (tmp_path / "work" / "t4.yaml").write_text("driver: 535.104.05\ngpus: [Tesla T4]\ncount: 8\n")
    # The channel that a page builds is the suite's: there, nothing is built twice.
    shutil.copytree(local_channel.directory, tmp_path / "work" / "channel", symlinks=True)
    environ = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "ENVCTL_ROOT": str(tmp_path / "root"),
        "CONDA_OVERRIDE_GLIBC": platform.libc_ver()[1],  # what the local channel was built on
    }
    for command in commands(page):
        if command in ELSEWHERE or FOREIGN.match(command):
            continue
        if re.match(r"envctl (?:create|lock|update \S+) \S*pytorch-", command) and " -c " not in command:
            short = ".".join(local_channel.python_version.split(".")[:2])
            there = f"--set python={short} -c {local_channel.url}"
            if "-gpu-" in command:
                there = f"-c {gpu.url}"
            elif "osx-arm64" in command:
                there = f"-c {anywhere.url}"
            command = f"{command} {there} --override-channels"  # noqa: PLW2901
        if re.match(r"envctl create pytorch-cpu .*-n web", command):
            command = f"{command} --replace"  # noqa: PLW2901  (several pages make it)
        done = subprocess.run(
            ["bash", "-c", command],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path / "work",
            env=environ,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.channel
def test_the_demo_ends_with_torch_at_work() -> None:
    environ = {name: value for name, value in os.environ.items() if name != "ENVCTL_ROOT"}
    demo = [sys.executable, CHECKOUT / "docs" / "demo.py"]
    done = subprocess.run(demo, capture_output=True, text=True, check=False, env=environ)
    assert done.returncode == 0, done.stdout + done.stderr
    version, matmul = next(
        line.split(" ", 1)
        for line in done.stdout.splitlines()
        if line.endswith("[[5.0, 14.0], [14.0, 50.0]]")
    )
    assert re.match(r"\d+\.\d+\.\d+", version)
    assert matmul == "[[5.0, 14.0], [14.0, 50.0]]"
    assert "demo" in done.stdout.splitlines()[-1]


def test_every_page_is_reached_from_the_readme() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    for page in PAGES[1:]:
        assert f"docs/{page.name}" in readme
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", readme):
        assert (CHECKOUT / link).exists(), link
