"""One folder put where another stands, wherever a run is cut off and whatever the file system can."""

from __future__ import annotations

import errno
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from envctl.ops.remove import find, remove
from envctl.prefixes import swapping
from envctl.prefixes.finding import find_place
from envctl.prefixes.generations import write_number
from envctl.prefixes.removal import remove_tree
from envctl.prefixes.root import Root
from envctl.prefixes.swapping import Swap, finish_swap, swap, unfinished
from envctl.progress import SILENT


class Killed(BaseException):
    """Stands for SIGKILL: nothing is cleaned up."""


@pytest.fixture
def what(tmp_path: Path) -> Swap:
    for name, number in (("env", 1), (".env.envctl-12345678", 2)):
        (tmp_path / name / "conda-meta").mkdir(parents=True)
        (tmp_path / name / "conda-meta" / "history").touch()
        (tmp_path / name / "content").write_text(str(number))
        write_number(tmp_path / name, number)
    return Swap(
        new=tmp_path / ".env.envctl-12345678", final=tmp_path / "env", kept=tmp_path / ".env.envctl" / "1"
    )


def content(folder: Path) -> str:
    return (folder / "content").read_text()


@pytest.fixture(params=["exchange", "rename", "overlay"])
def _file_system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, what: Swap) -> None:
    """What a file system can: swap two names, rename folders, or not even rename the old one."""
    if request.param != "exchange":
        monkeypatch.setattr(swapping, "exchange", lambda *_folders: False)
    if request.param == "overlay":
        rename = Path.rename

        def not_across_layers(self: Path, target: Path) -> Path:
            if self == what.final:
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", not_across_layers)


@pytest.mark.usefixtures("_file_system")
def test_the_new_one_is_there_and_the_old_one_is_kept(what: Swap, tmp_path: Path) -> None:
    swap(what)
    assert content(what.final) == "2"
    assert what.kept is not None
    assert content(what.kept) == "1"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [".env.envctl", "env"]


@pytest.mark.usefixtures("_file_system")
def test_an_old_one_that_is_not_to_be_kept_is_gone(what: Swap, tmp_path: Path) -> None:
    swap(Swap(new=what.new, final=what.final, kept=None))
    assert content(what.final) == "2"
    assert [entry.name for entry in tmp_path.iterdir()] == ["env"]


@pytest.mark.usefixtures("_file_system")
@pytest.mark.parametrize("step", range(14))
def test_wherever_it_is_cut_off_the_next_run_brings_it_to_its_end(
    what: Swap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    steps = iter(range(100))
    with monkeypatch.context() as patched:
        for name in ("rename", "replace", "unlink", "mkdir", "write_text"):
            done = getattr(Path, name)

            def killed(*arguments: object, done: object = done, **named: object) -> object:
                if next(steps) == step:
                    raise Killed
                return done(*arguments, **named)  # type: ignore[operator]

            patched.setattr(Path, name, killed)
        with suppress(Killed):
            swap(what)
    noted = unfinished(what.final)
    finish_swap(what.final)
    there = content(what.final)
    assert there == "2" if noted else there in "12"
    assert not unfinished(what.final)
    if there == "2":
        assert what.kept is not None
        assert content(what.kept) == "1"


def going_back(what: Swap) -> Swap:
    """From the first generation to the second, which is kept beside it."""
    assert what.kept is not None
    what.kept.parent.mkdir()
    new = what.new.rename(what.kept.with_name("2"))
    return Swap(new=new, final=what.final, kept=what.kept)


def in_the_lower_layer(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """Have folders that an overlay cannot rename, as those of a container's image."""
    monkeypatch.setattr(swapping, "exchange", lambda *_folders: False)
    rename = Path.rename

    def not_across_layers(self: Path, target: Path) -> Path:
        if self in folders:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", not_across_layers)


def test_one_that_cannot_be_renamed_is_gone_back_to_by_a_copy(
    what: Swap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    what = going_back(what)
    in_the_lower_layer(monkeypatch, what.new, what.final)
    swap(what)
    assert what.kept is not None
    assert (content(what.final), content(what.kept)) == ("2", "1")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [".env.envctl", "env"]
    assert [entry.name for entry in what.kept.parent.iterdir()] == ["1"]


def no_space(*_arguments: object, **_named: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_one_that_fails_before_anything_has_changed_is_not_tried_again_by_the_next_run(
    what: Swap, monkeypatch: pytest.MonkeyPatch
) -> None:
    what = going_back(what)
    in_the_lower_layer(monkeypatch, what.final)
    monkeypatch.setattr(shutil, "copytree", no_space)
    with pytest.raises(OSError, match="No space left"):
        swap(what)
    assert not unfinished(what.final)
    assert (content(what.final), content(what.new)) == ("1", "2")


def cut_off(what: Swap, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill a swap before anything has changed, on a disk that has no room for the copies that it needs."""

    def killed(*_arguments: object, **_named: object) -> None:
        raise Killed

    with monkeypatch.context() as patched, suppress(Killed):
        patched.setattr(shutil, "copytree", killed)
        swap(what)
    monkeypatch.setattr(shutil, "copytree", no_space)


def test_what_a_killed_run_has_begun_is_given_up_where_it_fails_and_nothing_has_changed(
    what: Swap, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_lower_layer(monkeypatch, what.final)
    cut_off(what, monkeypatch)
    assert unfinished(what.final)
    with pytest.raises(OSError, match="No space left"):
        finish_swap(what.final)
    assert not unfinished(what.final)
    assert content(what.final) == "1"


def test_an_environment_that_can_be_put_in_place_no_more_can_be_removed(
    what: Swap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Root(data=tmp_path / "root", cache=tmp_path / "cache")
    what = going_back(what)
    in_the_lower_layer(monkeypatch, what.new)
    cut_off(what, monkeypatch)
    remove_tree(what.final)
    remove(root, find(root, str(what.final), SILENT))
    assert [entry.name for entry in tmp_path.iterdir()] == ["root"]


def test_where_the_old_one_cannot_be_kept_it_stays(what: Swap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "mkdir", no_space)
    with pytest.raises(OSError, match="No space left"):
        swap(what)
    assert not unfinished(what.final)
    assert (content(what.final), content(what.new)) == ("1", "2")


def test_an_old_one_that_cannot_be_removed_is_in_nobodys_way(
    what: Swap, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_ours(*_arguments: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(shutil, "rmtree", not_ours)
    swap(Swap(new=what.new, final=what.final, kept=None))
    assert content(what.final) == "2"
    assert not unfinished(what.final)


def test_it_is_brought_to_its_end_where_the_disk_is_mounted_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for name, number in (("env", 1), (".env.envctl-12345678", 2)):
        (before / name / "conda-meta").mkdir(parents=True)
        (before / name / "conda-meta" / "history").touch()
        (before / name / "content").write_text(str(number))
        write_number(before / name, number)

    def killed(*_folders: Path) -> bool:
        raise Killed

    with monkeypatch.context() as patched, suppress(Killed):
        patched.setattr(swapping, "exchange", killed)
        new = before / ".env.envctl-12345678"
        swap(Swap(new=new, final=before / "env", kept=before / ".env.envctl" / "1"))
    before.rename(after)
    finish_swap(after / "env")
    assert (content(after / "env"), content(after / ".env.envctl" / "1")) == ("2", "1")


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"new": 1, "number": "x", "kept": 0}'])
def test_a_note_that_says_nothing_is_taken_away(what: Swap, text: str) -> None:
    note = what.final.parent / ".env.envctl-swap"
    note.write_text(text)
    finish_swap(what.final)
    assert not note.exists()
    assert content(what.final) == "1"


def test_whoever_looks_for_the_environment_brings_it_to_its_end(what: Swap, tmp_path: Path) -> None:
    root = Root(data=tmp_path / "root", cache=tmp_path / "cache")
    note = {"new": str(what.new), "number": 2, "kept": None}
    (tmp_path / ".env.envctl-swap").write_text(json.dumps(note))
    what.final.rename(tmp_path / "gone")
    assert find_place(root, str(what.final), {}).prefix == what.final
    assert content(what.final) == "2"
