"""A file's format, from its content."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envctl.formats.detect import detect
from envctl.formats.environment_yaml import dumps
from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.yamlfile import decode

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "environments"
FOLDERS = {
    "env": "environment-yaml",
    "pairs": "environment-yaml",
    "conda-lock": "conda-lock-v1",
    "pixi-lock": "pixi-lock",
    "explicit": "explicit",
}
MD5 = "0123456789abcdef0123456789abcdef"
URL = "https://files.example/conda-forge/linux-64/zlib-1.3.1-h4ab18f5_1.conda"
TEXTS = {
    "environment-yaml": "name: a\ndependencies: [python]\n",
    "environment-json": '{\n  "name": "a",\n  "dependencies": ["python"]\n}\n',
    "explicit": f"# platform: linux-64\n@EXPLICIT\n{URL}\n",
    "requirements": "# why\nnumpy==1.26 \\\n  --hash=sha256:aa\n",
    "conda-lock-v1": "version: 1\nmetadata:\n  channels: []\npackage: []\n",
    "pixi-lock": "version: 6\nenvironments:\n  default: {}\npackages: []\n",
}


@pytest.mark.parametrize("expected", TEXTS)
def test_a_format_is_told_from_its_own_marks(expected: str) -> None:
    assert detect(TEXTS[expected]) == expected


@pytest.mark.parametrize("expected", TEXTS)
def test_line_ends_and_a_byte_order_mark_say_nothing(expected: str) -> None:
    assert detect("\ufeff" + TEXTS[expected].replace("\n", "\r\n")) == expected


@pytest.mark.parametrize(
    "expected", ["conda-lock-v1", "pixi-lock", "explicit", "requirements", "environment-yaml"]
)
def test_comments_above_say_nothing(expected: str) -> None:
    assert detect(f"# @EXPLICIT\n# dependencies: none\n\n{TEXTS[expected]}") == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("version", "metadata", "package"), "conda-lock-v1"),
        (("version", "environments", "packages"), "pixi-lock"),
        (("name", "channels", "dependencies"), "environment-json"),
        (("dependencies", "metadata", "package"), "environment-json"),
        (("anything",), "environment-json"),
    ],
)
def test_json_is_told_by_its_keys(keys: tuple[str, ...], expected: str) -> None:
    assert detect(json.dumps(dict.fromkeys(keys, "a"))) == expected


@pytest.mark.parametrize(
    "line",
    [
        URL,
        f"{URL}#{MD5}",
        "/my c/noarch/x-1-0.tar.bz2",
        "linux-64/x-1-0.conda",
        "/opt/pkgs/x-1-0.conda",
        "C:\\c\\win-64\\x-1-0.conda",
    ],
)
def test_archives_alone_are_an_explicit_file_without_its_mark(line: str) -> None:
    assert detect(f"# why\n\n{URL}\n{line}\n") == "explicit"


def test_the_mark_of_an_explicit_file_may_be_indented() -> None:
    assert detect(f"{URL}\n  @EXPLICIT  \nnumpy\n") == "explicit"


@pytest.mark.parametrize(
    "line",
    [
        "NumPy",
        "numpy >= 1.26, < 2  # why",
        "jax[cuda12]; python_version < '3.13'",
        "a (>1)",
        "a @ https://files.example/a.whl",
        "git+https://files.example/a.git@main#egg=a",
        "https://files.example/a-1.0.tar.bz2",
        "file:.",
        ".",
        "./a[dev]",
        "../a",
        "/src/a",
        "a-1-py3-none-any.whl",
        "-e .",
        "-r more.txt",
        "--extra-index-url https://pypi.example/simple",
    ],
)
def test_requirements_and_options_alone_are_a_requirements_file(line: str) -> None:
    assert detect(f"{line}\nscipy\n") == "requirements"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# a comment\n",
        "{}",
        "[]",
        "{name: a, dependencies: [python]}",
        '{"name": "a", dependencies: []}',
        "- python\n- numpy\n",
        "python=3.11=0\nnumpy=1.26=py311_0\n",
        "numpy\nname: a\n",
        "some words\n",
        "dependencies:\n- a\nmetadata: {}\npackage: []\nenvironments: []\npackages: []\n",
        "name: |\n  @EXPLICIT\ndependencies:\n- a\n",
        "  name: a\n  dependencies: []\n",
        '{"a":' * 100_000,
    ],
)
def test_what_is_nothing_else_for_sure_is_an_environment(text: str) -> None:
    assert detect(text) == "environment-yaml"


WORD = st.text("ab@.#-1=", min_size=1, max_size=5)


@given(
    st.lists(st.builds(Dependency, text=WORD | st.just("@EXPLICIT") | st.just(URL)), max_size=3).map(tuple),
    st.none() | st.lists(st.builds(Dependency, text=WORD), max_size=3).map(tuple),
    st.dictionaries(st.sampled_from(["metadata", "package", "environments", "packages"]), WORD),
)
def test_a_written_environment_is_taken_for_nothing_else(
    dependencies: tuple[Dependency, ...], pip: tuple[Dependency, ...] | None, extras: dict[str, str]
) -> None:
    spec = EnvironmentSpec(dependencies=dependencies, pip=pip, extras=extras)
    assert detect(dumps(spec)) == "environment-yaml"


@pytest.mark.skipif(not REAL.is_dir(), reason="the collection of real files is not in a clone")
@pytest.mark.parametrize("folder", FOLDERS)
def test_real_files_are_what_their_collection_says(folder: str) -> None:
    found = {
        str(file.relative_to(REAL)): detect(decode(file.read_bytes(), file=file.name))
        for file in sorted((REAL / folder).rglob("*"))
        if file.is_file()
    }
    early = "conda-lock/prefix-dev__pixi__examples__rerun_example__pixi.lock"  # with conda-lock's keys
    others = {early: "pixi-lock"} if early in found else {}
    assert {name: kind for name, kind in found.items() if kind != FOLDERS[folder]} == others


def test_a_file_of_windows_is_told_too() -> None:
    data = codecs.BOM_UTF16_LE + TEXTS["environment-yaml"].encode("utf-16-le")
    assert detect(decode(data, file="f")) == "environment-yaml"
