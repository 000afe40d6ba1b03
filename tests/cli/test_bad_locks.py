"""Locks that are truncated, hostile or huge: a clear error with exit code 3, and nothing installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

LAUGHS = "".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9) if i else 'ha'}]\n" for i in range(12))
CONDA_LOCK = """\
version: 1
metadata:
  content_hash: {linux-64: x}
  channels: [{url: c, used_env_vars: []}]
  platforms: [linux-64]
  sources: []
package:
- name: a
  version: '1'
  manager: conda
  platform: linux-64
  dependencies: {}
  url: https://c.example/linux-64/a-1-0.conda
  hash: {md5: 00000000000000000000000000000000}
  category: main
  optional: false
"""
PIXI = """\
version: 6
environments:
  default:
    channels: []
    packages:
      linux-64:
      - conda: https://c.example/linux-64/a-1-0.conda
packages:
- conda: https://c.example/linux-64/a-1-0.conda
"""
BAD = {
    "a billion laughs": CONDA_LOCK + LAUGHS,
    "a billion laughs in a pixi.lock": PIXI + LAUGHS,
    "a line that is cut": CONDA_LOCK[:-40] + "'",
    "a package that is cut": CONDA_LOCK[: CONDA_LOCK.index("  url:")],
    "a key that stands twice": CONDA_LOCK + "version: 1\n",
    "a key that is none": CONDA_LOCK.replace("  category:", "  colour:"),
    "a version of the future": CONDA_LOCK.replace("version: 1\n", "version: 2\n", 1),
    "a pixi.lock of the future": PIXI.replace("version: 6", "version: 99"),
    "a package that is not there": PIXI.replace("\n- conda: https://c.example/linux-64/a", "\n- conda: https://c.example/linux-64/b"),
    "a hash that is none": CONDA_LOCK.replace("0" * 32, "0" * 31),
    "nesting without end": "metadata:\npackage:\n" + "- " * 5000 + "a\n",
    "no text": "@EXPLICIT\n\ufffd\x00\n",
    "an explicit list with a request": "@EXPLICIT\nnumpy >=1.20\n",
    "an explicit list for two platforms": "@EXPLICIT\nhttps://c.example/linux-64/a-1-0.conda\nhttps://c.example/win-64/b-1-0.conda\n",
}  # fmt: skip


@pytest.mark.parametrize("verb", ["create", "diff", "export", "lock"])
@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_it_is_refused_with_file_and_reason(
    envctl: Any, root: Path, tmp_path: Path, content: str, verb: str
) -> None:
    file = tmp_path / "bad.lock"
    file.write_text(content, encoding="utf-8")
    arguments = {"create": (file, "-n", "x"), "diff": (file, file), "export": (file,), "lock": (file,)}
    result = envctl(verb, *arguments[verb], "--json")
    assert result.code == 3, result.err
    error = result.json["error"]
    assert "bad.lock" in error["message"]
    assert "Traceback" not in result.err
    assert not (root / "envs").exists()


def test_a_lock_that_is_huge_is_refused_before_it_is_read(envctl: Any, tmp_path: Path) -> None:
    file = tmp_path / "huge.lock"
    with file.open("wb") as stream:
        stream.truncate(65_000_000)
    result = envctl("diff", file, file, "--json")
    assert (result.code, result.json["error"]["code"]) == (3, "too-large")


def test_a_specification_that_is_huge_is_refused_before_it_is_parsed(envctl: Any, tmp_path: Path) -> None:
    file = tmp_path / "huge.yml"
    file.write_text("dependencies:\n" + "- numpy\n" * 600_000)
    result = envctl("lock", file, "--json")
    assert (result.code, result.json["error"]["code"]) == (3, "too-large")


BAD_RECORDS = {
    "a version that is none": PIXI + "  version: 1.0 beta!\n",
    "a name that is none": PIXI + "  name: ../x y\n",
    "a build that is none": PIXI + "  build: a b\n",
    "a build number beyond all bounds": PIXI + f"  build_number: {10**20}\n",
    "a time beyond all bounds": PIXI + f"  timestamp: {10**18}\n",
    "a size beyond all bounds": PIXI + f"  size: {10**20}\n",
}


@pytest.mark.parametrize("content", BAD_RECORDS.values(), ids=BAD_RECORDS.keys())
def test_a_package_that_no_record_can_describe_is_named_and_refused(
    envctl: Any, root: Path, tmp_path: Path, content: str
) -> None:
    (tmp_path / "bad.lock").write_text(content)
    for more in ((), ("--dry-run",)):
        result = envctl("create", "bad.lock", "-n", "x", "--json", *more)
        error = result.json["error"]
        assert (result.code, error["code"]) == (3, "bad-record"), error
        assert error["message"].startswith("a-1-0.conda: no package can be what is written of")
    assert not (root / "envs").exists()


def test_an_update_of_a_lock_refuses_such_a_package_too(envctl: Any, tmp_path: Path, spec_file: Path) -> None:
    lock = tmp_path / "web.lock"
    assert envctl("lock", spec_file, "--format", "conda-lock-v1", "-o", lock).code == 0
    text = lock.read_text()
    damaged = text.replace('version: "1.0"', "version: 1.0!!").replace("lib-1.0-", "lib-1.0!!-")
    lock.write_text(damaged)
    result = envctl("lock", spec_file, "-o", lock, "--update", "hello", "--json")
    assert (result.code, result.json["error"]["code"]) == (3, "bad-record")
    assert "'lib'" in result.json["error"]["message"]
    assert lock.read_text() == damaged


def test_a_lock_to_check_that_is_huge_is_refused_before_it_is_read(envctl: Any, tmp_path: Path) -> None:
    spec = tmp_path / "environment.yml"
    spec.write_text("dependencies: [numpy]\n")
    with (tmp_path / "huge.lock").open("wb") as stream:
        stream.truncate(65_000_000)
    result = envctl("lock", spec, "-o", tmp_path / "huge.lock", "--check", "--json")
    assert (result.code, result.json["error"]["code"]) == (3, "too-large")
