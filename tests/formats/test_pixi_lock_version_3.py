"""pixi.lock of version 3, which is laid out like a conda-lock.yml."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from envctl.errors import InputError
from envctl.formats.detect import detect
from envctl.formats.pixi_lock.read import loads
from envctl.formats.pixi_lock.write import dumps
from envctl.model.packages import CondaPackage

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "environments" / "conda-lock"
REAL = list(FOLDER.glob("*rerun_example__pixi.lock"))
DOCUMENT = """\
version: 3
metadata:
  content_hash: {linux-64: abc}
  channels:
  - url: https://host.example/c/
    used_env_vars: []
  platforms: [linux-64, win-64]
  sources: []
  time_metadata: null
package:
- platform: linux-64
  name: lib
  version: '1.0'
  category: main
  manager: conda
  dependencies:
  - libc >=2
  url: https://host.example/c/linux-64/lib-1.0-h0_3.conda
  hash:
    md5: 00000000000000000000000000000000
    sha256: 0000000000000000000000000000000000000000000000000000000000000000
  build: h0_3
  arch: x86_64
  subdir: linux-64
  build_number: 3
  constrains:
  - other <2
  license: MIT
  size: 26
  timestamp: 1650670423406
"""


def test_it_is_told_from_a_conda_lock() -> None:
    assert detect(DOCUMENT) == "pixi-lock"
    assert detect(DOCUMENT.replace("version: 3", "version: 1")) == "conda-lock-v1"


def test_its_packages_are_read_with_their_records() -> None:
    lock = loads(DOCUMENT, file="pixi.lock")["default"]
    assert [part.platform for part in lock.platforms] == ["linux-64", "win-64"]
    assert lock.channels == ("https://host.example/c/",)
    assert lock.platforms[0].conda == (
        CondaPackage(
            name="lib",
            version="1.0",
            build="h0_3",
            build_number=3,
            subdir="linux-64",
            channel="https://host.example/c",
            url="https://host.example/c/linux-64/lib-1.0-h0_3.conda",
            md5="0" * 32,
            sha256="0" * 64,
            depends=("libc >=2",),
            constrains=("other <2",),
            license="MIT",
            size_bytes=26,
            timestamp_ms=1650670423406,
            extras={"arch": "x86_64"},
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("manager: conda", "manager: pypi", "pip packages and categories"),
        ("category: main", "category: dev", "pip packages and categories"),
        ("  platforms: [linux-64, win-64]\n", "", "no pixi.lock of version 3"),
        ("package:\n", "package: 1\nx:\n", "no pixi.lock of version 3"),
        ("lib-1.0-h0_3.conda", "lib", "lib"),
    ],
)
def test_what_is_not_read_is_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        loads(DOCUMENT.replace(old, new), file="pixi.lock")
    assert caught.value.code == "pixi-lock"
    assert words in caught.value.message


@pytest.mark.parametrize("file", REAL, ids=lambda file: file.name)
def test_a_real_file_loses_nothing_but_the_processor_that_the_subdir_says(file: Path) -> None:
    lock = loads(file.read_text(encoding="utf-8"), file=file.name)["default"]
    written = dumps({"default": lock})
    assert written.lost == ()
    again = loads(written.text, file="written.lock")["default"]
    for before, after in zip(lock.platforms, again.platforms, strict=True):
        packages = [
            replace(each, extras={key: value for key, value in each.extras.items() if key != "arch"})
            for each in before.conda
        ]
        assert sorted(packages, key=lambda each: each.url) == sorted(after.conda, key=lambda each: each.url)
