"""Whatever text comes in: locks that survive being written, or an InputError. And whatever locks."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envctl.credentials import has_secret
from envctl.errors import InputError
from envctl.formats.pixi_lock.read import loads
from envctl.formats.pixi_lock.write import dumps
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage, PipPackage

SEEDS = [
    f"""\
# input_hash linux-64: {"0f" * 32}
# requested linux-64 a%20b: conda a: a >=1
version: 7
platforms:
- name: linux-64
  virtual-packages: [__glibc=2.28]
- {{name: p1, subdir: win-64}}
- name: osx-64
environments:
  default:
    channels:
    - url: https://me:secret@host.example/t/token/c/
      used_env_vars: [TOKEN]
    indexes: [https://index.example/simple]
    find-links: [{{path: ./wheels}}]
    options: {{strategy: lowest-version}}
    packages:
      linux-64:
      - conda: https://host.example/c/noarch/a-1!2-py_0.conda
      - conda_source: app[38b8d5ef] @ ./app
      - pypi: git+https://host.example/b?rev=main#{"01" * 20}
      p1: []
  a b: {{channels: [], packages: {{}}}}
packages:
- conda: https://host.example/c/noarch/a-1!2-py_0.conda
  name: A
  version: 1.10
  build_number: 20
  noarch: false
  sha256: {"0f" * 32}
  md5: {"12" * 16}
  depends: [b >=1, c]
  channel: https://mirror.example/c
  license: 1e3
  purls: [pkg:pypi/a@1]
  run_exports: {{weak: [a]}}
  size: 1000
  timestamp: 1770939786096
- conda: file:///srv/c/noarch/gcc-14-0.tar.bz2
- conda_source: app[38b8d5ef] @ ./app
  version: '0.1'
  subdir: linux-64
  variants: {{python: 3.10, debug: true, level: 2, none: ~}}
  build_packages:
  - conda: file:///srv/c/noarch/gcc-14-0.tar.bz2
- pypi: git+https://host.example/b?rev=main#{"01" * 20}
  name: B_.b
  version: 2.0
  index: https://index.example/simple
  requires_dist: ['c>=1 ; extra == "x"', not a requirement]
  requires_python: '>=3.8'
""",
    """\
version: 6
environments:
  default:
    channels:
    - url: conda-forge
    packages:
      linux-64:
      - conda: ../app
        build: second
      - pypi: ./b
        extras: [c]
    requested-packages:
      linux-64:
      - app
packages:
- conda: ../app
  name: app
  version: '0.1'
  build: first
  subdir: linux-64
- conda: ../app
  name: app
  version: '0.1'
  build: second
  subdir: linux-64
  input: {hash: 00, globs: []}
- pypi: ./b
  name: b
  version: 1.0.0
  editable: true
""",
    """\
version: 5
environments:
  default: {channels: [], packages: {linux-64: [{conda: 'https://h.example/c/noarch/a-1-0.conda'}]}}
packages:
- &a {kind: conda, name: a, version: 1, build: '0', subdir: noarch, url: 'https://h.example/c/noarch/a-1-0.conda'}
- {<<: *a, purls: []}
""",
]
PIECES = [
    *(
        "\n",
        " ",
        "  ",
        "- ",
        "? ",
        ": ",
        "#",
        "[",
        "]",
        "{",
        "}",
        "'",
        '"',
        "|\n",
        "&a ",
        "*a",
        "!!set ",
        "!!int ",
    ),
    *(
        "\x00",
        "\x85",
        "\u2028",
        "\ufeff",
        "😀",
        "null",
        "~",
        "yes",
        "3.10",
        "1e3",
        "=",
        "9" * 30,
        "-1",
        "%21",
        "\\",
    ),
    *(
        "conda: ",
        "conda_source: ",
        "pypi: ",
        "name: ",
        "version: ",
        "build_packages:",
        "extras: ",
        "kind: pypi",
    ),
    *(
        "https://u:p@h/",
        "/t/x/",
        "?token=a",
        "file:///",
        "git+",
        "#" + "ab" * 20,
        "[0] @ ",
        ".conda",
        "noarch/",
    ),
    *(
        "# requested linux-64: pip b: b\n",
        "platforms:\n",
        "packages:\n",
        "version: 6\n",
        "options: ",
        "\n  - ",
    ),
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A document with a few pieces put in, cut out or repeated."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        put = draw(st.sampled_from(["", text[start:end] * 2, *PIECES]))
        text = text[:start] + put + text[draw(st.sampled_from([start, end])) :]
    return text


def check(text: str) -> None:
    try:
        locks = loads(text, file="pixi.lock")
    except InputError as error:
        assert error.message.startswith("pixi.lock")
        assert not has_secret(f"{error.message} {error.cause}")
        return
    done = dumps(locks)
    assert not has_secret(repr(yaml.safe_load(done.text)))
    again = loads(done.text, file="pixi.lock")
    assert dumps(again).text == done.text
    assert loads(dumps(again).text, file="pixi.lock") == again


quick = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def test_the_seeds_are_read() -> None:
    for seed in SEEDS:
        loads(seed, file="pixi.lock")
        check(seed)


@settings(quick, max_examples=600)
@given(mutated())
def test_mutated_text_is_read_and_given_back_or_refused(text: str) -> None:
    check(text)


LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(PIECES)
TREE = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*PIECES, "a"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


@settings(quick, max_examples=400)
@given(st.data(), st.sampled_from(SEEDS), TREE)
def test_a_value_of_another_type_is_kept_or_refused(data: st.DataObject, seed: str, value: Any) -> None:
    document = yaml.safe_load(seed)
    *path, last = data.draw(st.sampled_from(places(document)[1:]))
    target = document
    for key in path:
        target = target[key]
    target[last] = value
    check(yaml.safe_dump(document, allow_unicode=True))


NAME = st.from_regex(r"[a-z0-9_][a-z0-9_.]{0,8}", fullmatch=True)
VERSION = st.from_regex(r"([0-9]!)?[0-9]{1,3}(\.[0-9a-z]{1,3}){0,2}", fullmatch=True)
BUILD = st.from_regex(r"[a-z0-9_]{1,8}", fullmatch=True)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(PIECES)
WORD = TEXT.filter(lambda text: bool(text.strip()))
SUBDIR = st.sampled_from(["linux-64", "noarch", "osx-arm64"])
ROOT = st.sampled_from(["https://host.example/c", "file:///srv/c", "../c"])


@st.composite
def conda_packages(draw: st.DrawFn) -> CondaPackage:
    """A package as its record says, which may be at odds with its URL."""
    name, version, build, subdir, root = draw(st.tuples(NAME, VERSION, BUILD, SUBDIR, ROOT))
    agrees = draw(st.booleans())
    kinds = ["python", "generic"] if subdir == "noarch" else [None, "python"]
    return CondaPackage(
        name=name,
        version=version,
        build=build,
        build_number=draw(st.integers(0, 9)),
        subdir=subdir,
        channel=root,
        url=f"{root}/{subdir}/{name}-{version}-{build}.conda"
        if agrees
        else f"{root}/{subdir}/x-1-{build}.tar.bz2",
        sha256=draw(st.none() | st.just("0f" * 32)),
        md5=draw(st.none() | st.just("12" * 16)),
        size_bytes=draw(st.none() | st.integers(0, 10**12)),
        depends=tuple(draw(st.lists(TEXT, max_size=3))),
        constrains=tuple(draw(st.lists(TEXT, max_size=2))),
        noarch=draw(st.sampled_from(kinds)),
        license=draw(st.none() | TEXT),
        timestamp_ms=draw(st.none() | st.integers(253_402_300_800, 10**13)),
        python_site_packages_path=draw(st.none() | TEXT),
        purls=draw(st.none() | st.sampled_from([(), ("pkg:pypi/a", "pkg:pypi/a-b?x=1")])),
        extras=draw(st.dictionaries(st.sampled_from(["license_family", "run_exports", "features"]), WORD)),
    )


pip_packages = st.builds(
    PipPackage,
    name=st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True),
    version=VERSION,
    url=st.builds("https://files.example/{}.whl".format, NAME) | st.builds("./{}-1.tar.gz".format, NAME),
    sha256=st.none() | st.just("0f" * 32),
    depends=st.lists(st.sampled_from(["a", "b>=1 ; extra == 'x'", "c @ https://h.example/c.zip"])).map(tuple),
    requires_python=st.none() | TEXT,
    index=st.none() | st.just("https://index.example/simple"),
)


REQUESTED = st.lists(
    st.sampled_from(["a >=1", "host.example::a[version='>=1']", "a: b"]), max_size=2, unique=True
).map(tuple)


@st.composite
def any_locks(draw: st.DrawFn) -> dict[str, Lock]:
    """Locks as a file says them: sorted, each package described once."""
    packages = {
        package.url: package for package in draw(st.lists(conda_packages() | pip_packages, max_size=5))
    }
    labels = {"linux-64": "linux-64", "p1": "linux-64", "win-64": "win-64"}
    virtual = {label: tuple(draw(st.lists(WORD, max_size=2))) for label in labels}
    locks = {}
    for name in draw(st.lists(st.just("default") | WORD, max_size=3)):
        parts = []
        for label in sorted(draw(st.sets(st.sampled_from(sorted(labels))))):
            urls = draw(st.sets(st.sampled_from(sorted(packages)))) if packages else set()
            by_name = {(packages[url].manager, packages[url].name): url for url in sorted(urls)}
            chosen = sorted((manager, url) for (manager, _), url in by_name.items())
            parts.append(
                PlatformLock(
                    platform=labels[label],
                    label=None if label == labels[label] else label,
                    virtual_packages=virtual[label],
                    content_hash=draw(st.none() | st.just("0f" * 32)),
                    packages=tuple(
                        LockedPackage(package=packages[url], requested=draw(REQUESTED)) for _, url in chosen
                    ),
                )
            )
        channels, indexes = (tuple(draw(st.lists(WORD, max_size=2))) for _ in range(2))
        locks[name] = Lock(name=name, platforms=tuple(parts), channels=channels, indexes=indexes)
    return locks


@settings(quick, max_examples=300)
@given(any_locks())
def test_any_locks_come_back_from_their_text(locks: dict[str, Lock]) -> None:
    done = dumps(locks)
    again = loads(done.text, file="pixi.lock")
    assert dumps(again).text == done.text
    if not has_secret(repr(locks)):
        assert again == locks
        assert done.lost == ()
