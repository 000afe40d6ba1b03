"""Environments in folders whose names break tools: blanks, other alphabets, 250 bytes; and without a home."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import PLACEHOLDER, TinyChannel
from tiny_wheel import make_wheel

SHOW = "import sys\n\n\ndef main():\n    print(sys.prefix)\n"
PYTHON = Path(os.path.realpath(sys.executable))
VERSION = "{}.{}".format(*sys.version_info)


@pytest.fixture
def spec_file(tmp_path: Path) -> Path:
    """Four programs that show the prefix that they run in: a script, a compiled one's text, a command of a
    conda package and one of a pip package."""
    start = f'#!/bin/bash\nexec -a "$0" {PYTHON} "$@"\n'.encode()
    channel = TinyChannel(tmp_path / "channel")
    channel.add(
        "python",
        VERSION,
        files={
            "bin/python": start,
            f"bin/python{VERSION}": start,
            "pyvenv.cfg": f"home = {PYTHON.parent}\n".encode(),
            f"lib/python{VERSION}/site-packages/README.txt": b"",
        },
    )
    channel.add("pip")
    channel.add(
        "tool",
        files={
            "bin/tool": f"#!{PLACEHOLDER}/bin/python\nimport sys\nprint(sys.prefix)\n".encode(),
            "lib/tool.so": f"\x7fELF\0{PLACEHOLDER}/lib\0rest".encode(),
        },
        prefixed={"bin/tool": "text", "lib/tool.so": "binary"},
    )
    module = {"site-packages/greet.py": SHOW.encode()}
    channel.add("greet", depends=["python"], files=module, entry_points=["greet = greet:main"])
    channel.index()
    make_wheel(
        tmp_path / "wheels", "wave", files={"show_prefix.py": SHOW}, commands={"wave": "show_prefix:main"}
    )
    file = tmp_path / "environment.yml"
    pip = "pip: ['--no-index', '--find-links ./wheels', wave]"
    file.write_text(f"channels: ['{channel.url}']\ndependencies: [python, pip, tool, greet, {pip}]\n")
    return file


def of_length(folder: Path, length: int) -> Path:
    """A folder below that one whose path has so many bytes."""
    left = length - len(os.fsencode(folder)) - 1
    return folder / "/".join("x" * size for size in (100, left - 101))


@pytest.mark.parametrize("name", ["my envs/the first", "umgebungen/größe 环境", "250 bytes"])
def test_programs_run_from_a_folder_with_that_name(
    envctl: Callable[..., Any], tmp_path: Path, spec_file: Path, name: str
) -> None:
    prefix = of_length(tmp_path, 250) if name == "250 bytes" else tmp_path / name
    created = envctl("create", "-f", spec_file, "-p", prefix)
    assert created.code == 0, created.err
    assert envctl("check", f"prefix:{prefix}", "--files").code == 0
    for program in ("tool", "greet", "wave"):
        for command in (
            [prefix / "bin" / program],
            [sys.executable, "-m", "envctl", "run", prefix, "--", program],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert (done.stdout, done.returncode) == (f"{prefix}\n", 0), done.stderr
    written = (prefix / "lib" / "tool.so").read_bytes()
    assert written.split(b"\0")[1] == os.fsencode(prefix / "lib")
    assert len(written) == len(f"\x7fELF\0{PLACEHOLDER}/lib\0rest")


def test_a_folder_that_compiled_programs_cannot_hold_is_refused_whole(
    envctl: Callable[..., Any], tmp_path: Path, spec_file: Path
) -> None:
    prefix = of_length(tmp_path, len(PLACEHOLDER) + 1)
    created = envctl("create", "-f", spec_file, "-p", prefix)
    assert created.code == 4
    assert "longer than the placeholder" in created.err
    assert not prefix.parent.exists()


def test_the_root_may_have_blanks_and_other_alphabets_too(
    envctl: Callable[..., Any], tmp_path: Path, spec_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVCTL_ROOT", str(tmp_path / "мои среды"))
    assert envctl("create", "-f", spec_file, "-n", "web").code == 0
    assert envctl("check", "web", "--files").code == 0
    program = tmp_path / "мои среды" / "envs" / "web" / "bin" / "wave"
    done = subprocess.run([program], capture_output=True, text=True, check=True)
    assert done.stdout == f"{program.parents[1].resolve()}\n"


def test_no_home_is_needed(
    envctl: Callable[..., Any], tmp_path: Path, spec_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CONDA_REGISTER_ENVS", "0")  # the list that it is registered in is in the home
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    created = envctl("create", "-f", spec_file, "-n", "web")
    assert created.code == 0, created.err
    assert envctl("check", "web", "--files").code == 0
    assert envctl("update", "web", spec_file).code == 0
    assert envctl("remove", "web", "-y").code == 0
