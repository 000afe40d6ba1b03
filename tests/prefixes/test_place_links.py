"""Environments named through links, and generations named by the folders that they are kept in."""

from __future__ import annotations

from pathlib import Path

import pytest

from envctl.errors import RefusedError
from envctl.prefixes.finding import find_place
from envctl.prefixes.place import Place, new_place, own_place
from envctl.prefixes.root import Root
from envctl.prefixes.staging import staged

LONG = "x" * 240
"""Of such a name the hidden folder beside it has only the digest."""


@pytest.fixture
def root(tmp_path: Path) -> Root:
    """A root that is named through a link, as one in a home folder on another disk."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to("disk")
    return Root(data=tmp_path / "link" / "root", cache=tmp_path / "cache")


def build(place: Place, *, times: int = 1) -> Place:
    for _ in range(times):
        with staged(place) as staging:
            (staging.build / "conda-meta").mkdir()
            (staging.build / "conda-meta" / "history").touch()
    return place


def changed(root: Root, folder: Path) -> Place:
    """What `update FOLDER` would change."""
    return own_place(root, find_place(root, str(folder), {}))


def test_the_path_that_activation_tells_means_the_name_though_the_root_is_a_link(root: Root) -> None:
    web = build(new_place(root, name="web", prefix=None))
    told = web.prefix.resolve()
    assert told.parts[-4:] == ("root", "generations", "web", "1")
    assert find_place(root, str(told), {}) == web
    assert changed(root, told) == web
    assert new_place(root, name=None, prefix=told) == web


def test_the_link_of_a_name_means_the_name_by_whichever_way_it_is_reached(root: Root, tmp_path: Path) -> None:
    web = build(new_place(root, name="web", prefix=None))
    (tmp_path / "third").symlink_to("disk/root")
    for spelled in (tmp_path / "disk" / "root" / "envs" / "web", tmp_path / "third" / "envs" / "web"):
        assert changed(root, spelled) == web


def test_a_folder_that_is_not_there_yet_is_a_name_below_the_root(root: Root, tmp_path: Path) -> None:
    new = new_place(root, name=None, prefix=tmp_path / "disk" / "root" / "envs" / "new")
    assert new == new_place(root, name="new", prefix=None)


def test_a_name_in_condas_folder_is_a_name_though_that_is_named_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to("disk")
    root = Root(data=tmp_path / "data", cache=tmp_path / "cache", envs_dir=tmp_path / "link" / "envs")
    web = build(new_place(root, name="web", prefix=None))
    assert changed(root, web.prefix.resolve()) == web


@pytest.mark.parametrize("name", ["env", "env with [odd] letters*", LONG])
def test_a_kept_generation_of_a_folder_is_not_changed(root: Root, tmp_path: Path, name: str) -> None:
    folder = build(new_place(root, name=None, prefix=tmp_path / "far" / name), times=2).prefix
    (kept,) = (tmp_path / "far").glob(".*.envctl/1")
    with pytest.raises(RefusedError) as caught:
        changed(root, kept)
    assert caught.value.code == "old-generation"
    assert caught.value.message == f"{kept} is a generation of {folder}, and not the current one"
    assert caught.value.hint is not None
    assert caught.value.hint.startswith(f"envctl rollback {folder} --to 1 ")


def test_a_new_environment_is_not_put_over_a_kept_generation(root: Root, tmp_path: Path) -> None:
    build(new_place(root, name=None, prefix=tmp_path / "env"), times=2)
    with pytest.raises(RefusedError):
        new_place(root, name=None, prefix=tmp_path / ".env.envctl" / "1")


def test_a_kept_generation_can_be_looked_at(root: Root, tmp_path: Path) -> None:
    build(new_place(root, name=None, prefix=tmp_path / "env"), times=2)
    kept = tmp_path / ".env.envctl" / "1"
    assert find_place(root, str(kept), {}) == Place(name=None, prefix=kept)
