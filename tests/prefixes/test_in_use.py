"""Which processes run from a folder, asked of real ones."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from envctl.prefixes.in_use import Process, processes_in

pytestmark = pytest.mark.skipif(not Path("/proc/self/exe").exists(), reason="only Linux has /proc")


@contextmanager
def running(*command: str | Path, **options: object) -> Iterator[int]:
    """A process that has said that it is there; its number."""
    process = subprocess.Popen(
        [*map(str, command)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        **options,  # type: ignore[call-overload]
    )
    try:
        assert process.stdout.readline() == b"there\n"
        yield process.pid
    finally:
        process.kill()
        process.communicate()


SAY = "print('there', flush=True); input()"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "env" / "bin").mkdir(parents=True)
    return tmp_path / "env"


def test_a_program_of_the_folder_runs_in_it(folder: Path) -> None:
    shell = shutil.copy(Path("/bin/sh").resolve(), folder / "bin" / "my-shell")
    with running(shell, "-c", "echo there; read line") as pid:
        assert processes_in(folder) == (Process(pid=pid, program="my-shell"),)
    assert processes_in(folder) == ()


def test_a_program_that_was_removed_still_runs_from_there(folder: Path) -> None:
    shell = Path(shutil.copy(Path("/bin/sh").resolve(), folder / "bin" / "my-shell"))
    with running(shell, "-c", "echo there; read line") as pid:
        shell.unlink()
        assert [process.pid for process in processes_in(folder)] == [pid]


def test_a_process_that_stands_in_the_folder_counts(folder: Path) -> None:
    with running(sys.executable, "-c", SAY, cwd=folder) as pid:
        assert [process.pid for process in processes_in(folder)] == [pid]


def test_a_foreign_program_that_has_mapped_a_library_of_the_folder_counts(folder: Path) -> None:
    (folder / "library").write_bytes(b"x" * 4096)
    code = f"import mmap; f = open({str(folder / 'library')!r}); m = mmap.mmap(f.fileno(), 0, prot=1); {SAY}"
    with running(sys.executable, "-c", code) as pid:
        assert [process.pid for process in processes_in(folder)] == [pid]


def test_a_link_to_the_folder_means_the_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "name").symlink_to(folder)
    with running(sys.executable, "-c", SAY, cwd=folder) as pid:
        assert [process.pid for process in processes_in(tmp_path / "name")] == [pid]


def test_a_folder_whose_name_begins_alike_is_another(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "env-2").mkdir()
    with running(sys.executable, "-c", SAY, cwd=tmp_path / "env-2"):
        assert processes_in(folder) == ()


def test_of_another_users_process_its_first_words_tell(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = folder / "bin" / "server"
    script.write_text(SAY)

    def refused(path: str) -> str:
        raise PermissionError(path)

    with running(sys.executable, script) as pid, running(sys.executable, "-c", SAY, script):
        monkeypatch.setattr(os, "readlink", refused)
        assert [process.pid for process in processes_in(folder)] == [pid]


def test_this_process_is_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert processes_in(folder) == ()
