"""Building beside the place and putting in place in one step."""

from pathlib import Path

import pytest

from envctl.errors import AbsentError, FailedError, RefusedError
from envctl.prefixes.place import Place, new_place
from envctl.prefixes.root import Root
from envctl.prefixes.staging import locked, refuse_occupied, remove_place, staged


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(data=tmp_path / "root", cache=tmp_path / "cache")


def build(place: Place, content: str) -> None:
    with staged(place) as staging:
        (staging.build / "conda-meta").mkdir()
        (staging.build / "conda-meta" / "history").touch()
        (staging.build / "content").write_text(content)


def test_a_named_environment_becomes_a_link_to_its_generation(root: Root) -> None:
    place = new_place(root, name="web", prefix=None)
    build(place, "one")
    assert place.prefix.is_symlink()
    assert place.prefix.readlink() == Path("../generations/web/1")
    assert (place.prefix / "content").read_text() == "one"


def test_a_rebuilt_named_environment_is_the_next_generation_and_the_last_goes(root: Root) -> None:
    place = new_place(root, name="web", prefix=None)
    build(place, "one")
    build(place, "two")
    assert place.prefix.readlink() == Path("../generations/web/2")
    assert [entry.name for entry in place.generations.iterdir()] == ["2"]  # type: ignore[union-attr]


def test_the_final_path_is_known_while_building(root: Root, tmp_path: Path) -> None:
    with staged(new_place(root, name=None, prefix=tmp_path / "env")) as staging:
        assert staging.final == tmp_path / "env"
        assert staging.build.parent == tmp_path
        assert not staging.final.exists()


def test_a_prefix_becomes_a_plain_folder(root: Root, tmp_path: Path) -> None:
    place = new_place(root, name=None, prefix=tmp_path / "deep" / "env")
    build(place, "one")
    assert not place.prefix.is_symlink()
    assert (place.prefix / "content").read_text() == "one"
    assert [entry.name for entry in place.prefix.parent.iterdir()] == ["env"]


def test_a_rebuilt_prefix_has_only_what_was_built(root: Root, tmp_path: Path) -> None:
    place = new_place(root, name=None, prefix=tmp_path / "env")
    build(place, "one")
    (place.prefix / "stray").touch()
    build(place, "two")
    assert sorted(entry.name for entry in place.prefix.iterdir()) == ["conda-meta", "content"]


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_nothing_is_left_when_the_build_fails(
    root: Root, tmp_path: Path, failure: type[BaseException]
) -> None:
    for place in (
        new_place(root, name="web", prefix=None),
        new_place(root, name=None, prefix=tmp_path / "a" / "b"),
    ):
        with pytest.raises(failure), staged(place) as staging:
            (staging.build / "content").touch()
            raise failure
    assert list(tmp_path.iterdir()) == []


def test_an_environment_is_as_it_was_when_its_rebuild_fails(root: Root) -> None:
    place = new_place(root, name="web", prefix=None)
    build(place, "one")
    with pytest.raises(RuntimeError), staged(place) as staging:
        (staging.build / "content").write_text("two")
        raise RuntimeError
    assert (place.prefix / "content").read_text() == "one"
    assert [entry.name for entry in place.generations.iterdir()] == ["1"]  # type: ignore[union-attr]


def test_read_only_folders_of_a_failed_build_go_too(root: Root, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), staged(new_place(root, name=None, prefix=tmp_path / "env")) as staging:
        (staging.build / "locked").mkdir()
        (staging.build / "locked" / "file").touch()
        (staging.build / "locked").chmod(0o500)
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_place_below_a_file_cannot_be_written(root: Root, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(FailedError) as caught,
        staged(new_place(root, name=None, prefix=tmp_path / "file" / "env")),
    ):
        pass
    assert caught.value.code == "prefix-unwritable"


def test_an_environment_is_refused_and_replaced_only_when_asked(root: Root) -> None:
    place = new_place(root, name="web", prefix=None)
    build(place, "one")
    with pytest.raises(RefusedError) as caught:
        refuse_occupied(place, replace=False)
    assert caught.value.code == "environment-exists"
    refuse_occupied(place, replace=True)


def test_a_folder_of_the_users_is_never_replaced(root: Root, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "thesis.tex").touch()
    place = new_place(root, name=None, prefix=tmp_path / "work")
    with pytest.raises(RefusedError) as caught:
        refuse_occupied(place, replace=True)
    assert caught.value.code == "not-an-environment"


def test_an_empty_folder_is_free(root: Root, tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    place = new_place(root, name=None, prefix=tmp_path / "env")
    refuse_occupied(place, replace=False)
    build(place, "one")
    assert (tmp_path / "env" / "content").read_text() == "one"


def test_a_link_that_points_nowhere_counts_as_occupied(root: Root, tmp_path: Path) -> None:
    (tmp_path / "env").symlink_to(tmp_path / "gone")
    with pytest.raises(RefusedError):
        refuse_occupied(new_place(root, name=None, prefix=tmp_path / "env"), replace=True)


def test_a_second_run_on_the_same_environment_fails_at_once(root: Root) -> None:
    place = new_place(root, name="web", prefix=None)
    with locked(root, place), pytest.raises(AbsentError) as caught, locked(root, place):
        pass
    assert caught.value.code == "environment-busy"


def test_removing_takes_the_link_and_every_generation(root: Root) -> None:
    place = new_place(root, name="web", prefix=None)
    build(place, "one")
    remove_place(place)
    assert not place.prefix.is_symlink()
    assert list(root.generations.iterdir()) == []


def test_removing_a_prefix_takes_the_folder(root: Root, tmp_path: Path) -> None:
    place = new_place(root, name=None, prefix=tmp_path / "env")
    build(place, "one")
    remove_place(place)
    assert list(tmp_path.iterdir()) == []
