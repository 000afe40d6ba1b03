"""Where templates are found, and what is said when one is not."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from envctl.errors import UsageError
from envctl.templating.catalog import default_search_path, find, shipped
from envctl.templating.listing import list_all

Write = Callable[..., Path]


def test_the_search_path_is_the_variable_then_here_then_the_shipped_ones(tmp_path: Path) -> None:
    environ = {"ENVCTL_TEMPLATES": os.pathsep.join(["/a", "b", ""])}
    assert default_search_path(environ, tmp_path) == (
        Path("/a"),
        tmp_path / "b",
        tmp_path / "templates",
        shipped(),
    )


def test_in_a_checkout_of_envctl_the_shipped_folder_counts_once() -> None:
    assert default_search_path({}, shipped().parent) == (shipped(),)


def test_an_unknown_name_is_an_error_with_the_nearest_ones_and_where_was_searched(folder: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find("pytorch-gpu-cu12", search=[folder, shipped()])
    error = caught.value
    assert error.code == "unknown-template"
    assert error.message == "there is no template 'pytorch-gpu-cu12'"
    assert error.cause == f"searched in {folder}, {shipped()}"
    assert error.hint is not None
    assert error.hint.startswith("did you mean pytorch-gpu-cu12")


def test_a_name_that_is_like_none_gets_the_whole_list(write: Write, folder: Path) -> None:
    write("one")
    with pytest.raises(UsageError) as caught:
        find("zzz", search=[folder])
    assert caught.value.hint == "known are one"


def test_a_name_is_not_a_path(write: Write, folder: Path) -> None:
    write("one")
    with pytest.raises(UsageError):
        find("../mine/one", search=[folder])


def test_an_addon_asked_for_as_a_template_is_told_apart() -> None:
    with pytest.raises(UsageError) as caught:
        find("serving", search=[shipped()])
    assert caught.value.hint == "serving is an add-on: put it on top of a template with `--with serving`"


def test_a_template_asked_for_as_an_addon_is_told_apart() -> None:
    with pytest.raises(UsageError) as caught:
        find("pytorch-cpu", search=[shipped()], kind="addon")
    assert caught.value.code == "unknown-addon"
    assert caught.value.hint == "pytorch-cpu is a template, not an add-on: `envctl render pytorch-cpu`"


def test_the_first_folder_wins_and_the_list_says_what_it_hides(write: Write, folder: Path) -> None:
    mine = write("pytorch-cpu", "channels: [mine]\n")
    assert find("pytorch-cpu", search=[folder, shipped()]).path == mine
    entry = next(one for one in list_all(search=[folder, shipped()]) if one.name == "pytorch-cpu")
    assert (entry.summary, entry.origin) == ("about pytorch-cpu", "ENVCTL_TEMPLATES")
    assert entry.shadows == (str(shipped() / "pytorch-cpu.yaml"),)


def test_the_list_has_templates_then_addons_with_their_parameters(write: Write, folder: Path) -> None:
    write("b", "params: {python: {default: '3.11', allowed: ['3.11'], help: minor}}\n")
    write("a")
    write("more", addon=True)
    listed = list_all(search=[folder])
    assert [(one.kind, one.name, one.summary) for one in listed] == [
        ("template", "a", "about a"),
        ("template", "b", "about b"),
        ("addon", "more", "about more"),
    ]
    (python,) = listed[1].params
    assert (python.name, python.default, python.allowed, python.help) == (
        "python",
        "3.11",
        ("3.11",),
        "minor",
    )


def test_a_broken_file_is_listed_with_its_problem(folder: Path) -> None:
    (folder / "bad.yaml").write_text("name: bad\nsummary: s\nchannel: x\n")
    (entry,) = list_all(search=[folder])
    assert entry.problem == f"{folder / 'bad.yaml'}:3: unknown key 'channel' in the template"


def test_templates_in_the_working_directory_are_found(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("local", where=tmp_path / "templates")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ENVCTL_TEMPLATES", raising=False)
    assert find("local").origin == "./templates"
    assert find("pytorch-cpu").origin == "shipped"


def test_folders_that_are_absent_are_no_error(tmp_path: Path) -> None:
    assert list_all(search=[tmp_path / "absent"]) == ()
