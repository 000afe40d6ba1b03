"""Writing pixi.lock: the layout of version 7, and what it has no place for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from envctl.formats.pixi_lock.read import loads
from envctl.formats.pixi_lock.write import dumps
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage, Package, PipPackage

SHA = "0f" * 32
COMMIT = "0123456789abcdef0123456789abcdef01234567"
PYTHON = CondaPackage(
    name="python",
    version="3.11",
    build="h0_0_cpython",
    subdir="linux-64",
    channel="https://host.example/c",
    url="https://host.example/c/linux-64/python-3.11-h0_0_cpython.conda",
    sha256=SHA,
    depends=("tzdata", "libffi >=3.5,<4"),
    license="Python-2.0",
    size_bytes=1000,
    timestamp_ms=1770939786096,
    python_site_packages_path="lib/python3.11/site-packages",
    purls=(),
)
TZDATA = CondaPackage(
    name="tzdata",
    version="2024a",
    build="0",
    subdir="noarch",
    channel="https://host.example/c",
    url="https://host.example/c/noarch/tzdata-2024a-0.conda",
    noarch="generic",
)
FLASK = PipPackage(
    name="Flask",
    version="3.0",
    url="https://files.example/flask-3.0-py3-none-any.whl",
    sha256=SHA,
    md5="ab" * 16,
    depends=("werkzeug>=3", "asgiref>=3.2 ; extra == 'async'"),
    requires_python=">=3.8",
    index="https://index.example/simple",
)


def part(*packages: Package, platform: str = "linux-64", **fields: Any) -> PlatformLock:
    locked = tuple(LockedPackage(package=package) for package in packages)
    return PlatformLock(platform=platform, packages=locked, **fields)


def lock(*packages: Package, **fields: Any) -> dict[str, Lock]:
    return {"default": Lock(name="default", platforms=(part(*packages),), **fields)}


def written(*packages: Package) -> list[dict[str, Any]]:
    """The entries of a lock of these packages."""
    entries: list[dict[str, Any]] = yaml.safe_load(dumps(lock(*packages)).text)["packages"]
    return entries


def test_the_layout_of_pixi() -> None:
    locks = {
        "test": Lock(platforms=(part(TZDATA, PYTHON),), channels=("https://host.example/c/",)),
        "default": Lock(
            platforms=(
                part(FLASK, PYTHON, TZDATA, virtual_packages=("__glibc=2.28", "__archspec=0=x86_64")),
                part(TZDATA, label="gpu", virtual_packages=("__cuda=12",)),
            ),
            channels=("https://host.example/c/",),
            indexes=("https://index.example/simple",),
            metadata={
                "find-links": [{"path": "./wheels"}],
                "options": {"channel-priority": "strict", "strategy": "lowest-version"},
                "used_env_vars": {"https://host.example/c/": ["TOKEN"]},
            },
        ),
    }
    assert (
        dumps(locks).text
        == f"""\
version: 7
platforms:
- name: gpu
  subdir: linux-64
  virtual-packages:
  - __cuda=12
- name: linux-64
  virtual-packages:
  - __glibc=2.28
  - __archspec=0=x86_64
environments:
  default:
    channels:
    - url: https://host.example/c/
      used_env_vars:
      - TOKEN
    indexes:
    - https://index.example/simple
    find-links:
    - path: ./wheels
    options:
      strategy: lowest-version
    packages:
      gpu:
      - conda: https://host.example/c/noarch/tzdata-2024a-0.conda
      linux-64:
      - conda: https://host.example/c/linux-64/python-3.11-h0_0_cpython.conda
      - conda: https://host.example/c/noarch/tzdata-2024a-0.conda
      - pypi: https://files.example/flask-3.0-py3-none-any.whl
  test:
    channels:
    - url: https://host.example/c/
    packages:
      linux-64:
      - conda: https://host.example/c/linux-64/python-3.11-h0_0_cpython.conda
      - conda: https://host.example/c/noarch/tzdata-2024a-0.conda
packages:
- conda: https://host.example/c/linux-64/python-3.11-h0_0_cpython.conda
  sha256: {SHA}
  depends:
  - tzdata
  - libffi >=3.5,<4
  license: Python-2.0
  purls: []
  size: 1000
  timestamp: 1770939786096
  python_site_packages_path: lib/python3.11/site-packages
- conda: https://host.example/c/noarch/tzdata-2024a-0.conda
- pypi: https://files.example/flask-3.0-py3-none-any.whl
  name: flask
  version: '3.0'
  md5: {"ab" * 16}
  sha256: {SHA}
  index: https://index.example/simple
  requires_dist:
  - werkzeug>=3
  - asgiref>=3.2 ; extra == 'async'
  requires_python: '>=3.8'
"""
    )


def test_a_lock_of_nothing() -> None:
    assert dumps({}).text == "version: 7\nplatforms: []\nenvironments: {}\npackages: []\n"


def test_the_order_of_the_locks_does_not_matter() -> None:
    a, b = Lock(platforms=(part(PYTHON, TZDATA),)), Lock(platforms=(part(TZDATA), part(FLASK, label="gpu")))
    assert dumps({"a": a, "b": b}).text == dumps({"b": b, "a": a}).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, {}),
        ({"name": "B"}, {"name": "B"}),
        ({"version": "1.0"}, {"version": "1.0"}),
        ({"build": "x_3"}, {"build": "x_3"}),
        ({"build_number": 4}, {"build_number": 4}),
        ({"subdir": "linux-32"}, {"subdir": "linux-32"}),
        ({"noarch": "python"}, {"noarch": "python"}),
        ({"channel": "https://mirror.example/c/"}, {"channel": "https://mirror.example/c"}),
        ({"channel": "https://host.example/c/"}, {}),
        ({"channel": "conda-forge"}, {}),
    ],
)
def test_a_conda_entry_says_only_what_its_url_does_not(changes: dict[str, Any], said: dict[str, Any]) -> None:
    url = "https://host.example/c/linux-64/a-1-h0_3.conda"
    package = CondaPackage(
        name="a",
        version="1",
        build="h0_3",
        build_number=3,
        subdir="linux-64",
        channel="https://host.example/c",
        url=url,
    )
    assert written(replace(package, **changes)) == [{"conda": url, **said}]


@pytest.mark.parametrize(
    ("url", "channel", "said"),
    [
        (
            "file:///srv/c/noarch/a-1!2-0.conda",
            "file:///srv/c",
            {"subdir": "noarch", "channel": "file:///srv/c"},
        ),
        ("../c/noarch/a-1!2-0.conda", "../c", {"subdir": "noarch"}),
        (
            "https://host.example/c/noarch/a-1%212-0.conda",
            "https://host.example/c",
            {"name": "a", "version": "1!2", "build": "0"},
        ),
    ],
)
def test_what_rattler_does_not_take_from_a_url_is_said(url: str, channel: str, said: dict[str, Any]) -> None:
    package = CondaPackage(
        name="a", version="1!2", build="0", subdir="noarch", noarch="generic", channel=channel, url=url
    )
    assert written(package) == [{"conda": url, **said}]
    assert loads(dumps(lock(package)).text, file="pixi.lock")["default"].platforms == (part(package),)


def test_a_noarch_package_of_unknown_kind_is_left_to_the_rule_and_one_for_a_platform_says_so() -> None:
    assert "noarch" not in written(replace(TZDATA, noarch=None))[0]
    assert written(replace(TZDATA, noarch=None, subdir="linux-64"))[0]["noarch"] is False


def test_a_git_commit_stands_behind_a_hash_sign() -> None:
    url = f"git+https://host.example/a.git@{COMMIT}#subdirectory=b/c"
    (entry,) = written(PipPackage(name="a", version="1.0", url=url, direct=True))
    assert entry["pypi"] == f"git+https://host.example/a.git?subdirectory=b%2Fc#{COMMIT}"


@pytest.mark.parametrize("url", ["./app", "/srv/app", "C:\\app", "file:///srv/app"])
def test_a_source_tree_has_no_version(url: str) -> None:
    package = PipPackage(name="app", version="1.0", sha256=SHA, url=url, editable=True)
    assert written(package) == [{"pypi": url, "name": "app"}]


@pytest.mark.parametrize("url", ["./a-1.0-py3-none-any.whl", "file:///srv/a-1.0.tar.gz", "C:\\a-1.0.zip"])
def test_a_local_archive_has_its_version(url: str) -> None:
    assert written(PipPackage(name="a", version="1.0", url=url))[0]["version"] == "1.0"


def test_text_that_reads_as_a_number_has_quotes() -> None:
    package = replace(PYTHON, sha256=None, license="1e3", depends=("it's: # odd", "~", "a\nb", "2024-01-02"))
    text = dumps(lock(package)).text
    assert "  license: '1e3'\n" in text
    assert "  - 'it''s: # odd'\n  - '~'\n  - \"a\\nb\"\n  - '2024-01-02'\n" in text
    assert loads(text, file="pixi.lock")["default"].platforms[0].packages[0].package == package


def test_what_was_asked_for_and_the_hashes_stand_above() -> None:
    requested = (
        LockedPackage(package=TZDATA, requested=("tzdata",)),
        LockedPackage(
            package=PYTHON, requested=("python 3.11.*", "https://me:hunter2@host.example/c::python")
        ),
        LockedPackage(package=FLASK, requested=("Flask>=3",)),
    )
    one = Lock(
        platforms=(PlatformLock(platform="linux-64", packages=requested, content_hash=SHA),), name="a b"
    )
    text = dumps({"a b": one, "default": replace(one, name="default")}).text
    assert text.startswith(f"""\
# input_hash linux-64 a%20b: {SHA}
# requested linux-64 a%20b: conda python: python 3.11.*
# requested linux-64 a%20b: conda python: https://host.example/c::python
# requested linux-64 a%20b: conda tzdata: tzdata
# requested linux-64 a%20b: pip flask: Flask>=3
# input_hash linux-64: {SHA}
# requested linux-64: conda python: python 3.11.*
""")
    for again in loads(text, file="pixi.lock").values():
        assert again.platforms[0].content_hash == SHA
        assert again.says_requested
        assert {entry.package.name: entry.requested for entry in again.platforms[0].packages} == {
            "python": ("python 3.11.*", "https://host.example/c::python"),
            "tzdata": ("tzdata",),
            "flask": ("Flask>=3",),
        }


def test_no_credential_is_written() -> None:
    url = "https://me:hunter2@host.example/t/hunter2/c"
    secret = replace(TZDATA, url=f"{url}/noarch/tzdata-2024a-0.conda?token=hunter2", channel=url)
    wheel = replace(FLASK, url=f"{url}/a-1-py3-none-any.whl", index=url, depends=(f"b @ {url}/b.zip",))
    tree = PipPackage(name="c", url=f"git+{url}@{COMMIT}")
    source = replace(TZDATA, url=url, extras={"conda_source": f"a[0] @ {url}", "source": {"git": url}})
    locks = lock(secret, wheel, tree, source, channels=(url,), indexes=(url,), variables={url: url})
    for text in (dumps(locks).text, str(dumps(locks).lost)):
        assert "hunter2" not in text
    again = loads(dumps(locks).text, file="pixi.lock")
    assert dumps(again).text == dumps(locks).text


def test_variables_are_lost_and_what_another_format_says_of_the_making_is_no_loss() -> None:
    locks = lock(TZDATA, variables={"B": "1", "A": "2"}, metadata={"sources": ["environment.yml"]})
    assert dumps(locks).lost == ("2 variables: B, A",)


@pytest.mark.parametrize(
    ("package", "line"),
    [
        (replace(FLASK, url=None), "1 package without a URL, left out: Flask"),
        (replace(FLASK, editable=True), "1 package not written as editable: Flask"),
        (
            replace(FLASK, direct=True),
            "1 package asked for by URL, which the lock does not tell: Flask",
        ),
    ],
)
def test_what_a_package_says_and_the_format_cannot_is_lost(package: Package, line: str) -> None:
    assert dumps(lock(package)).lost == (line,)


def test_fields_of_other_formats_and_requirements_outside_pep_508_are_left_out() -> None:
    assert "fn" not in written(replace(TZDATA, extras={"arch": "x86_64", "fn": "a"}))[0]
    assert written(replace(FLASK, depends=("b *", "c>=1")))[0]["requires_dist"] == ["c>=1"]


def test_categories_are_lost() -> None:
    entries = (
        LockedPackage(package=TZDATA),
        LockedPackage(package=TZDATA, category="dev", optional=True),
    )
    one = Lock(platforms=(PlatformLock(platform="linux-64", packages=entries),))
    assert dumps({"default": one}).lost == ("1 category: dev",)


def test_a_package_with_two_hashes_is_written_with_the_first() -> None:
    locks = {
        "a": Lock(platforms=(part(TZDATA),)),
        "b": Lock(platforms=(part(replace(TZDATA, md5="ab" * 16)),)),
    }
    assert dumps(locks).lost == ("1 package with several hashes, of which the first counts: tzdata",)
    assert yaml.safe_load(dumps(locks).text)["packages"] == [{"conda": TZDATA.url}]


def test_a_label_has_one_subdir() -> None:
    locks = {
        "a": Lock(platforms=(part(label="p1"),)),
        "b": Lock(platforms=(part(label="p1", platform="win-64"),)),
    }
    with pytest.raises(ValueError, match="p1 is linux-64 and win-64"):
        dumps(locks)


def test_a_label_has_one_list_of_virtual_packages() -> None:
    parts = [part(virtual_packages=virtual) for virtual in ((), ("__glibc=2.28",), ("__glibc=2.17",))]
    done = dumps({name: Lock(platforms=(one,)) for name, one in zip("abc", parts, strict=True)})
    assert yaml.safe_load(done.text)["platforms"] == [
        {"name": "linux-64", "virtual-packages": ["__glibc=2.28"]}
    ]
    assert done.lost == ("1 platform whose virtual packages differ between environments: linux-64",)


VERSION_7 = """\
version: 7
platforms:
- name: linux-64
- name: win-64
environments:
  default:
    channels: []
    indexes: []
    find-links:
    - url: https://files.example/links
    packages:
      linux-64:
      - conda_source: app[38b8d5ef] @ ./app
      - conda_source: lib[1877194c] @ ./lib
      - pypi: git+https://host.example/a?rev=main#0123456789abcdef0123456789abcdef01234567
    requested-packages:
      linux-64:
      - app
packages:
- conda: https://host.example/c/linux-64/gcc-14-h0_0.conda
  version: '14.10'
  track_features:
  - x
  run_exports:
    weak:
    - libgcc >=14
    strong:
    - libgcc
- conda_source: app[38b8d5ef] @ ./app
  version: 0.1.0
  build: py_1
  build_number: 1
  subdir: noarch
  noarch: python
  variants:
    debug: true
    level: 2
    python: '3.10'
  depends:
  - python
  extra_depends:
    test:
    - pytest
  flags:
  - cuda
  license: MIT
  purls:
  - pkg:pypi/app
  run_exports:
    weak:
    - app
  source:
    git: https://host.example/app.git
    tag: v1
    rev: 123abc
  source_depends:
    lib:
      path: ../lib
  build_packages:
  - conda: https://host.example/c/linux-64/gcc-14-h0_0.conda
- conda_source: lib[1877194c] @ ./lib
  depends:
  - libgcc
- pypi: git+https://host.example/a?rev=main#0123456789abcdef0123456789abcdef01234567
  name: a
  version: 1.0.0
"""


def test_a_file_of_version_7_comes_back_as_it_is() -> None:
    done = dumps(loads(VERSION_7, file="pixi.lock"))
    assert done.text == VERSION_7
    assert done.lost == ()


def test_one_environment_alone_keeps_what_it_needs() -> None:
    text = VERSION_7.replace("environments:\n", "environments:\n  a:\n    channels: []\n    packages: {}\n")
    locks = loads(text, file="pixi.lock")
    assert dumps({"default": locks["default"]}).text == VERSION_7


def test_indexes_beside_pips_own_come_back_as_such() -> None:
    lock = Lock(
        name="default",
        platforms=(PlatformLock(platform="linux-64", packages=()),),
        indexes=("default", "https://extra.example/simple"),
    )
    written = dumps({"default": lock})
    assert "indexes:\n    - https://extra.example/simple\n" in written.text
    assert loads(written.text, file="pixi.lock") == {"default": lock}
