"""Reading pixi.lock: what each version says, what it leaves to rules, and what is refused."""

from __future__ import annotations

import pytest

from envctl.errors import InputError
from envctl.formats.pixi_lock.read import loads
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage, PipPackage

SHA = "0f" * 32
MD5 = "ab" * 16

VERSION_7 = f"""\
version: 7
platforms:
- name: linux-64
  virtual-packages:
  - __glibc=2.28
- name: gpu
  subdir: linux-64
  virtual-packages:
  - __cuda=12
  - __glibc=2.28
environments:
  default:
    channels:
    - url: https://host.example/c/
      used_env_vars:
      - TOKEN
    - url: conda-forge
    indexes:
    - https://index.example/simple
    find-links:
    - path: ./wheels
    options:
      strategy: lowest-version
    packages:
      gpu:
      - conda: https://host.example/c/linux-64/torch-2.5.1-cuda_py311_7.conda
      - conda: https://host.example/c/noarch/tzdata-2024a-h0c530f3_0.conda
      linux-64:
      - conda: https://host.example/c/noarch/tzdata-2024a-h0c530f3_0.conda
      - pypi: https://files.example/flask-3.0-py3-none-any.whl
  test:
    channels: []
    packages:
      linux-64:
      - conda: https://host.example/c/noarch/tzdata-2024a-h0c530f3_0.conda
packages:
- conda: https://host.example/c/linux-64/torch-2.5.1-cuda_py311_7.conda
  sha256: {SHA}
  md5: {MD5}
  depends:
  - python >=3.11
  constrains:
  - torch-cpu ==9
  license: BSD-3-Clause
  license_family: BSD
  purls:
  - pkg:pypi/torch
  run_exports: {{}}
  size: 28948
  timestamp: 1770939786096
- conda: https://host.example/c/noarch/tzdata-2024a-h0c530f3_0.conda
  sha256: {SHA}
  purls: []
- pypi: https://files.example/flask-3.0-py3-none-any.whl
  name: flask
  version: '3.0'
  sha256: {SHA}
  index: https://other.example/simple
  requires_dist:
  - werkzeug>=3
  requires_python: '>=3.8'
"""

TORCH = CondaPackage(
    name="torch",
    version="2.5.1",
    build="cuda_py311_7",
    build_number=7,
    subdir="linux-64",
    channel="https://host.example/c",
    url="https://host.example/c/linux-64/torch-2.5.1-cuda_py311_7.conda",
    sha256=SHA,
    md5=MD5,
    size_bytes=28948,
    depends=("python >=3.11",),
    constrains=("torch-cpu ==9",),
    license="BSD-3-Clause",
    timestamp_ms=1770939786096,
    purls=("pkg:pypi/torch",),
    extras={"license_family": "BSD", "run_exports": {}},
)
TZDATA = CondaPackage(
    name="tzdata",
    version="2024a",
    build="h0c530f3_0",
    subdir="noarch",
    channel="https://host.example/c",
    url="https://host.example/c/noarch/tzdata-2024a-h0c530f3_0.conda",
    sha256=SHA,
    noarch="generic",
    purls=(),
)
FLASK = PipPackage(
    name="flask",
    version="3.0",
    url="https://files.example/flask-3.0-py3-none-any.whl",
    sha256=SHA,
    depends=("werkzeug>=3",),
    requires_python=">=3.8",
    index="https://other.example/simple",
)


def locked(*packages: CondaPackage | PipPackage) -> tuple[LockedPackage, ...]:
    return tuple(LockedPackage(package=package) for package in packages)


def one(entry: str, *, version: int = 7, reference: str | None = None) -> CondaPackage | PipPackage:
    """The package of a file with one entry."""
    kind, _, where = entry.partition("\n")[0].partition(": ")
    text = f"""\
version: {version}
platforms: [{{name: linux-64}}]
environments:
  default:
    channels: []
    packages:
      linux-64:
      - {reference or f"{kind}: {where}"}
packages:
- {entry}
"""
    (locked,) = loads(text, file="pixi.lock")["default"].platforms[0].packages
    return locked.package


def conda(entry: str, *, version: int = 7) -> CondaPackage:
    package = one(entry, version=version)
    assert isinstance(package, CondaPackage)
    return package


def pip(entry: str, *, version: int = 7) -> PipPackage:
    package = one(entry, version=version)
    assert isinstance(package, PipPackage)
    return package


def test_version_7_with_two_environments_and_a_rich_platform() -> None:
    linux = PlatformLock(
        platform="linux-64", virtual_packages=("__glibc=2.28",), packages=locked(TZDATA, FLASK)
    )
    gpu = PlatformLock(
        platform="linux-64",
        label="gpu",
        virtual_packages=("__cuda=12", "__glibc=2.28"),
        packages=locked(TORCH, TZDATA),
    )
    assert loads(VERSION_7, file="pixi.lock") == {
        "default": Lock(
            name="default",
            channels=("https://host.example/c/", "conda-forge"),
            indexes=("https://index.example/simple",),
            platforms=(gpu, linux),
            metadata={
                "find-links": [{"path": "./wheels"}],
                "options": {"strategy": "lowest-version"},
                "used_env_vars": {"https://host.example/c/": ["TOKEN"]},
            },
        ),
        "test": Lock(
            name="test",
            platforms=(
                PlatformLock(
                    platform="linux-64", virtual_packages=("__glibc=2.28",), packages=locked(TZDATA)
                ),
            ),
        ),
    }


def test_environments_share_their_packages() -> None:
    locks = loads(VERSION_7, file="pixi.lock")
    shared = {
        id(entry.package)
        for lock in locks.values()
        for part in lock.platforms
        for entry in part.packages
        if entry.package.name == "tzdata"
    }
    assert len(shared) == 1


def test_version_6_has_its_platforms_by_subdir_and_no_virtual_packages() -> None:
    text = """\
version: 6
environments:
  default:
    channels:
    - url: https://host.example/c/
    packages:
      osx-arm64:
      - conda: https://host.example/c/osx-arm64/zlib-1.3-h0_2.tar.bz2
      - pypi: ./app
packages:
- conda: https://host.example/c/osx-arm64/zlib-1.3-h0_2.tar.bz2
  arch: arm64
  platform: osx
- pypi: ./app
  name: app
  version: 0.1.0
  sha256: 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f
  editable: true
"""
    zlib = CondaPackage(
        name="zlib",
        version="1.3",
        build="h0_2",
        build_number=2,
        subdir="osx-arm64",
        channel="https://host.example/c",
        url="https://host.example/c/osx-arm64/zlib-1.3-h0_2.tar.bz2",
        extras={"arch": "arm64", "platform": "osx"},
    )
    app = PipPackage(name="app", version="0.1.0", url="./app", sha256=SHA, editable=True, direct=True)
    assert loads(text, file="pixi.lock")["default"].platforms == (
        PlatformLock(platform="osx-arm64", packages=locked(zlib, app)),
    )


def test_version_5_says_every_field_and_may_describe_a_package_twice() -> None:
    text = """\
version: 5
environments:
  default:
    channels: []
    packages:
      win-64:
      - conda: https://host.example/c/noarch/tzdata-2024b-hc8b5060_0.conda
      - pypi: https://files.example/six-1.16-py2.py3-none-any.whl
      - pypi: ./six
packages:
- kind: conda
  name: tzdata
  version: 2024b
  build: hc8b5060_0
  subdir: noarch
  noarch: generic
  url: https://host.example/c/noarch/tzdata-2024b-hc8b5060_0.conda
  license: LicenseRef-Public-Domain
- kind: conda
  name: tzdata
  version: 2024b
  build: hc8b5060_0
  subdir: noarch
  noarch: generic
  url: https://host.example/c/noarch/tzdata-2024b-hc8b5060_0.conda
  license: Other
  purls: []
- kind: pypi
  name: six
  version: '1.16'
  url: https://files.example/six-1.16-py2.py3-none-any.whl
- kind: pypi
  name: six
  version: '1.17'
  path: ./six
"""
    (part,) = loads(text, file="pixi.lock")["default"].platforms
    tzdata, six, tree = (entry.package for entry in part.packages)
    assert isinstance(tzdata, CondaPackage)
    assert (tzdata.license, tzdata.purls) == ("LicenseRef-Public-Domain", ())
    assert (six.url, six.version) == ("https://files.example/six-1.16-py2.py3-none-any.whl", "1.16")
    assert (tree.url, tree.version) == ("./six", "1.17")


def test_what_the_entry_says_wins_over_its_url() -> None:
    package = conda(
        "conda: https://host.example/c/linux-64/a-1-h0_3.conda\n"
        "  name: b\n  version: 1!2\n  build: x\n  build_number: 4\n  subdir: noarch\n  noarch: python\n"
        "  channel: https://mirror.example/c/"
    )
    assert (package.name, package.version, package.build, package.build_number) == ("b", "1!2", "x", 4)
    assert (package.subdir, package.noarch, package.channel) == (
        "noarch",
        "python",
        "https://mirror.example/c",
    )


@pytest.mark.parametrize(
    ("build", "number"),
    [("h0_3", 3), ("py38", 38), ("7", 7), ("3_cpu", 0), ("mkl", 0), ("h0_99999999999999999999", 0)],
)
def test_the_build_number_is_the_digits_at_the_end_of_the_build_string(build: str, number: int) -> None:
    assert conda(f"conda: https://host.example/c/linux-64/a-1-{build}.conda").build_number == number


def test_a_noarch_package_is_a_python_one_if_its_build_string_says_py() -> None:
    assert conda("conda: https://host.example/c/noarch/a-1-pyhd8ed1ab_0.conda").noarch == "python"
    assert conda("conda: https://host.example/c/noarch/a-1-0.conda").noarch == "generic"
    assert conda("conda: https://host.example/c/noarch/a-1-0.conda\n  noarch: false").noarch is None
    assert conda("conda: https://host.example/c/linux-64/a-1-py_0.conda").noarch is None


@pytest.mark.parametrize(
    ("where", "channel"),
    [
        ("file:///srv/c/noarch/a-1-0.conda", "file:///srv/c"),
        ("/srv/c/noarch/a-1-0.conda", "file:///srv/c"),
        ("../c/noarch/a-1-0.conda", "../c"),
    ],
)
def test_the_folders_of_a_local_channel_tell_what_rattler_wants_said(where: str, channel: str) -> None:
    package = conda(f"conda: {where}")
    assert (package.subdir, package.channel, package.url) == ("noarch", channel, where)


def test_seconds_become_milliseconds() -> None:
    url = "conda: https://host.example/c/noarch/a-1-0.conda"
    assert conda(f"{url}\n  timestamp: 1770939786").timestamp_ms == 1770939786000


def test_a_source_package_keeps_its_identifier_and_need_not_be_known_further() -> None:
    package = conda(
        "conda_source: app[38b8d5ef] @ ../app\n  depends:\n  - python\n  variants:\n    python: 3.11"
    )
    assert package == CondaPackage(
        name="app",
        version="",
        build="",
        subdir="",
        channel="",
        url="../app",
        depends=("python",),
        extras={"conda_source": "app[38b8d5ef] @ ../app", "variants": {"python": 3.11}},
    )


def test_source_packages_of_version_6_are_told_apart_and_read_as_those_of_version_7() -> None:
    text = """\
version: 6
environments:
  default:
    channels: []
    packages:
      linux-64:
      - conda: ../app
        subdir: linux-64
      win-64:
      - conda: ../app
        build: second
packages:
- conda: ../app
  name: app
  version: '0.1'
  build: first
  subdir: win-64
- conda: ../app
  name: app
  version: '0.1'
  build: second
  subdir: win-64
  package_build_source:
    git: https://host.example/app.git
    rev: 123abc
  sources:
    other:
      path: ../other
- conda: ../app
  name: app
  version: '0.1'
  build: first
  subdir: linux-64
"""
    linux, windows = loads(text, file="pixi.lock")["default"].platforms
    (first,), (second,) = linux.packages, windows.packages
    assert isinstance(first.package, CondaPackage)
    assert (first.package.subdir, first.package.build) == ("linux-64", "first")
    assert isinstance(second.package, CondaPackage)
    assert (second.package.subdir, second.package.build) == ("win-64", "second")
    assert first.package.extras == {"conda_source": "app[cc436702] @ ../app"}
    assert second.package.extras == {
        "conda_source": "app[d2f8f9b7] @ ../app",
        "source": {"git": "https://host.example/app.git", "rev": "123abc"},
        "source_depends": {"other": {"path": "../other"}},
    }


def test_what_only_a_build_needs_stays_with_the_environments_that_build() -> None:
    text = """\
version: 7
platforms:
- name: linux-64
environments:
  app:
    channels: []
    packages:
      linux-64:
      - conda_source: app[38b8d5ef] @ ./app
  plain:
    channels: []
    packages:
      linux-64:
      - conda: https://host.example/c/linux-64/lib-2.0-h0_0.conda
packages:
- conda: https://host.example/c/linux-64/gcc-14-h0_0.conda
- conda: https://host.example/c/linux-64/lib-2.0-h0_0.conda
- conda_source: app[38b8d5ef] @ ./app
  host_packages:
  - conda: https://host.example/c/linux-64/lib-2.0-h0_0.conda
  - conda_source: dep[1877194c] @ ./dep
- conda_source: dep[1877194c] @ ./dep
  build_packages:
  - conda: https://host.example/c/linux-64/gcc-14-h0_0.conda
"""
    locks = loads(text, file="pixi.lock")
    assert locks["plain"].metadata == {}
    needed = locks["app"].metadata["packages"]
    assert [entry.get("conda") or entry["conda_source"] for entry in needed] == [
        "https://host.example/c/linux-64/gcc-14-h0_0.conda",
        "https://host.example/c/linux-64/lib-2.0-h0_0.conda",
        "dep[1877194c] @ ./dep",
    ]


COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("where", "url", "written"),
    [
        (f"git+https://host.example/a.git#{COMMIT}", f"git+https://host.example/a.git@{COMMIT}", False),
        (
            f"git+https://host.example/a?subdirectory=b%2Fc#{COMMIT}",
            f"git+https://host.example/a@{COMMIT}#subdirectory=b/c",
            False,
        ),
        (f"git+https://host.example/a?rev=main#{COMMIT}", f"git+https://host.example/a@{COMMIT}", True),
        (f"git+ssh://git@host.example/a#{COMMIT}", f"git+ssh://git@host.example/a@{COMMIT}", False),
    ],
)
def test_a_commit_stands_behind_an_at_sign_as_for_pip(where: str, url: str, written: bool) -> None:
    package = pip(f"pypi: {where}\n  name: a")
    assert (package.url, package.direct) == (url, True)
    assert package.extras == ({"pypi": where} if written else {})


def test_extras_that_an_older_environment_asks_for_are_kept_with_its_package() -> None:
    entry = "pypi: https://files.example/a-1-py3-none-any.whl\n  name: a\n  version: '1'"
    reference = "pypi: https://files.example/a-1-py3-none-any.whl\n        extras: [b]"
    assert one(entry, version=6, reference=reference).extras == {"extras": ["b"]}


def test_comments_at_the_top_say_what_was_asked_for() -> None:
    text = f"""\
# Of another tool: nothing.
# input_hash gpu: {SHA}
# requested gpu: conda torch: torch >=2.5
# requested gpu: conda torch: host.example::torch
# requested linux-64: pip flask: Flask>=3
# requested linux-64 test: conda tzdata: tzdata
# requested nowhere: conda tzdata: tzdata
{VERSION_7}"""
    locks = loads(text, file="pixi.lock")
    gpu, linux = locks["default"].platforms
    assert (gpu.content_hash, linux.content_hash) == (SHA, None)
    assert [entry.requested for entry in gpu.packages] == [("torch >=2.5", "host.example::torch"), ()]
    assert [entry.requested for entry in linux.packages] == [(), ("Flask>=3",)]
    assert [entry.requested for entry in locks["test"].platforms[0].packages] == [("tzdata",)]


def test_platforms_that_no_environment_is_for_are_kept() -> None:
    text = """\
version: 7
platforms:
- name: win-64
environments:
  default:
    channels: []
    packages: {}
packages: []
"""
    assert loads(text, file="pixi.lock")["default"].metadata == {
        "platforms": [{"name": "win-64", "subdir": "win-64", "virtual-packages": []}]
    }


def test_keys_of_other_writers_are_kept() -> None:
    text = VERSION_7.replace(
        "    options:", "    requested-packages:\n      gpu:\n      - torch\n    options:"
    )
    metadata = loads(text, file="pixi.lock")["default"].metadata
    assert metadata["requested-packages"] == {"gpu": ["torch"]}


def refused(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        loads(text, file="pixi.lock")
    assert caught.value.code == "pixi-lock"
    return caught.value


MISTAKES = [
    ("version: 7", "version: 3", "pixi.lock of version 3: versions 4 to 7 are read"),
    ("version: 7", "version: 8", "pixi.lock of version 8: versions 4 to 7 are read"),
    ("version: 7", "version: seven", "`version` must be a whole number, not `seven`"),
    ("platforms:", "what: 1\nplatforms:", "`what` is no key of a pixi.lock"),
    ("  default:", "  x: 1\n  default:", "`x` must be a mapping, not a number"),
    ("- name: gpu", "- name: linux-64", "the platform `linux-64` stands twice"),
    ("- name: gpu\n  subdir: linux-64", "- name: gpu", "`gpu` is no platform or says no subdir"),
    ("- name: gpu", "- name: 'g p u'", "`g p u` is no platform or says no subdir"),
    ("      gpu:", "      p1:", "`p1` is not among the file's `platforms`"),
    ("      - pypi: https", "      - pypi: ftp", "flask-3.0-py3-none-any.whl` is not among the packages"),
    ("      - pypi: h", "      - x: h", "one key of `conda`, `conda_source` and `pypi` must say what it is"),
    ("    indexes:\n    - ", "    indexes: ", "`indexes` must be a list, not text"),
    ("    - path: ./wheels", "    - file: ./wheels", "a link says neither `path` nor `url`"),
    ("    options:\n", "    options:\n      - ", "`options` must be a mapping, not a list"),
    ("    - url: conda-forge", "    - conda-forge", "the entry must be a mapping, not text"),
    (f"  sha256: {SHA}", "  sha256: 0f", "`sha256` must be 64 hexadecimal digits, not `0f`"),
    (f"  md5: {MD5}", "  md5: xyz", "`md5` must be 32 hexadecimal digits, not `xyz`"),
    ("  depends:\n  - ", "  depends: ", "`depends` must be a list, not text"),
    ("  - python", "  - python: '3'  #", "`depends` must be a list of texts, not of a mapping"),
    ("  size: 28948", "  size: -1", "`size` must be a whole number, not `-1`"),
    ("  size: 28948", "  size: '28948'", "`size` must be a whole number, not `28948`"),
    ("  size: 28948", "  size: " + "9" * 5000, "a number of more digits than any number here has"),
    ("  license: BSD-3-Clause", "  license: [BSD]", "`license` must be text, not a list"),
    ("  license_family: BSD", "  x: !!binary YQ==", "a value of type bytes has no place in a lock"),
    ("  run_exports: {}", "  noarch: java", "`noarch` must be python or generic, not `java`"),
    ("- pypi: https://files.example/flask-3.0-py3-none-any.whl\n  name", "- pypi: a\n  x", "no `name`"),
]


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES)
def test_what_is_wrong_is_refused_with_its_line(old: str, new: str, message: str) -> None:
    start = VERSION_7.index(old)
    error = refused(VERSION_7[:start] + new + VERSION_7[start + len(old) :])
    assert message in error.message
    assert error.line == VERSION_7[:start].count("\n") + 1


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("conda: https://host.example/c/a-1-0.conda", "does not tell the subdir"),
        ("conda: https://host.example/c/noarch/a.conda", "does not tell the name"),
        ("conda_source: app @ ../app", "`app @ ../app` is not `NAME[HASH] @ LOCATION`"),
        ("pypi: ./a\n  name: a\n  editable: 1", "`editable` must be true or false, not `1`"),
        ("pypi: ./a\n  name: a\n  conda: ./a", "one key of `conda`, `conda_source` and `pypi`"),
        (
            "conda_source: a[0] @ a\n  build_packages:\n  - conda: x",
            "pixi.lock:12: `x` is not among the packages",
        ),
    ],
)
def test_an_entry_that_says_too_little_is_refused(entry: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        one(entry)
    assert message in str(caught.value)


def test_version_4_entries_say_what_they_are() -> None:
    with pytest.raises(InputError, match="`kind` must be conda or pypi, not `deb`"):
        one("kind: deb\n  url: x", version=4)
    with pytest.raises(InputError, match="the entry says neither `url` nor `path`"):
        one("kind: conda\n  name: x", version=4)


@pytest.mark.parametrize("text", ["", "[]", "7", "a: b", "version: 7", "environments: {}"])
def test_other_documents_are_no_pixi_lock(text: str) -> None:
    refused(text)


def test_no_message_says_a_credential() -> None:
    text = VERSION_7.replace("- pypi: https://", "- pypi: https://me:hunter2@", 1)
    error = refused(text)
    assert "hunter2" not in f"{error}{error.cause}{error.hint}"
