"""Atomic writing: the whole file or the old one, with its mode and through its links."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from envctl.fsys import flush, unwritable, write_atomic


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_is_written_to_the_disk_and_one_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("content")
    flush(tmp_path)
    with pytest.raises(FileNotFoundError):
        flush(tmp_path / "absent")


@pytest.mark.parametrize(
    ("number", "fails"),
    [(errno.ENOSYS, False), (errno.EINVAL, False), (errno.EPERM, False), (errno.EIO, True)],
)
def test_a_system_that_does_not_know_how_to_is_no_failing_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, fails: bool
) -> None:
    def syncfs(_descriptor: int) -> int:
        ctypes.set_errno(number)
        return -1

    monkeypatch.setattr(ctypes, "CDLL", lambda *_name, **_options: SimpleNamespace(syncfs=syncfs))
    with pytest.raises(OSError, match=os.strerror(number)) if fails else nullcontext():
        flush(tmp_path)


def test_text_is_written_as_utf_8_with_its_line_ends(tmp_path: Path) -> None:
    write_atomic(tmp_path / "f", "é\r\n\n")
    assert (tmp_path / "f").read_bytes() == b"\xc3\xa9\r\n\n"


def test_missing_folders_are_made(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a" / "b" / "f", b"x")
    assert (tmp_path / "a" / "b" / "f").read_bytes() == b"x"


def test_an_existing_file_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_text("old")
    file.chmod(0o640)
    write_atomic(file, "new")
    assert (file.read_text(), mode(file)) == ("new", 0o640)


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomic(tmp_path / "f", "x")
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)
    assert mode(tmp_path / "f") == 0o640


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path: Path) -> None:
    target, link = tmp_path / "real" / "f", tmp_path / "link"
    write_atomic(target, "old")
    link.symlink_to(target)
    write_atomic(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_dangling_link_gets_its_target(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("absent")
    write_atomic(tmp_path / "link", "new")
    assert (tmp_path / "absent").read_text() == "new"


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    file = tmp_path / "f"
    file.write_text("old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if step == "fsync" else Path, step, fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(file, "new")
    assert (file.read_text(), names(tmp_path)) == ("old", ["f"])


def test_an_interrupt_leaves_nothing_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(tmp_path / "f", "new")
    assert names(tmp_path) == []


def test_a_folder_in_the_place_is_an_error_that_leaves_it_alone(tmp_path: Path) -> None:
    (tmp_path / "f" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="f"):
        write_atomic(tmp_path / "f", "new")
    assert names(tmp_path) == ["f"]


def test_text_that_utf_8_cannot_hold_fails_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_atomic(tmp_path / "a" / "f", "\ud800")
    assert names(tmp_path) == []


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    file = tmp_path / ("n" * 250)
    write_atomic(file, "x")
    assert file.read_text() == "x"


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomic(pipe, "x")
        assert os.read(reader, 10) == b"x"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_a_full_disk_is_told_by_the_place_and_not_by_what_was_being_written(tmp_path: Path) -> None:
    staged = tmp_path / ".env.envctl-1a2b3c4d" / "file"
    error = unwritable(tmp_path / "env", OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(staged)))
    assert error.code == "disk-full"
    assert error.cause == f"No space left on device: {tmp_path}/env"
