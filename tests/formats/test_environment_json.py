"""Specifications in JSON, as `conda env export --json` writes them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envctl.errors import InputError
from envctl.formats import environment_yaml
from envctl.formats.environment_json import dumps, loads
from envctl.model.environment import Dependency, EnvironmentSpec

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "environments" / "env"
FILES = sorted(REAL.iterdir()) if REAL.is_dir() else []


def test_a_specification_is_written_in_condas_layout() -> None:
    spec = EnvironmentSpec(
        name="demo",
        channels=("conda-forge", "https://me:secret@files.example/t/token/c"),
        dependencies=(Dependency(text="python=3.11", comment="why"), Dependency(text="pip")),
        pip=(Dependency(text="a @ https://me:secret@files.example/a.whl"),),
        variables={"A": "1"},
        prefix="/opt/é😀",
    )
    assert (
        dumps(spec)
        == """\
{
  "name": "demo",
  "channels": [
    "conda-forge",
    "https://files.example/c"
  ],
  "dependencies": [
    "python=3.11",
    "pip",
    {
      "pip": [
        "a @ https://files.example/a.whl"
      ]
    }
  ],
  "variables": {
    "A": "1"
  },
  "prefix": "/opt/é😀"
}
"""
    )


def test_an_empty_specification_still_has_its_lists() -> None:
    assert json.loads(dumps(EnvironmentSpec())) == {"channels": [], "dependencies": []}


def test_a_selector_stays_with_its_entry() -> None:
    spec = EnvironmentSpec(dependencies=(Dependency(text="mkl", selector="linux and not aarch64"),))
    assert json.loads(dumps(spec))["dependencies"] == [{"sel(linux and not aarch64)": "mkl"}]


@pytest.mark.parametrize(
    "spec",
    [
        EnvironmentSpec(pip=(Dependency(text="a", selector="linux"),)),
        EnvironmentSpec(extras={"x": float("inf")}),
    ],
)
def test_what_json_cannot_say_is_not_written(spec: EnvironmentSpec) -> None:
    with pytest.raises(ValueError):
        dumps(spec)


def test_condas_json_is_read() -> None:
    text = (
        '{\n\t"channels": ["defaults"],\r\n\t"dependencies":\t["python=3.11", {"pip": ["a==1.10"]}],\n'
        '  "name": null, "prefix": "C:\\\\a\\/b", "variables": {"N": "1.10"}}'
    )
    assert loads(text, file="f").spec == EnvironmentSpec(
        channels=("defaults",),
        dependencies=(Dependency(text="python=3.11"),),
        pip=(Dependency(text="a==1.10"),),
        prefix="C:\\a/b",
        variables={"N": "1.10"},
    )


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('"\\ud83d\\ude00"', "😀"),
        ('"\\uD83D\\uDE00\\u00e9"', "😀é"),
        ('"\\\\ud83d\\\\ude00"', "\\ud83d\\ude00"),
    ],
)
def test_characters_that_json_escapes_in_halves_are_read(written: str, name: str) -> None:
    document = f'{{"name": {written}, "dependencies": []}}'
    assert json.loads(document)["name"] == name
    assert loads(document.encode("utf-16"), file="f").spec.name == name


@pytest.mark.parametrize(
    "text", ['{"name": "\\ud83d", "dependencies": []}', '{"name": "a", "dependencies": [}', "[]"]
)
def test_what_is_no_specification_is_an_error(text: str) -> None:
    with pytest.raises(InputError) as caught:
        loads(text, file="f.json")
    assert caught.value.file == "f.json"


TEXT = st.text(
    st.sampled_from('a"\\/:#-\t\n\x7f\x85\u2028\ufeff😀') | st.characters(exclude_categories=["Cs"]),
    max_size=8,
)
WORD = st.text("abc019", min_size=1, max_size=5)
SPEC = st.builds(
    EnvironmentSpec,
    name=st.none() | TEXT,
    channels=st.lists(WORD, max_size=2).map(tuple),
    dependencies=st.lists(
        st.builds(
            Dependency, text=WORD, selector=st.none() | st.sampled_from(["sel(linux)", "sel(not win)"])
        ),
        max_size=3,
    ).map(tuple),
    pip=st.none() | st.lists(st.builds(Dependency, text=TEXT), max_size=3).map(tuple),
    variables=st.dictionaries(WORD, TEXT, max_size=2),
    prefix=st.none() | TEXT,
    extras=st.dictionaries(st.sampled_from(["x", "y"]), TEXT | st.integers() | st.lists(TEXT, max_size=2)),
)


@given(SPEC)
def test_any_specification_comes_back_from_its_json(spec: EnvironmentSpec) -> None:
    written = dumps(spec)
    document = json.loads(written)
    assert loads(written, file="f").spec == spec
    assert loads(json.dumps(document), file="f").spec == spec


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_real_environments_come_back_from_their_json(file: Path) -> None:
    try:
        spec = environment_yaml.loads(file.read_bytes(), file=file.name).spec
    except InputError:
        return
    spec = environment_yaml.for_platform(spec, "linux-64")
    written = dumps(spec)
    again = loads(written, file="f").spec
    assert dumps(again) == written
    assert len(again.dependencies) == len(spec.dependencies)
    assert replace(again, channels=(), dependencies=(), pip=None) == replace(
        spec, channels=(), dependencies=(), pip=None
    )
