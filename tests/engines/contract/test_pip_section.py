"""The pip section is uv's work behind every engine: its commands start from the final place."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from tiny_wheel import make_wheel


@pytest.mark.channel
def test_a_pip_package_is_installed_beside_condas(
    envctl: Any, root: Path, tmp_path: Path, local_channel: Any
) -> None:
    module = {"greet.py": "import sys\n\n\ndef main():\n    print('hello from', sys.prefix)\n"}
    make_wheel(tmp_path / "wheels", "greet", "1.0", files=module, commands={"greet": "greet:main"})
    (tmp_path / "environment.yml").write_text(
        f"name: web\nchannels: ['{local_channel.url}']\ndependencies:\n  - python\n  - pip\n"
        "  - pip:\n      - --no-index\n      - --find-links ./wheels\n      - greet==1.0\n"
    )
    result = envctl("create", "-f", "environment.yml")
    assert result.code == 0, result.err
    prefix = (root / "envs" / "web").resolve()
    done = subprocess.run([prefix / "bin" / "greet"], capture_output=True, text=True, check=True)
    assert done.stdout == f"hello from {prefix}\n"
    named = subprocess.run(
        ["grep", "-rlaE", r"\.envctl-[0-9a-f]{8}", prefix], capture_output=True, text=True, check=False
    )
    assert named.stdout == ""
    assert envctl("check", "web", "--files").code == 0
