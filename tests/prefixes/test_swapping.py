"""One folder put where another stands, wherever a run is cut off and whatever the file system can."""

from __future__ import annotations

import errno
import json
import os
from contextlib import suppress
from pathlib import Path

import pytest

from envctl.prefixes import swapping
from envctl.prefixes.generations import write_number
from envctl.prefixes.place import find_place
from envctl.prefixes.root import Root
from envctl.prefixes.swapping import Swap, finish_swap, swap, unfinished


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
@pytest.mark.parametrize("step", range(12))
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
