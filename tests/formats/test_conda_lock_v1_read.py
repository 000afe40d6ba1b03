"""Reading conda-lock.yml: what each entry becomes, and what is refused with its line."""

from __future__ import annotations

import pytest

from envctl.errors import InputError
from envctl.formats.conda_lock_v1.read import loads
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage, PipPackage

MD5, SHA256 = "0123456789abcdef" * 2, "0123456789abcdef" * 4
DOCUMENT = f"""\
# written by hand
version: 1
metadata:
  content_hash:
    linux-64: abc
  channels:
  - url: conda-forge
    used_env_vars: []
  - url: https://host.example/t/$TOKEN/own
    used_env_vars: [TOKEN]
  platforms:
  - linux-64
  - osx-arm64
  sources:
  - environment.yml
  time_metadata:
    created_at: '2026-01-02T03:04:05Z'
  custom_metadata:
    team: vision
package:
- name: numpy
  version: 1.26.4
  manager: conda
  platform: linux-64
  dependencies:
    python: '>=3.11,<3.12.0a0'
    python_abi: 3.11.* *_cp311
    libgcc: ''
  url: https://host.example/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda
  hash:
    md5: {MD5}
    sha256: {SHA256}
  category: main
  optional: false
- name: tzdata
  version: 2024a
  manager: conda
  platform: osx-arm64
  url: https://host.example/conda-forge/noarch/tzdata-2024a-h0c530f3_0.conda
  hash:
    sha256: {SHA256}
  optional: true
  category: dev
- name: torch
  version: '2.10'
  manager: pip
  platform: linux-64
  dependencies:
    filelock: '*'
    jinja2: '>=3,<4'
  url: https://files.example/torch-2.10-py3-none-any.whl
  hash:
    sha256: {SHA256}
  source:
    type: url
    url: https://files.example/torch-2.10-py3-none-any.whl#sha256={SHA256}
  category: main
  optional: false
"""


def test_a_document_becomes_a_lock() -> None:
    numpy = CondaPackage(
        name="numpy",
        version="1.26.4",
        build="py311h64a7726_0",
        subdir="linux-64",
        channel="https://host.example/conda-forge",
        url="https://host.example/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda",
        md5=MD5,
        sha256=SHA256,
        depends=("python >=3.11,<3.12.0a0", "python_abi 3.11.* *_cp311", "libgcc"),
    )
    tzdata = CondaPackage(
        name="tzdata",
        version="2024a",
        build="h0c530f3_0",
        subdir="noarch",
        channel="https://host.example/conda-forge",
        url="https://host.example/conda-forge/noarch/tzdata-2024a-h0c530f3_0.conda",
        sha256=SHA256,
    )
    torch = PipPackage(
        name="torch",
        version="2.10",
        url="https://files.example/torch-2.10-py3-none-any.whl",
        sha256=SHA256,
        depends=("filelock", "jinja2 >=3,<4"),
        direct=True,
        extras={
            "source": {
                "type": "url",
                "url": f"https://files.example/torch-2.10-py3-none-any.whl#sha256={SHA256}",
            }
        },
    )
    assert loads(DOCUMENT, file="f.yml") == Lock(
        platforms=(
            PlatformLock(
                platform="linux-64",
                packages=(LockedPackage(package=numpy), LockedPackage(package=torch)),
                content_hash="abc",
            ),
            PlatformLock(
                platform="osx-arm64",
                packages=(LockedPackage(package=tzdata, category="dev", optional=True),),
            ),
        ),
        channels=("conda-forge", "https://host.example/t/$TOKEN/own"),
        metadata={
            "sources": ["environment.yml"],
            "time_metadata": {"created_at": "2026-01-02T03:04:05Z"},
            "custom_metadata": {"team": "vision"},
            "used_env_vars": {"https://host.example/t/$TOKEN/own": ["TOKEN"]},
        },
    )


def edited(old: str, new: str) -> str:
    assert DOCUMENT.count(old) == 1, old
    return DOCUMENT.replace(old, new)


def the_package(text: str, name: str) -> CondaPackage | PipPackage:
    lock = loads(text, file="f.yml")
    return next(
        entry.package for part in lock.platforms for entry in part.packages if entry.package.name == name
    )


def test_what_envctl_added_goes_to_its_place() -> None:
    added = """\
    created_by: envctl
    envctl.requested.linux-64: |-
      conda numpy=1.26
      conda conda-forge::numpy <2
      conda scipy
      pip Torch[all]>=2; python_version > "3"
    envctl.virtual_packages.linux-64: |-
      __cuda=12.4=0
      __glibc=2.28=0
    envctl.indexes: https://index.example/simple
    envctl.variables: '{"OMP_NUM_THREADS": "4"}'
    envctl.name: demo
    team: vision
"""
    lock = loads(edited("    team: vision\n", added), file="f.yml")
    linux, osx = lock.platforms
    assert [entry.requested for entry in linux.packages] == [
        ("numpy=1.26", "conda-forge::numpy <2"),
        ('Torch[all]>=2; python_version > "3"',),
    ]
    assert [entry.requested for entry in osx.packages] == [()]
    assert linux.virtual_packages == ("__cuda=12.4=0", "__glibc=2.28=0")
    assert lock.indexes == ("https://index.example/simple",)
    assert lock.variables == {"OMP_NUM_THREADS": "4"}
    assert lock.name == "demo"
    assert lock.metadata["custom_metadata"] == {
        "envctl.requested.linux-64": "conda scipy",
        "team": "vision",
    }, "a request that no package answers is kept where it was"


def test_numbers_in_the_file_are_the_text_that_stands_there() -> None:
    assert the_package(edited("'2.10'", "2.10"), "torch").version == "2.10"


def test_version_1_is_assumed_and_pypi_is_pip() -> None:
    text = edited("version: 1\n", "").replace("manager: pip", "manager: pypi")
    assert the_package(text, "torch").manager == "pip"


def test_channels_may_be_bare_names() -> None:
    text = edited("- url: conda-forge\n    used_env_vars: []", "- conda-forge")
    assert loads(text, file="f.yml").channels[0] == "conda-forge"


def test_an_archive_outside_the_folders_of_a_channel_is_for_its_entrys_platform() -> None:
    package = the_package(edited("conda-forge/linux-64/numpy", "numpy"), "numpy")
    assert isinstance(package, CondaPackage)
    assert (package.subdir, package.channel) == ("linux-64", "https://host.example")
    assert package.url == "https://host.example/numpy-1.26.4-py311h64a7726_0.conda"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: numpy", "name: NumPy"),
        ("numpy-1.26.4-", "numpy-1%2E26.4-"),
        ("version: '2.10'", "version: '2.10.0'"),
        ("name: torch", "name: Torch"),
        ("version: '2.10'", "version: ''"),
        (
            "url: https://files.example/torch-2.10-py3-none-any.whl\n",
            "url: https://files.example/torch-main.zip\n",
        ),
    ],
)
def test_an_archive_may_spell_the_name_and_version_in_another_way(old: str, new: str) -> None:
    assert [len(part.packages) for part in loads(edited(old, new), file="f.yml").platforms] == [2, 1]


def test_a_commit_is_no_hash() -> None:
    url = f"git+https://host.example/torch.git@{MD5}01234567"
    text = edited("https://files.example/torch-2.10-py3-none-any.whl\n", f"{url}\n").replace(
        f"    sha256: {SHA256}\n  source", f"    sha256: {MD5}01234567\n  source"
    )
    package = the_package(text, "torch")
    assert (package.url, package.sha256) == (url, None)


HASH = f"    md5: {MD5}\n    sha256: {SHA256}"


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("version: 1\n", "version: 2\n", 2, "a conda-lock.yml of version 2"),
        ("version: 1\n", "version: '1'\nextra: x\n", 2, "a conda-lock.yml of version 1"),
        ("version: 1\n", "extra: x\n", 2, "`extra` is no key of a conda-lock.yml"),
        ("  platforms:\n", "  platform:\n", 3, "`metadata` has no `platforms`"),
        ("    linux-64: abc", "    linux-64: {}", 5, "`linux-64` in `content_hash` must be text"),
        ("    linux-64: abc", "    win-64: abc", 5, "there is a hash for win-64, which `metadata.platforms`"),
        ("    used_env_vars: [TOKEN]\n", "", 9, "an entry of `channels` has no `used_env_vars`"),
        ("  - osx-arm64\n", "  - []\n", 13, "an entry of `platforms` must be text"),
        ("    created_at: '2026", "    create_at: '2026", 16, "`time_metadata` has no `created_at`"),
        ("    team: vision", "    team: [vision]", 19, "`team` in `custom_metadata` must be text"),
        (
            "    team: vision",
            "    envctl.variables: '[]'",
            19,
            "`envctl.variables` is no JSON object of text",
        ),
        ("- name: numpy\n", "- names: numpy\n", 21, "an entry of `package` has no `name`"),
        ("- name: numpy\n", "- name: ''\n", 21, "`name` must be text"),
        ("version: 1.26.4\n", "version: ''\n", 22, "`version` must be text"),
        (
            "manager: conda\n  platform: l",
            "manager: npm\n  platform: l",
            23,
            "the `manager` of numpy is neither",
        ),
        (
            "platform: linux-64\n  dependencies:\n    p",
            "platform: win-64\n  dependencies:\n    p",
            24,
            "numpy is",
        ),
        ("    libgcc: ''", "    libgcc:", 28, "`libgcc` in `dependencies` must be text"),
        ("/linux-64/numpy-", "/osx-64/numpy-", 29, "the `url` of numpy is for another platform than"),
        ("py311h64a7726_0.conda", "py311h64a7726_0.zip", 29, "the `url` of numpy names no archive: it does"),
        (HASH, "    md5: abc", 31, "the `md5` of numpy is none"),
        (HASH, f"    sha256: {MD5}", 31, "the `sha256` of numpy is none"),
        (HASH, f"    sha1: {MD5}", 31, "`sha1` is no key of `hash`"),
        (HASH, "    {}", 30, "the `hash` of numpy is empty"),
        ("optional: true", "optional: maybe", 42, "`optional` of tzdata is neither `true` nor `false`"),
        ("category: dev", "category: 1\n  build: []", 44, "`build` must be text"),
        ("type: url", "type: git", 55, "the `source` of torch is of no known type"),
        ("name: numpy", "name: scipy", 21, "the `name` is scipy, and the archive's is numpy"),
        ("version: 1.26.4", "version: '1.26'", 22, "the `version` is 1.26, and the archive's is 1.26.4"),
        ("version: 2024a", "version: 2024_a", 36, "the `version` is 2024_a, and the archive's is 2024a"),
        ("name: torch", "name: torchx", 44, "the `name` is torchx, and the archive's is torch"),
        ("version: '2.10'", "version: '2.1'", 45, "the `version` is 2.1, and the archive's is 2.10"),
        ("- name: tzdata", "- 1\n- name: tzdata", 35, "an entry of `package` must be a mapping"),
    ],
)
def test_a_mistake_is_refused_with_its_line(old: str, new: str, line: int, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        loads(edited(old, new), file="f.yml")
    assert caught.value.message.startswith(f"f.yml:{line}: {reason}")
    assert caught.value.code == "conda-lock-v1"


def test_the_same_package_twice_is_refused_unless_its_category_differs() -> None:
    entry = DOCUMENT[DOCUMENT.index("- name: torch") :]
    with pytest.raises(InputError, match="torch stands twice for linux-64 in the category `main`") as caught:
        loads(DOCUMENT + entry, file="f.yml")
    assert caught.value.line == DOCUMENT.count("\n") + 1
    both = loads(DOCUMENT + entry.replace("category: main", "category: dev"), file="f.yml")
    assert [item.category for item in both.platforms[0].packages] == ["main", "main", "dev"]


@pytest.mark.parametrize("text", ["", "- 1\n", "text\n", "version: 1\n", "package: []\n"])
def test_what_is_no_lock_at_all_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        loads(text, file="f.yml")
    assert caught.value.code == "conda-lock-v1"


@pytest.mark.parametrize("name", ["numpy-1.26.4-py311h64a7726_0.conda", "numpy.conda", "numpy"])
def test_no_message_holds_a_credential(name: str) -> None:
    url = "https://host.example/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda"
    with pytest.raises(InputError, match="`url` of numpy") as caught:
        loads(edited(url, f"https://me:secret@host.example/t/tk-1/{name}"), file="f.yml")
    assert "secret" not in f"{caught.value} {caught.value.hint}"
    assert "tk-1" not in f"{caught.value} {caught.value.hint}"
