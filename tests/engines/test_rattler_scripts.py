"""The packages' own scripts: left out and told by name, or run where they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel

SCRIPT = b"""#!/bin/sh
echo "$PKG_NAME $PKG_VERSION" > "$PREFIX/ran.txt"
echo "home = $PREFIX/share" > "$PREFIX/share/web.conf"
ln -s "$PREFIX/share/web.conf" "$PREFIX/share/link"
"""


@pytest.fixture
def spec(tmp_path: Path) -> Callable[..., Path]:
    """An environment file for `web`, which has these scripts."""

    def write(**scripts: bytes) -> Path:
        channel = TinyChannel(tmp_path / "channel")
        files = {f"bin/.web-{kind.replace('_', '-')}.sh": text for kind, text in scripts.items()}
        channel.add("web", files={"share/web.txt": b"web\n", **files})
        channel.index()
        file = tmp_path / "web.yml"
        file.write_text("name: web\nchannels: [./channel]\ndependencies: [web]\n")
        return file

    return write


def test_no_script_runs_unasked_and_each_is_told_by_name(
    envctl: Callable[..., Any], spec: Callable[..., Path], root: Path
) -> None:
    result = envctl("create", "-f", spec(post_link=SCRIPT, pre_unlink=b"exit 1\n"))
    assert result.code == 0
    assert (
        "scripts of these packages were not run: web (post-link, pre-unlink); "
        "--link-scripts runs post-link scripts"
    ) in " ".join(result.err.split())
    assert not (root / "envs" / "web" / "ran.txt").exists()


def test_nothing_is_said_of_packages_without_scripts(
    envctl: Callable[..., Any], spec: Callable[..., Path]
) -> None:
    assert "scripts" not in envctl("create", "-f", spec()).err


def test_a_script_that_is_asked_for_leaves_the_environments_own_path_and_no_other(
    envctl: Callable[..., Any], spec: Callable[..., Path], root: Path
) -> None:
    result = envctl("create", "-f", spec(post_link=SCRIPT), "--link-scripts")
    assert (result.code, "were not run" in result.err) == (0, False)
    prefix = (root / "envs" / "web").resolve()
    assert (prefix / "ran.txt").read_text() == "web 1.0\n"
    assert (prefix / "share" / "web.conf").read_text() == f"home = {prefix}/share\n"
    assert (prefix / "share" / "link").readlink() == prefix / "share" / "web.conf"
    assert envctl("check", "web", "--files").code == 0


def test_a_script_that_fails_is_a_failure_and_leaves_no_environment(
    envctl: Callable[..., Any], spec: Callable[..., Path], root: Path
) -> None:
    result = envctl("create", "-f", spec(post_link=b"exit 3\n"), "--link-scripts", "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "link-script-failed")
    assert result.json["error"]["message"] == "the post-link script failed of web"
    assert not (root / "envs").exists()
