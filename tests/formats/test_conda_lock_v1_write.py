"""Writing conda-lock.yml: the text, its order, and what is left out of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from envctl.formats.conda_lock_v1.read import loads
from envctl.formats.conda_lock_v1.write import dumps
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage, Package, PipPackage

MD5, SHA256 = "0123456789abcdef" * 2, "0123456789abcdef" * 4


def conda(name: str, subdir: str = "linux-64", **fields: Any) -> CondaPackage:
    channel = "https://host.example/c"
    known: dict[str, Any] = {
        "name": name,
        "version": "1.0",
        "build": "0",
        "subdir": subdir,
        "channel": channel,
        "url": f"{channel}/{subdir}/{name}-1.0-0.conda",
        "md5": MD5,
    }
    return CondaPackage(**known | fields)


def pip(name: str, **fields: Any) -> PipPackage:
    url = f"https://files.example/{name}-1.0-py3-none-any.whl"
    known: dict[str, Any] = {"name": name, "version": "1.0", "url": url, "sha256": SHA256}
    return PipPackage(**known | fields)


def lock(*packages: Package, **fields: Any) -> Lock:
    entries = tuple(LockedPackage(package=package) for package in packages)
    return Lock(platforms=(PlatformLock(platform="linux-64", packages=entries),), **fields)


def written(value: Lock) -> Any:
    return yaml.safe_load(dumps(value).text)


def names(value: Lock) -> list[tuple[str, str]]:
    return [(entry["name"], entry["platform"]) for entry in written(value)["package"]]


def test_the_whole_text() -> None:
    python = conda("python", sha256=SHA256, depends=("libgcc >=13", "tzdata", "python_abi 3.11.* *_cp311"))
    linux = PlatformLock(
        platform="linux-64",
        packages=(
            LockedPackage(package=python, requested=("python=3.11", "python <4")),
            LockedPackage(
                package=pip("torch", depends=("jinja2", "numpy>=2")), requested=("torch",), optional=True
            ),
        ),
        virtual_packages=("__cuda=12.4=0", "__glibc=2.28=0"),
        content_hash="abc",
    )
    value = Lock(
        platforms=(linux,),
        channels=("conda-forge",),
        indexes=("https://index.example/simple",),
        variables={"A": "1", "B": 'say "hi"'},
        name="demo",
        metadata={"sources": ["environment.yml"], "time_metadata": {"created_at": "2026-01-02T03:04:05Z"}},
    )
    assert (
        dumps(value).text
        == f"""\
# The exact packages of a conda environment for each platform, with their hashes (conda-lock.yml, version 1).
#
# Install them:  envctl create FILE
#                conda-lock install -n NAME FILE
# Renew them:    envctl lock SOURCE -o FILE
version: 1
metadata:
  content_hash:
    linux-64: abc
  channels:
    - url: conda-forge
      used_env_vars: []
  platforms:
    - linux-64
  sources:
    - environment.yml
  time_metadata:
    created_at: "2026-01-02T03:04:05Z"
  custom_metadata:
    envctl.requested.linux-64: |-
      conda python=3.11
      conda python <4
      pip torch
    envctl.virtual_packages.linux-64: |-
      __cuda=12.4=0
      __glibc=2.28=0
    envctl.indexes: https://index.example/simple
    envctl.variables: |-
      {{
        "A": "1",
        "B": "say \\"hi\\""
      }}
    envctl.name: demo
    created_by: envctl
package:
  - name: python
    version: "1.0"
    manager: conda
    platform: linux-64
    dependencies:
      libgcc: ">=13"
      tzdata: ""
      python_abi: 3.11.* *_cp311
    url: https://host.example/c/linux-64/python-1.0-0.conda
    hash:
      md5: {MD5}
      sha256: {SHA256}
    category: main
    optional: false
  - name: torch
    version: "1.0"
    manager: pip
    platform: linux-64
    dependencies:
      jinja2: "*"
      numpy: ">=2"
    url: https://files.example/torch-1.0-py3-none-any.whl
    hash:
      sha256: {SHA256}
    category: main
    optional: true
"""
    )
    assert dumps(value).lost == ()


def two_platforms(*packages: str) -> Lock:
    return Lock(
        platforms=tuple(
            PlatformLock(
                platform=platform,
                packages=tuple(LockedPackage(package=conda(name, platform)) for name in packages),
            )
            for platform in ("osx-arm64", "linux-64")
        )
    )


def test_packages_in_the_order_of_their_names_are_interleaved_as_conda_lock_does() -> None:
    assert names(two_platforms("a", "b")) == [
        ("a", "linux-64"),
        ("a", "osx-arm64"),
        ("b", "linux-64"),
        ("b", "osx-arm64"),
    ]


def test_packages_in_another_order_keep_it_on_each_platform() -> None:
    value = two_platforms("b", "a")
    assert names(value) == [("b", "osx-arm64"), ("a", "osx-arm64"), ("b", "linux-64"), ("a", "linux-64")]
    assert loads(dumps(value).text, file="f.yml") == value


@pytest.mark.parametrize(
    ("depends", "dependencies"),
    [
        (("a", "b >=1", "c 1.* *_0", "d>=1,<2"), {"a": "", "b": ">=1", "c": "1.* *_0", "d": ">=1,<2"}),
        (("a >=1", "a <2", "a >=1"), {"a": ">=1,<2"}),
        (("a * cxx17*", "a >=1,<2"), {"a": ">=1,<2 cxx17*"}),
        (("__glibc >=2.17", "e[version='>=1']"), {"__glibc": ">=2.17", "e": "[version='>=1']"}),
    ],
)
def test_specs_of_conda_packages(depends: tuple[str, ...], dependencies: dict[str, str]) -> None:
    assert written(lock(conda("x", depends=depends)))["package"][0]["dependencies"] == dependencies


@pytest.mark.parametrize(
    ("depends", "dependencies"),
    [
        (("a", "b>=1", "c (>=2)", "d[x,y]~=3.0"), {"a": "*", "b": ">=1", "c": ">=2", "d": "~=3.0"}),
        (('a>=1; python_version > "3"', 'b; extra == "dev"'), {"a": ">=1"}),
        (("a @ https://me:secret@host.example/a.whl",), {"a": "*"}),
        (("a >=1,<2 || >3", "b ^1.0;"), {"a": ">=1,<2 || >3", "b": "^1.0;"}),
    ],
)
def test_requirements_of_pip_packages(depends: tuple[str, ...], dependencies: dict[str, str]) -> None:
    assert written(lock(pip("x", depends=depends)))["package"][0]["dependencies"] == dependencies


def test_what_conda_lock_would_not_read_is_left_out_and_said() -> None:
    value = lock(
        conda("a"),
        conda("b", md5=None, sha256=SHA256),
        conda("a", version="2.0"),
        pip("c", url=None),
        pip("d", url="./wheels/d.whl"),
        pip("e"),
    )
    assert names(value) == [("a", "linux-64"), ("e", "linux-64")]
    assert dumps(value).lost == (
        "conda packages without an MD5, which conda-lock needs: b",
        "packages whose name is there already: a",
        "pip packages without a URL: c, d",
    )


def test_what_is_written_but_less_than_it_was_is_said() -> None:
    value = lock(pip("a", editable=True), pip("b", sha256=None))
    assert names(value) == [("a", "linux-64"), ("b", "linux-64")]
    assert dumps(value).lost == (
        "pip packages that are editable, here as ordinary ones: a",
        "pip packages without a hash, which nothing will check: b",
    )


def test_many_names_are_not_all_said() -> None:
    value = lock(*(conda(f"p{number}", md5=None) for number in range(11)))
    assert dumps(value).lost == (
        f"conda packages without an MD5, which conda-lock needs: {', '.join(f'p{n}' for n in range(10))}"
        " and 1 more",
    )


def test_a_platform_is_written_once_and_under_its_subdir() -> None:
    plain = PlatformLock(platform="linux-64", packages=(LockedPackage(package=conda("a")),))
    value = Lock(platforms=(replace(plain, label="cpu"), replace(plain, label="gpu")))
    assert written(value)["metadata"]["platforms"] == ["linux-64"]
    assert dumps(value).lost == (
        "names of platforms: cpu, gpu",
        "platforms that are there already: gpu",
    )


@pytest.mark.parametrize("url", [f"git+https://host.example/a.git@{MD5}01234567", "file:///opt/a-1.0.whl"])
def test_a_direct_reference_has_a_source_that_conda_lock_hands_to_pip(url: str) -> None:
    value = lock(pip("a", version=None, url=url, sha256=None, direct=True))
    (entry,) = written(value)["package"]
    assert entry["source"] == {"type": "url", "url": url}
    assert (entry["version"], entry["hash"]) == ("", {})
    assert loads(dumps(value).text, file="f.yml") == value


def test_no_credential_is_written() -> None:
    secret = "https://me:secret@host.example/t/secret-1/c"
    value = lock(
        conda("a", url=f"{secret}/linux-64/a-1.0-0.conda", depends=(f"b[url='{secret}/b']",)),
        pip(
            "c",
            url=f"{secret}/c.whl?token=secret",
            extras={"source": {"type": "url", "url": f"{secret}/c.whl"}},
        ),
        channels=(secret, "https://$USER:$PASSWORD@host.example/t/$TOKEN/c"),
        indexes=(f"{secret}/simple",),
        variables={"INDEX": secret},
        metadata={"sources": [secret], "custom_metadata": {"from": secret}},
    )
    text = dumps(value).text
    assert "secret" not in text
    assert "https://$USER:$PASSWORD@host.example/t/$TOKEN/c" in text
    assert "https://host.example/c/linux-64/a-1.0-0.conda" in text


def test_a_request_that_no_package_answers_stays_where_it_was() -> None:
    key = "envctl.requested.linux-64"
    asked = LockedPackage(package=conda("a"), requested=("a 1.*",))
    value = Lock(
        platforms=(PlatformLock(platform="linux-64", packages=(asked,)),),
        metadata={
            "custom_metadata": {key: "conda b\npip -r requirements.txt", "envctl.requested.win-64": "conda a"}
        },
    )
    custom = written(value)["metadata"]["custom_metadata"]
    assert custom[key] == "conda a 1.*\nconda b\npip -r requirements.txt"
    assert loads(dumps(value).text, file="f.yml") == value


def test_a_package_of_two_categories_has_its_requests_in_both() -> None:
    entries = [
        LockedPackage(package=conda("a"), category=category, requested=("a", "a <2"))
        for category in ("dev", "main")
    ]
    value = Lock(platforms=(PlatformLock(platform="linux-64", packages=tuple(entries)),))
    assert written(value)["metadata"]["custom_metadata"]["envctl.requested.linux-64"] == "conda a\nconda a <2"
    assert loads(dumps(value).text, file="f.yml") == value
