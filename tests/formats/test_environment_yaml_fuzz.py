"""Whatever bytes come in: a specification that survives being written, or an InputError. 2,000 cases."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envctl.credentials import has_secret
from envctl.errors import InputError
from envctl.formats.environment_yaml import dumps, for_platform, loads
from envctl.model.environment import Dependency, EnvironmentSpec

KEYS = {"name", "channels", "dependencies", "variables", "platforms", "prefix", "category"}

SEEDS = [
    """\
name: demo
channels:
  - conda-forge
  - https://me:secret@host.example/t/token/c
  - nodefaults
dependencies:
  - python =3.10  # [linux64] why
  - conda-forge/linux-64::pytorch[version='>=2', build=cuda*]
  - "numpy>=1.26,<2"   # a reason
  - sel(win): pywin32
  - 3.10
  - pip
  - pip:
    - -r requirements.txt
    - torch @ https://host.example/t.whl?sig=secret#sha256=00
    - 'x; python_version < "3.9"'
variables:
  A: 1
  B: 'it''s'
prefix: C:\\envs\\demo
""",
    """\
base: &b {X: 1, Y: &y [a, b]}
name: !!str 1.0
channels: *y
dependencies: [python, {npm: [left-pad], pip: [a, 1.10]}]
variables: {<<: *b, Y: ~}
platforms: [linux-64, osx-arm64]
category: |
  dev
tool:
  - ? long
    key
  : >-
    folded
    text
  - 0x1F
  - 2024-01-02
""",
    "name: x\r\nchannels:\r\n- defaults\r\ndependencies:\r\n"
    "- a=1=b # [osx or (linux and not aarch64)]\r\n- pip:\r\n",
]
PIECES = [
    *(
        "\n",
        "\r\n",
        "\r",
        " ",
        "  ",
        "\t",
        "- ",
        "? ",
        ": ",
        "#",
        " # [linux]",
        "[",
        "]",
        "{",
        "}",
        "'",
        '"',
        "|\n",
    ),
    *(
        ">",
        "&a ",
        "*a",
        "<<: *b",
        "!!int ",
        "!!binary ",
        "!x ",
        "---\n",
        "...",
        "%YAML 1.1\n",
        "\ufeff",
        "\x00",
    ),
    *(
        "\x85",
        "\u2028",
        "😀",
        "null",
        "~",
        "yes",
        "3.10",
        "1e3",
        "=",
        "pip:",
        "sel(linux): ",
        "dependencies:",
        "\\",
    ),
    *(
        "https://u:p@h/",
        "/t/x/",
        "?token=a",
        "$USER",
        ",",
        "::",
        ">=",
        "@",
        "`",
        "-",
        "name: ",
        "\n  - ",
        "\n\n",
    ),
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A document with a few pieces put in, cut out or repeated."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        piece = draw(st.sampled_from(["cut", "insert", "repeat", "replace"]))
        put = draw(st.sampled_from(PIECES)) if piece in ("insert", "replace") else ""
        if piece == "repeat":
            put = text[start:end] * 2
        text = text[:start] + put + text[start if piece == "insert" else end :]
    return text


def check(data: bytes | str) -> None:
    try:
        spec = loads(data, file="f.yml").spec
    except InputError as error:
        assert error.message.startswith("f.yml")
        return
    written = dumps(spec)
    yaml.safe_load(written)
    if not has_secret(repr(spec)):
        assert loads(written, file="f.yml").spec == spec
    for_platform(spec, "linux-64")


quick = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@settings(quick, max_examples=700)
@given(mutated())
def test_mutated_text_is_read_and_given_back_or_refused(text: str) -> None:
    check(text)


@settings(quick, max_examples=300)
@given(mutated(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "latin-1"]), st.data())
def test_mutated_bytes_are_read_and_given_back_or_refused(
    text: str, encoding: str, data: st.DataObject
) -> None:
    raw = bytearray(text.encode(encoding, "replace"))
    for _ in range(data.draw(st.integers(0, 2))):
        raw[data.draw(st.integers(0, len(raw) - 1)) : 0] = data.draw(st.binary(max_size=2))
    check(bytes(raw))


SCALAR = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from([*PIECES, "a", "pip"])
)
VALUE = st.recursive(
    SCALAR,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["pip", "npm", "sel(linux)", "a b", *sorted(KEYS)]) | SCALAR, inner, max_size=4
        )
    ),
    max_leaves=10,
)


@settings(quick, max_examples=400)
@given(st.dictionaries(st.sampled_from(sorted(KEYS)) | SCALAR, VALUE, max_size=5))
def test_any_structure_is_read_and_given_back_or_refused(document: dict[Any, Any]) -> None:
    check(yaml.safe_dump(document, allow_unicode=True))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(PIECES)
WORD = st.from_regex(r"[a-z0-9_][a-z0-9_.-]{0,10}", fullmatch=True)
VERSION = st.sampled_from(
    ["", "=3.10", " >=1.26,<2", "==1.0=*cuda*", "[version='>=1']", " 3.* *_cpython", "!=1|2"]
)
SELECTOR = st.none() | st.sampled_from(["linux", "not win", "osx and arm64"])
COMMENT = st.none() | st.text("abc #:'\"é-,😀", min_size=1).map(lambda text: " ".join(text.split()) or None)
EXTRA = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
CONDA = st.builds(
    lambda channel, name, version, **rest: Dependency(text=channel + name + version, **rest),
    st.sampled_from(["", "conda-forge::", "c/linux-64::", "https://h.example/c::"]),
    WORD,
    VERSION,
    selector=SELECTOR | st.sampled_from(["sel(linux)", "sel(win)"]),
    comment=COMMENT,
)
PIP = st.builds(Dependency, text=TEXT, selector=SELECTOR, comment=COMMENT)
SPEC = st.builds(
    EnvironmentSpec,
    name=st.none() | TEXT,
    channels=st.lists(TEXT, max_size=3).map(tuple),
    dependencies=st.lists(CONDA, max_size=4).map(tuple),
    pip=st.none() | st.lists(PIP, max_size=4).map(tuple),
    sections=st.dictionaries(st.sampled_from(["npm", "r: x"]), st.lists(EXTRA, max_size=3), max_size=2),
    variables=st.dictionaries(TEXT, TEXT, max_size=3),
    platforms=st.lists(st.sampled_from(["linux-64", "osx-arm64"]), max_size=2).map(tuple),
    prefix=st.none() | TEXT,
    category=st.none() | TEXT,
    extras=st.dictionaries(TEXT.filter(lambda key: key not in KEYS), EXTRA, max_size=3),
)


@settings(quick, max_examples=600)
@given(SPEC, st.lists(TEXT, max_size=2))
def test_any_specification_comes_back_from_its_text(spec: EnvironmentSpec, header: list[str]) -> None:
    written = dumps(spec, header=header)
    assert dumps(spec, header=header) == written
    again = loads(written, file="f.yml").spec
    assert dumps(again) == dumps(spec)
    if not has_secret(repr(spec)):
        assert again == spec
