"""A mistake in a template is told with its file, its line and what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from envctl.errors import ExitCode, InputError
from envctl.templating.catalog import find
from envctl.templating.document import read

Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("channel: [a]", 3, "unknown key 'channel' in the template"),
        ("channels: a", 3, "channels must be a list"),
        ("channels: [a, 1]", 3, "channels[1] must be a string, not 1"),
        ("channels:\n  - a\n  - ''\n", 5, "channels[1] must be one line of text"),
        ("params:\n  python:\n    default: 3.10\n", 5, "params.python.default must be a string, not 3.1"),
        ("params:\n  p:\n    allowed: [a]\n", 4, "params.p has no 'default'"),
        (
            "params:\n  p:\n    default: c\n    allowed: [a, b]\n",
            5,
            "the default 'c' is not allowed: one of a, b",
        ),
        ("params:\n  p:\n    default: a\n    allowed: new\n", 6, "'new' is no version range"),
        (
            "params:\n  p:\n    default: '2'\n    allowed: '>3'\n",
            5,
            "the default '2' is not allowed: a version >3",
        ),
        ("dependencies:\n  - {spec: a}\n", 4, "dependencies[0] has no 'why'"),
        ("dependencies:\n  - pip:\n    - 1\n", 5, "dependencies[0].pip[0] must be a string, not 1"),
        ("verify:\n  gpu: maybe\n", 4, "verify.gpu must be true or false"),
        ("verify:\n  count: 0\n", 4, "verify.count must be a whole number, from 1"),
        ("verify:\n  count: '8'\n", 4, "verify.count must be a whole number, from 1"),
        ("variables: {1: a}", 3, "the key 1 must be a string: put it in quotes"),
        ("extends: a\nextends: b\n", 4, "the key 'extends' stands twice"),
    ],
)
def test_a_mistake_names_file_line_and_reason(
    body: str, line: int, message: str, write: Write, folder: Path
) -> None:
    path = write("t", body)
    with pytest.raises(InputError) as caught:
        read(find("t", search=[folder]))
    assert str(caught.value) == f"{path}:{line}: {message}"
    assert caught.value.code == "bad-template"
    assert caught.value.exit_code is ExitCode.INPUT


def test_a_number_where_text_belongs_is_explained(write: Write, folder: Path) -> None:
    write("t", "verify: {cuda: 12.4}")
    with pytest.raises(InputError) as caught:
        read(find("t", search=[folder]))
    assert caught.value.hint == "YAML reads 3.10 as the number 3.1 and yes as true: put it in quotes"


def test_a_misspelt_key_gets_the_nearest(write: Write, folder: Path) -> None:
    write("t", "dependancies: []")
    with pytest.raises(InputError) as caught:
        read(find("t", search=[folder]))
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("did you mean dependencies?")


def test_the_name_must_be_the_files(folder: Path) -> None:
    (folder / "a.yaml").write_text("name: b\nsummary: s\n")
    with pytest.raises(InputError, match=r"a\.yaml:1: the name is 'b' but the file is called 'a.yaml'"):
        read(find("a", search=[folder]))


def test_an_addon_lives_in_the_folder_of_addons(write: Write, folder: Path) -> None:
    write("t", "kind: addon")
    with pytest.raises(
        InputError, match="a file of kind 'addon' in the wrong folder: add-ons live in addons/"
    ):
        read(find("t", search=[folder]))


def test_an_addon_extends_nothing(write: Write, folder: Path) -> None:
    write("t", "extends: other", addon=True)
    with pytest.raises(InputError, match="an add-on extends nothing"):
        read(find("t", search=[folder], kind="addon"))


def test_broken_yaml_and_broken_text_are_input_errors(folder: Path) -> None:
    (folder / "a.yaml").write_text("name: [\n")
    (folder / "b.yaml").write_bytes(b"\xff\xfe\x00name")
    with pytest.raises(InputError) as yaml_error:
        read(find("a", search=[folder]))
    with pytest.raises(InputError) as text_error:
        read(find("b", search=[folder]))
    assert (yaml_error.value.code, text_error.value.code) == ("yaml-syntax", "unreadable-template")
