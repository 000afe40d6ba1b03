"""Names among conda's own environments, in the folders that it is configured to use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from envctl.prefixes.finding import find_place
from envctl.prefixes.place import Place, as_named, new_place
from envctl.prefixes.root import Root
from envctl.prefixes.staging import staged


@pytest.fixture
def envs(tmp_path: Path) -> Path:
    """A folder of conda's for named environments."""
    return tmp_path / "envs"


@pytest.fixture
def root(tmp_path: Path, envs: Path) -> Root:
    """A root that puts named environments into conda's folder."""
    return Root(data=tmp_path / "data", cache=tmp_path / "cache", envs_dir=envs)


def make_environment(prefix: Path) -> Path:
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "conda-meta" / "history").touch()
    return prefix


def build(place: Place) -> Place:
    with staged(place) as staging:
        make_environment(staging.build)
    return place


def environ_of(tmp_path: Path, *folders: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "PATH": "", "CONDA_ENVS_PATH": os.pathsep.join(map(str, folders))}


def test_a_named_environment_is_a_link_in_condas_folder(root: Root, envs: Path) -> None:
    place = build(new_place(root, name="web", prefix=None))
    assert place.prefix == envs / "web"
    assert place.prefix.readlink() == Path(".envctl", "web", "1")
    assert as_named(root, envs / "web") == place
    assert as_named(root, envs / ".envctl" / "web" / "1") == place


def test_conda_takes_no_folder_of_envctls_for_an_environment(root: Root, envs: Path) -> None:
    build(new_place(root, name="web", prefix=None))
    there = [entry.name for entry in envs.iterdir() if (entry / "conda-meta" / "history").is_file()]
    assert there == ["web"]


def test_an_environment_of_condas_own_among_them_is_a_prefix_folder(root: Root, envs: Path) -> None:
    theirs = make_environment(envs / "theirs")
    assert as_named(root, theirs) == Place(name=None, prefix=theirs)
    (envs / "link").symlink_to("theirs")
    assert as_named(root, envs / "link") == Place(name=None, prefix=envs / "link")


def test_an_environment_keeps_its_name_when_another_folder_is_configured(
    root: Root, envs: Path, tmp_path: Path
) -> None:
    place = build(new_place(root, name="web", prefix=None))
    later = Root(data=root.data, cache=root.cache, envs_dir=tmp_path / "other")
    assert find_place(later, "web", environ_of(tmp_path, tmp_path / "other", envs)) == place
    assert find_place(later, str(envs / "web"), environ_of(tmp_path)) == place


def test_an_environment_made_before_a_folder_was_configured_keeps_its_name(
    root: Root, tmp_path: Path
) -> None:
    before = build(new_place(Root(data=root.data, cache=root.cache), name="web", prefix=None))
    assert before.prefix == root.data / "envs" / "web"
    assert find_place(root, "web", environ_of(tmp_path)) == before


def test_names_are_sought_in_every_configured_folder_the_first_first(root: Root, tmp_path: Path) -> None:
    one = make_environment(tmp_path / "one" / "web")
    two = make_environment(tmp_path / "two" / "web")
    environ = environ_of(tmp_path, tmp_path / "two", tmp_path / "one")
    assert find_place(root, "web", environ).prefix == two
    (tmp_path / ".condarc").write_text("envs_dirs: [~/one]\n")
    assert find_place(root, "web", environ_of(tmp_path)).prefix == one


def test_names_are_sought_where_conda_has_them_without_any_configuration(root: Root, tmp_path: Path) -> None:
    home = make_environment(tmp_path / ".conda" / "envs" / "mine")
    base = make_environment(tmp_path / "miniforge" / "envs" / "theirs")
    environ = {**environ_of(tmp_path), "CONDA_ROOT": str(tmp_path / "miniforge")}
    assert find_place(root, "mine", environ).prefix == home
    assert find_place(root, "theirs", environ).prefix == base


def test_an_environment_that_envctl_has_is_found_without_any_configuration_being_read(
    root: Root, tmp_path: Path
) -> None:
    place = build(new_place(root, name="web", prefix=None))
    (tmp_path / ".condarc").write_text("no: [mapping\n")
    assert find_place(root, "web", environ_of(tmp_path)) == place
