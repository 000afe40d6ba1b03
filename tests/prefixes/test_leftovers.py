"""What killed runs left, at names and at prefix folders anywhere."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from envctl.prefixes.leftovers import clear_leftovers
from envctl.prefixes.locking import locked
from envctl.prefixes.place import Place, new_place
from envctl.prefixes.removal import remove_place
from envctl.prefixes.root import Root
from envctl.prefixes.staging import clean_up, staged


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(data=tmp_path / "root", cache=tmp_path / "cache")


@pytest.fixture(params=["named", "prefix"])
def place(request: pytest.FixtureRequest, root: Root, tmp_path: Path) -> Place:
    if request.param == "named":
        return new_place(root, name="web", prefix=None)
    return new_place(root, name=None, prefix=tmp_path / "far" / "env")


def kill_a_build(root: Root, place: Place) -> Path:
    """Leave what a build leaves that is killed: its folder, and the note of where it was at work."""
    with staged(place) as staging:
        pass
    folder = staging.final.parent / f".{staging.final.name}.envctl-0a1b2c3d"
    folder.mkdir()
    (folder / "file").write_bytes(b"x" * 1000)
    kill_a_note(root, place)
    return folder


def kill_a_note(root: Root, place: Place) -> None:
    with locked(root, place):
        (note,) = root.locks.glob("*.place")
        words = note.read_bytes()
    note.write_bytes(words)


def test_they_are_removed_and_told_with_what_they_took(root: Root, place: Place) -> None:
    folder = kill_a_build(root, place)
    (found,) = clear_leftovers(root)
    assert (found.place, found.paths, found.size_bytes, found.busy) == (place, (folder,), 1000, False)
    assert not folder.exists()
    assert place.prefix.exists()
    assert clear_leftovers(root) == ()


def test_where_a_run_is_at_work_nothing_is_left_yet(root: Root, place: Place) -> None:
    folder = kill_a_build(root, place)
    with locked(root, place):
        (found,) = clear_leftovers(root)
    assert found.busy
    assert folder.exists()


def test_what_a_run_builds_that_has_its_locks_elsewhere_stays(root: Root, tmp_path: Path) -> None:
    place = new_place(root, name=None, prefix=tmp_path / "far" / "env")
    anothers = Root(data=tmp_path / "another", cache=tmp_path / "cache")
    with locked(anothers, place), staged(place) as staging:
        kill_a_note(root, place)
        (found,) = clear_leftovers(root)
        assert found.busy
        with locked(root, place):
            clean_up(place)
        assert staging.build.exists()


def test_what_is_half_removed_counts(root: Root) -> None:
    (root.generations / ".web.envctl-0a1b2c3d").mkdir(parents=True)
    (found,) = clear_leftovers(root)
    assert found.place.name == "web"
    assert list(root.generations.iterdir()) == []


@pytest.mark.parametrize("step", range(6))
def test_wherever_a_removal_is_cut_off_the_environment_is_whole_or_what_is_left_is_found(
    root: Root, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    class Killed(BaseException):
        """Stands for SIGKILL: nothing is cleaned up."""

    for content in ("one", "two"):
        with staged(place) as staging:
            (staging.build / "conda-meta").mkdir()
            (staging.build / "conda-meta" / "history").touch()
            (staging.build / "content").write_text(content)
    steps = iter(range(100))
    with locked(root, place), monkeypatch.context() as patched, suppress(Killed):
        for owner, name in ((Path, "rename"), (Path, "unlink"), (shutil, "rmtree")):
            done = getattr(owner, name)

            def killed(*arguments: object, done: object = done, **named: object) -> object:
                if next(steps) == step:
                    raise Killed
                return done(*arguments, **named)  # type: ignore[operator]

            patched.setattr(owner, name, killed)
        remove_place(place)
    if place.is_environment:
        assert (place.prefix / "content").read_text() == "two"
        remove_place(place)
    if place.name is None:
        (root.locks / "noted.place").write_bytes(bytes(place.prefix))
    clear_leftovers(root)
    assert list(tmp_path.rglob("content")) == []


def test_a_root_that_is_not_there_has_none(root: Root) -> None:
    assert clear_leftovers(root) == ()
