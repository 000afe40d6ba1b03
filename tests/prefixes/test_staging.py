"""Building beside the place and putting in place in one step."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from envctl.errors import AbsentError, FailedError, RefusedError, UsageError
from envctl.prefixes.finding import find_place
from envctl.prefixes.guard import refuse_occupied, refuse_running
from envctl.prefixes.locking import locked
from envctl.prefixes.place import Place, new_place
from envctl.prefixes.removal import remove_place, remove_tree
from envctl.prefixes.root import Root
from envctl.prefixes.staging import staged


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(data=tmp_path / "root", cache=tmp_path / "cache")


def build(place: Place, content: str, *, keep: int = 1) -> None:
    with staged(place, keep=keep if place.name else 0) as staging:
        (staging.build / "conda-meta").mkdir()
        (staging.build / "conda-meta" / "history").touch()
        (staging.build / "content").write_text(content)


def test_a_named_environment_becomes_a_link_to_its_generation(root: Root) -> None:
    place = new_place(root, name="web", prefix=None)
    build(place, "one")
    assert place.prefix.is_symlink()
    assert place.prefix.readlink() == Path("../generations/web/1")
    assert (place.prefix / "content").read_text() == "one"


def test_a_rebuilt_named_environment_is_the_next_generation_and_the_one_before_is_kept(root: Root) -> None:
    place = new_place(root, name="web", prefix=None)
    for content in ("one", "two", "three"):
        build(place, content)
    assert place.prefix.readlink() == Path("../generations/web/3")
    assert sorted(entry.name for entry in place.generations.iterdir()) == ["2", "3"]  # type: ignore[union-attr]


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
    assert caught.value.code == "unwritable"


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


def test_a_folder_that_does_not_stay_empty_is_not_taken(root: Root, tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    with (
        pytest.raises(FailedError) as caught,
        staged(new_place(root, name=None, prefix=tmp_path / "env")) as staging,
    ):
        (staging.build / "conda-meta").mkdir()
        (tmp_path / "env" / "mine").touch()
    assert caught.value.cause == "Directory not empty"
    assert [entry.name for entry in tmp_path.iterdir()] == ["env"]
    assert [entry.name for entry in (tmp_path / "env").iterdir()] == ["mine"]


def test_a_link_that_points_nowhere_counts_as_occupied(root: Root, tmp_path: Path) -> None:
    (tmp_path / "env").symlink_to(tmp_path / "gone")
    with pytest.raises(RefusedError):
        refuse_occupied(new_place(root, name=None, prefix=tmp_path / "env"), replace=True)


def test_a_second_run_on_the_same_environment_fails_at_once(root: Root) -> None:
    place = new_place(root, name="web", prefix=None)
    with locked(root, place), pytest.raises(AbsentError) as caught, locked(root, place):
        pass
    assert caught.value.code == "environment-busy"


def test_one_environment_is_busy_by_whichever_path_it_is_named(root: Root, tmp_path: Path) -> None:
    build(new_place(root, name=None, prefix=tmp_path / "real" / "env"), "one")
    (tmp_path / "link").symlink_to("real")
    with (
        locked(root, find_place(root, str(tmp_path / "link" / "env"), {})),
        pytest.raises(AbsentError, match="another envctl run"),
        locked(root, find_place(root, str(tmp_path / "real" / "env"), {})),
    ):
        pass


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


def test_a_link_to_an_environment_stays_a_link_when_that_is_replaced(root: Root, tmp_path: Path) -> None:
    build(new_place(root, name=None, prefix=tmp_path / "real"), "one")
    (tmp_path / "link").symlink_to("real")
    tmp_path.chmod(0o755)
    build(new_place(root, name=None, prefix=tmp_path / "link"), "two")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "content").read_text() == "two"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["link", "real"]
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_a_prefix_that_is_a_named_environment_means_its_name(root: Root) -> None:
    build(new_place(root, name="web", prefix=None), "one")
    (root.data / "link").symlink_to(root.generations / "web" / "1")
    for path in (root.environments / "web", root.data / "link"):
        assert new_place(root, name=None, prefix=path) == new_place(root, name="web", prefix=None)


def test_a_folder_where_a_name_should_be_a_link_is_refused(root: Root) -> None:
    (root.environments / "web" / "conda-meta").mkdir(parents=True)
    (root.environments / "web" / "conda-meta" / "history").touch()
    with pytest.raises(RefusedError) as caught:
        refuse_occupied(new_place(root, name="web", prefix=None), replace=True)
    assert caught.value.code == "not-an-environment"


def test_an_empty_folder_keeps_its_mode(root: Root, tmp_path: Path) -> None:
    (tmp_path / "env").mkdir(mode=0o700)
    build(new_place(root, name=None, prefix=tmp_path / "env"), "one")
    assert (tmp_path / "env").stat().st_mode & 0o777 == 0o700


def test_a_signal_in_the_last_step_waits_for_its_end(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    place = new_place(root, name="web", prefix=None)
    replace = Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        if target == place.prefix:
            signal.raise_signal(signal.SIGINT)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(place, "one")
    assert (place.prefix / "content").read_text() == "one"


def test_no_generation_is_taken_away_that_envctl_itself_runs_in(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = new_place(root, name="web", prefix=None)
    build(place, "one")
    monkeypatch.setattr(sys, "prefix", str(place.prefix.resolve()))
    build(place, "two")
    with pytest.raises(RefusedError) as caught:
        refuse_occupied(place, replace=True)
    assert caught.value.code == "own-environment"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what processes run from")
def test_a_process_is_told_once_where_a_link_leads_to_the_root(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    place = new_place(Root(data=tmp_path / "link", cache=tmp_path), name="web", prefix=None)
    build(place, "one")
    with subprocess.Popen(["cat"], cwd=place.prefix, stdin=subprocess.PIPE) as process:
        with pytest.raises(AbsentError, match=r"^a process runs in web$"):
            refuse_running(place)
        process.kill()


def test_a_conda_installation_is_never_replaced(root: Root, tmp_path: Path) -> None:
    place = new_place(root, name=None, prefix=tmp_path / "miniconda")
    build(place, "one")
    (place.prefix / "condabin").mkdir()
    with pytest.raises(RefusedError) as caught:
        refuse_occupied(place, replace=True)
    assert caught.value.code == "conda-installation"


@pytest.mark.parametrize("folder", ["it's", 'a"b', "a:b", "a\nb"])
def test_a_folder_that_would_break_scripts_is_refused(root: Root, tmp_path: Path, folder: str) -> None:
    with pytest.raises(UsageError):
        new_place(root, name=None, prefix=tmp_path / folder)


def test_removing_a_link_touches_nothing_of_what_it_points_to(tmp_path: Path) -> None:
    (tmp_path / "target" / "folder").mkdir(parents=True, mode=0o755)
    (tmp_path / "link").symlink_to("target")
    remove_tree(tmp_path / "link")
    assert [entry.name for entry in tmp_path.iterdir()] == ["target"]
    assert (tmp_path / "target" / "folder").stat().st_mode & 0o777 == 0o755


def test_removing_a_tree_touches_nothing_above_it(tmp_path: Path) -> None:
    (tmp_path / "tree" / "locked").mkdir(parents=True)
    (tmp_path / "tree" / "locked" / "file").touch()
    (tmp_path / "tree" / "locked").chmod(0o500)
    tmp_path.chmod(0o755)
    remove_tree(tmp_path / "tree")
    assert list(tmp_path.iterdir()) == []
    assert tmp_path.stat().st_mode & 0o777 == 0o755
