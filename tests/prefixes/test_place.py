"""Names and folders to places."""

from pathlib import Path

import pytest

from envctl.errors import AbsentError, UsageError
from envctl.prefixes.finding import find_place
from envctl.prefixes.place import new_place
from envctl.prefixes.root import Root, find_root


def make_environment(prefix: Path) -> Path:
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "conda-meta" / "history").touch()
    return prefix


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(data=tmp_path / "root", cache=tmp_path / "cache")


def test_envctl_root_holds_environments_and_caches(tmp_path: Path) -> None:
    root = find_root({"ENVCTL_ROOT": str(tmp_path)})
    assert root.environments == tmp_path / "envs"
    assert root.packages == tmp_path / "cache" / "pkgs"


def test_a_named_environment_is_a_link_beside_its_generations(root: Root) -> None:
    place = new_place(root, name="web", prefix=None)
    assert place.prefix == root.data / "envs" / "web"
    assert place.generations == root.data / "generations" / "web"


def test_a_prefix_is_taken_as_it_is_but_absolute(
    root: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert new_place(root, name=None, prefix=Path("a/../b")).prefix == tmp_path / "b"


@pytest.mark.parametrize("name", ["a/b", "..", ".hidden", "-x", "a b", "", "x" * 121])
def test_a_name_that_could_not_be_a_folder_is_refused(root: Root, name: str) -> None:
    with pytest.raises(UsageError):
        new_place(root, name=name, prefix=None)


def test_a_name_and_a_prefix_together_are_refused(root: Root, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not both"):
        new_place(root, name="a", prefix=tmp_path)


def test_an_environment_is_found_by_name_by_folder_and_in_condas_folders(root: Root, tmp_path: Path) -> None:
    ours = make_environment(root.environments / "ours")
    theirs = make_environment(tmp_path / "conda" / "envs" / "theirs")
    environ = {"CONDA_ENVS_PATH": str(tmp_path / "conda" / "envs")}
    assert find_place(root, "ours", environ).prefix == ours
    assert find_place(root, "theirs", environ).prefix == theirs
    assert find_place(root, str(theirs), {}).prefix == theirs


def test_a_scheme_decides_between_a_name_and_a_folder(
    root: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = make_environment(root.environments / "web")
    folder = make_environment(tmp_path / "here" / "web")
    monkeypatch.chdir(tmp_path / "here")
    assert find_place(root, "web", {}).prefix == named
    assert find_place(root, "env:web", {}).prefix == named
    assert find_place(root, "prefix:web", {}).prefix == folder


def test_the_words_of_the_schemes_are_names_and_folders_like_others(
    root: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = make_environment(root.environments / "prefix")
    folder = make_environment(tmp_path / "env")
    monkeypatch.chdir(tmp_path)
    assert find_place(root, "prefix", {}).prefix == named
    assert find_place(root, "env", {}).prefix == folder


def test_links_in_a_circle_are_no_environment(root: Root, tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(AbsentError) as caught:
        find_place(root, str(tmp_path / "circle"), {})
    assert caught.value.code == "no-environment"


def test_a_folder_that_is_no_environment_is_not_one(root: Root, tmp_path: Path) -> None:
    with pytest.raises(AbsentError) as caught:
        find_place(root, str(tmp_path), {})
    assert caught.value.code == "no-environment"
