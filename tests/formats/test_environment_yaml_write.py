"""Writing environment.yml: one text for one specification, valid for every YAML reader."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from envctl.credentials import scrub
from envctl.formats.environment_yaml import dumps, loads
from envctl.model.environment import Dependency, EnvironmentSpec


def entries(*texts: str) -> tuple[Dependency, ...]:
    return tuple(Dependency(text=text) for text in texts)


def test_the_order_people_write_by_hand() -> None:
    spec = EnvironmentSpec(
        name="demo",
        channels=("conda-forge", "nodefaults"),
        dependencies=(
            Dependency(text="python=3.10"),
            Dependency(text="numpy>=1.26,<2", comment="torch was built on 1.x"),
            Dependency(text="mkl<2024.1", selector="linux", comment="iJIT_NotifyEvent"),
            Dependency(text="pywin32", selector="sel(win)"),
            Dependency(text="pip"),
        ),
        pip=(
            Dependency(text="--extra-index-url https://host.example/simple"),
            Dependency(text="torch==2.2.1+cpu"),
        ),
        sections={"npm": ["left-pad"]},
        variables={"OMP_NUM_THREADS": "4", "GREETING": "hello world"},
        platforms=("linux-64",),
        category="dev",
        prefix="/opt/demo",
        extras={"tool": {"flag": True, "items": [1, {"a": None, "b": []}, {}]}},
    )
    text = """\
# Rendered by hand.
#
# Two lines.
name: demo
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.10
  - numpy>=1.26,<2  # torch was built on 1.x
  - mkl<2024.1  # iJIT_NotifyEvent [linux]
  - sel(win): pywin32
  - pip
  - npm:
      - left-pad
  - pip:
      - --extra-index-url https://host.example/simple
      - torch==2.2.1+cpu
variables:
  OMP_NUM_THREADS: "4"
  GREETING: hello world
platforms:
  - linux-64
category: dev
prefix: /opt/demo
tool:
  flag: true
  items:
    - 1
    - a: null
      b: []
    - {}
"""
    assert dumps(spec, header=["Rendered by hand.", "", "Two lines."]) == text
    assert loads(text, file="f.yml").spec == spec


def test_the_empty_specification_keeps_the_key_that_conda_needs() -> None:
    assert dumps(EnvironmentSpec()) == "dependencies: []\n"


def test_an_empty_pip_section_is_written() -> None:
    assert dumps(EnvironmentSpec(pip=())) == "dependencies:\n  - pip: []\n"


@pytest.mark.parametrize(
    "plain",
    ["python=3.10", "3.10.4", "a:b", "a#b", "-r x", "--x y", "a, b", "x[y]", "torch==2.2.1+cpu", "é"],
)
def test_text_without_need_for_quotes_has_none(plain: str) -> None:
    assert f"  - {plain}\n" in dumps(EnvironmentSpec(channels=(plain,)))


QUOTED = (
    *(
        "3.9",
        "1",
        "010",
        "1_000",
        "0x1f",
        "0o17",
        "1e3",
        "1:30",
        ".inf",
        "2024-01-02",
        "yes",
        "No",
        "on",
        "y",
        "N",
    ),
    *(
        "true",
        "null",
        "~",
        "",
        "=",
        "<<",
        "*",
        "*.*",
        "a: b",
        "a:",
        "@x",
        "`x",
        "[x",
        "]",
        "{x",
        "#x",
        "a #b",
        "!x",
    ),
    *(
        "&x",
        "|",
        ">=1",
        "%x",
        "'x",
        '"x',
        ",x",
        "- x",
        "-",
        "? x",
        "?",
        ": x",
        ":",
        "---",
        "...",
        " x",
        "x ",
        "a\tb",
    ),
    *("a\nb", "\r", "\x00", "\x07", "\x85", "\u2028", "\ufeff", "\x7f"),
)


@pytest.mark.parametrize("text", QUOTED)
def test_text_that_would_be_read_as_something_else_is_quoted(text: str) -> None:
    written = dumps(
        EnvironmentSpec(name=text, channels=(text,), variables={text: text}, extras={"x": [text]})
    )
    assert 'name: "' in written
    assert yaml.safe_load(written) == {
        "name": text,
        "channels": [text],
        "dependencies": [],
        "variables": {text: text},
        "x": [text],
    }


@pytest.mark.parametrize(
    "value", [0, -1, 1.5, 1e20, 1e-7, float("inf"), True, None, "é😀", {"k" * 2000: ["v"]}, [[[]]]]
)
def test_other_tools_values_keep_their_type(value: Any) -> None:
    assert yaml.safe_load(dumps(EnvironmentSpec(extras={"x": value})))["x"] == value


def test_a_comment_is_one_line_of_what_yaml_allows() -> None:
    written = dumps(EnvironmentSpec(dependencies=(Dependency(text="a", comment=" b\n c\x07\u2028d "),)))
    assert written == "dependencies:\n  - a  # b c d\n"


def test_credentials_are_left_out_everywhere_and_references_stay() -> None:
    url = "https://me:hunter2@host.example/t/hunter2/c?token=hunter2"
    assert scrub(url) == "https://host.example/c?token=***"
    spec = EnvironmentSpec(
        name=url,
        channels=(url, "https://$USER:$TOKEN@host.example/c"),
        dependencies=(
            Dependency(text=f"{url}::numpy", comment=url),
            Dependency(text=f"{url}::a", selector="sel(win)"),
        ),
        pip=entries(f"--index-url {url}"),
        sections={"npm": [{url: url}]},
        variables={"INDEX": url, "PASSWORD": "kept: the user's own"},
        prefix=url,
        category=url,
        platforms=(url,),
        extras={url: {url: [url]}},
    )
    written = dumps(spec, header=[url])
    assert "hunter2" not in written
    assert "https://$USER:$TOKEN@host.example/c" in written
    assert "kept: the user's own" in written
    again = loads(written, file="f.yml").spec
    assert dumps(again) == dumps(spec)
