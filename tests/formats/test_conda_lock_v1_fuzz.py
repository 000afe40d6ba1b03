"""Whatever text comes in: a lock that survives being written, or an InputError; and any lock comes back."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envctl.credentials import has_secret
from envctl.errors import InputError
from envctl.formats.conda_lock_v1.read import loads
from envctl.formats.conda_lock_v1.write import dumps
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage, PipPackage

MD5, SHA256 = "0123456789abcdef" * 2, "0123456789abcdef" * 4
DOCUMENT: dict[str, Any] = {
    "version": 1,
    "metadata": {
        "content_hash": {"linux-64": "abc"},
        "channels": [
            {"url": "https://$USER:$PASSWORD@host.example/c", "used_env_vars": ["USER", "PASSWORD"]}
        ],
        "platforms": ["linux-64", "osx-arm64"],
        "sources": ["environment.yml"],
        "time_metadata": {"created_at": "2026-01-02T03:04:05Z"},
        "git_metadata": {"git_sha": "abc", "git_user_name": None},
        "inputs_metadata": {"environment.yml": {"md5": MD5, "sha256": None}},
        "custom_metadata": {
            "envctl.requested.linux-64": "conda a >=1\npip b",
            "envctl.virtual_packages.linux-64": "__cuda=12=0",
            "envctl.variables": '{"A": "1"}',
            "team": "vision",
        },
    },
    "package": [
        {
            "name": "a",
            "version": "1.0",
            "manager": "conda",
            "platform": "linux-64",
            "dependencies": {"python": ">=3.11,<3.12.0a0", "libgcc": ""},
            "url": "https://host.example/c/linux-64/a-1.0-py_0.conda",
            "hash": {"md5": MD5, "sha256": SHA256},
            "category": "main",
            "optional": False,
        },
        {
            "name": "b",
            "version": "2",
            "manager": "pip",
            "platform": "osx-arm64",
            "dependencies": {"c": "*"},
            "url": "https://me:secret@files.example/b.whl",
            "hash": {"sha256": SHA256},
            "source": {"type": "url", "url": "https://files.example/b.whl#x"},
            "build": "x",
            "optional": True,
        },
    ],
}
PIECES = [
    *("\n", "\r\n", "\t", "  ", "- ", "? ", ": ", "#", "[", "]", "{", "}", "'", '"', "|\n", ">", "&a ", "*a"),
    *(
        "<<: *b",
        "!!binary ",
        "!!set ",
        "!x ",
        "---\n",
        "...",
        "\ufeff",
        "\x00",
        "\x85",
        "\u2028",
        "😀",
        "null",
    ),
    *("~", "yes", "3.10", "1e3", "linux-64", "pip", "conda", "md5", "https://u:p@h/", "/t/x/", "?token=a"),
    *("envctl.", "noarch", ".conda", "-", "/", "%2F", "git+", "{}", "[]", "\\", "%", "custom_metadata"),
]
ODD = st.sampled_from(
    [None, True, 0, 1.5, "", "x", "a b", "%", [], {}, [1], {"a": 1}, {"a": None}, "[" * 100, "\ud800"]
)


@st.composite
def mutated_text(draw: st.DrawFn) -> str:
    """A document with a few pieces put in, cut out or repeated."""
    text = yaml.safe_dump(DOCUMENT, sort_keys=False)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        put = draw(st.sampled_from(["", text[start:end] * 2, *PIECES]))
        text = text[:start] + put + text[end:]
    return text


@st.composite
def mutated_data(draw: st.DrawFn) -> Any:
    """A document with one value of it replaced, removed, or moved to another key."""

    def changed(value: Any) -> Any:
        if not isinstance(value, (dict, list)) or not value or draw(st.integers(0, 4)) == 0:
            return draw(ODD)
        if isinstance(value, list):
            index = draw(st.integers(0, len(value) - 1))
            return [*value[:index], changed(value[index]), *value[index + 1 :]]
        key = draw(st.sampled_from(sorted(value)))
        rest = {name: item for name, item in value.items() if name != key}
        match draw(st.integers(0, 5)):
            case 0:
                return rest
            case 1:
                return {**rest, draw(st.sampled_from(["x", "", 1, None, "envctl.variables"])): value[key]}
            case _:
                return {**value, key: changed(value[key])}

    return changed(DOCUMENT)


def check(text: str) -> None:
    try:
        lock = loads(text, file="f.yml")
    except InputError as error:
        assert error.message.startswith("f.yml")
        assert not has_secret(f"{error} {error.cause} {error.hint}")
        return
    written = dumps(lock).text
    assert "secret" not in written
    again = loads(written, file="g.yml")
    assert dumps(again).text == written
    yaml.safe_load(written)


quick = settings(suppress_health_check=[HealthCheck.too_slow])


@settings(quick, max_examples=500)
@given(mutated_text())
def test_mutated_text_is_read_and_given_back_or_refused(text: str) -> None:
    check(text)


@settings(quick, max_examples=500)
@given(mutated_data())
def test_mutated_data_is_read_and_given_back_or_refused(document: Any) -> None:
    check(yaml.safe_dump(document, allow_unicode=True))


NAME = st.from_regex(r"[a-z_][a-z0-9_.-]{0,6}", fullmatch=True)
VERSION = st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){0,2}", fullmatch=True)
PLATFORM = st.sampled_from(["linux-64", "osx-arm64", "win-64"])
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
LINE = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
SPEC = st.sampled_from(["", " >=1,<2", " 3.11.* *_cp311", " !=1.0"])
MD5S = st.text("0123456789abcdef", min_size=32, max_size=32)
SHA256S = st.text("0123456789abcdef", min_size=64, max_size=64)
DEPENDS = st.lists(st.tuples(NAME, SPEC), max_size=3, unique_by=lambda pair: pair[0]).map(
    lambda pairs: tuple(name + spec for name, spec in pairs)
)


@st.composite
def conda_packages(draw: st.DrawFn, platform: str) -> CondaPackage:
    name, version, subdir = draw(NAME), draw(VERSION), draw(st.sampled_from([platform, "noarch"]))
    channel = draw(st.sampled_from(["https://host.example/c", "file:///opt/c", "https://host.example/$A"]))
    return CondaPackage(
        name=name,
        version=version,
        build="py_1",
        build_number=1,
        subdir=subdir,
        channel=channel,
        url=f"{channel}/{subdir}/{name}-{version}-py_1.conda",
        md5=draw(MD5S),
        sha256=draw(st.none() | SHA256S),
        depends=draw(DEPENDS),
        extras=draw(st.sampled_from([{}, {"build": "py_1"}])),
    )


@st.composite
def pip_packages(draw: st.DrawFn) -> PipPackage:
    name = draw(NAME)
    url = f"https://files.example/{name}.whl"
    source = {"type": "url", "url": f"{url}#x"}
    return PipPackage(
        name=name,
        version=draw(st.none() | VERSION),
        url=url,
        sha256=draw(SHA256S),
        md5=draw(st.none() | MD5S),
        depends=draw(DEPENDS),
        **draw(
            st.sampled_from([{}, {"direct": True}, {"direct": True, "extras": {"source": source}}]),
        ),
    )


@st.composite
def platform_locks(draw: st.DrawFn, platform: str) -> PlatformLock:
    packages = draw(
        st.lists(
            conda_packages(platform) | pip_packages(),
            max_size=5,
            unique_by=lambda package: (package.manager, package.name.strip("_.-").replace("_", "-")),
        )
    )
    return PlatformLock(
        platform=platform,
        packages=tuple(
            LockedPackage(
                package=package,
                category=draw(st.sampled_from(["main", "dev"])),
                optional=draw(st.booleans()),
                requested=(f"{package.name} >=1",)
                if package.manager == "conda" and draw(st.booleans())
                else (),
            )
            for package in packages
        ),
        virtual_packages=tuple(draw(st.lists(LINE, max_size=2, unique=True))),
        content_hash=draw(st.none() | TEXT),
    )


@st.composite
def locks(draw: st.DrawFn) -> Lock:
    metadata = {
        "sources": draw(st.lists(TEXT, max_size=2)),
        "git_metadata": draw(st.dictionaries(st.sampled_from(["git_sha", "git_user_name"]), TEXT)),
        "custom_metadata": draw(st.dictionaries(TEXT, TEXT, max_size=2)),
    }
    return Lock(
        platforms=tuple(draw(platform_locks(name)) for name in draw(st.lists(PLATFORM, unique=True))),
        channels=tuple(draw(st.lists(TEXT, max_size=2))),
        indexes=tuple(draw(st.lists(LINE, max_size=2, unique=True))),
        variables=draw(st.none() | st.dictionaries(TEXT, TEXT, max_size=2)),
        name=draw(st.none() | TEXT),
        metadata={key: value for key, value in metadata.items() if value},
    )


@settings(quick, max_examples=150)
@given(locks())
def test_any_lock_comes_back_from_its_text(lock: Lock) -> None:
    written = dumps(lock)
    assert written.lost == ()
    if not has_secret(repr(lock)):
        assert loads(written.text, file="f.yml") == lock
