"""The files in an environment that no package owns, and how they come into the next generation."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from forged_prefix import SITE_PACKAGES, Conda, Pip, forge

from envctl.errors import FailedError
from envctl.prefixes.carrying import carry_over
from envctl.prefixes.records import read_records
from envctl.prefixes.unowned import unowned_files

PYTHON = Conda(name="python", version="3.11.7", build="0_cpython", files={"bin/python": "python"})
OLD, NEW = "generations/web/1", "generations/web/2"


def write(file: Path, text: str = "mine") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def unowned(prefix: Path) -> tuple[str, ...]:
    return unowned_files(prefix, read_records(prefix))


def carry(folder: Path) -> tuple[str, ...]:
    """Bring what no package owns in generation 1 into what is built for generation 2."""
    old, build = folder / OLD, folder / "build"
    build.mkdir(exist_ok=True)
    return carry_over(unowned(old), old=old, build=build, final=folder / NEW)


def test_what_packages_brought_is_theirs(tmp_path: Path) -> None:
    conda = Conda(name="numpy", files={"lib/libnumpy.so": "code"}, links={"lib/libnumpy.so.1": "libnumpy.so"})
    pip = Pip(name="greet", files={"greet.py": "code", "../../../bin/greet": "#!"})
    assert unowned(forge(tmp_path, conda=[PYTHON, conda], pip=[pip])) == ()


def test_what_people_added_is_not_wherever_it_is(tmp_path: Path) -> None:
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="greet")])
    added = ["bin/mine", "conda-meta/pinned", "data/model.bin", f"{SITE_PACKAGES}/mine.pth", "note.txt"]
    for path in added:
        write(tmp_path / path)
    (tmp_path / "data" / "latest").symlink_to("model.bin")
    assert unowned(tmp_path) == tuple(sorted([*added, "data/latest"]))


def test_in_a_folder_of_a_package_is_not_all_the_packages(tmp_path: Path) -> None:
    paths = [{"_path": "var/log", "path_type": "directory"}]
    forge(tmp_path, conda=[Conda(name="server", fields={"paths_data": {"paths": paths}})])
    write(tmp_path / "var" / "log" / "today")
    assert unowned(tmp_path) == ("var/log/today",)


def test_what_conda_envctl_and_python_keep_for_themselves_is_left_out(tmp_path: Path) -> None:
    forge(tmp_path, conda=[PYTHON], variables={"A": "1"})
    for path in ("CACHEDIR.TAG", "conda-meta/envctl/lock.json", "conda-meta/stray.json", "old.pyc",
                 f"{SITE_PACKAGES}/__pycache__/mine.cpython-311.pyc"):  # fmt: skip
        write(tmp_path / path)
    assert unowned(tmp_path) == ()


def test_a_distribution_whose_record_is_broken_has_no_files_but_its_metadata(tmp_path: Path) -> None:
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="greet", files={"greet.py": "code"})])
    (tmp_path / SITE_PACKAGES / "greet-1.0.dist-info" / "RECORD").unlink()
    assert unowned(tmp_path) == (f"{SITE_PACKAGES}/greet.py",)


def test_empty_folders_sockets_and_what_links_lead_to_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = forge(tmp_path / "env")
    write(tmp_path / "elsewhere" / "file")
    (prefix / "elsewhere").symlink_to(tmp_path / "elsewhere")
    (prefix / "empty").mkdir()
    os.mkfifo(prefix / "pipe")
    monkeypatch.chdir(prefix)  # a socket's path may have about 100 bytes
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert unowned(prefix) == ("elsewhere",)


def test_files_come_along_with_mode_and_times_and_folders_with_theirs(tmp_path: Path) -> None:
    file = write(tmp_path / OLD / "private" / "deep" / "key")
    file.chmod(0o640)
    os.utime(file, (1_000_000_000, 1_000_000_000))
    file.parent.parent.chmod(0o700)
    file.parent.chmod(0o550)
    assert carry(tmp_path) == ()
    come = tmp_path / "build" / "private" / "deep" / "key"
    assert come.read_text() == "mine"
    assert (come.stat().st_mode & 0o7777, come.stat().st_mtime) == (0o640, 1_000_000_000)
    assert [folder.stat().st_mode & 0o7777 for folder in (come.parent, come.parent.parent)] == [0o550, 0o700]


def test_a_small_file_is_copied_and_a_large_one_is_one_file_with_two_names(tmp_path: Path) -> None:
    small, large = tmp_path / OLD / "small", tmp_path / OLD / "large"
    write(small, "s" * (1 << 20))
    write(large, "l" * ((1 << 20) + 1))
    assert carry(tmp_path) == ()
    assert not (tmp_path / "build" / "small").samefile(small)
    assert (tmp_path / "build" / "large").samefile(large)


def test_a_large_file_is_copied_to_another_file_system(tmp_path: Path) -> None:
    memory = Path("/dev", "shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("needs a second file system that can be written to")
    large = write(tmp_path / OLD / "large", "l" * ((1 << 20) + 1))
    build = memory / f"envctl-test-{os.getpid()}"
    build.mkdir()
    try:
        assert carry_over(["large"], old=large.parent, build=build, final=tmp_path / NEW) == ()
        assert (build / "large").read_bytes() == large.read_bytes()
    finally:
        (build / "large").unlink()
        build.rmdir()


def test_a_link_into_the_old_generation_leads_into_the_new_one_and_others_stay_as_they_are(
    tmp_path: Path,
) -> None:
    old = tmp_path / OLD
    write(old / "data" / "model")
    named = tmp_path / "spelled"
    named.symlink_to(tmp_path)
    links = {
        "absolute": old / "data" / "model",
        "spelled": named / OLD / "data" / "model",
        "whole": old,
        "other": tmp_path / "generations" / "web" / "10",
        "outside": Path("/etc/hosts"),
        "relative": Path("data/model"),
        "nowhere": Path("gone"),
    }
    for name, target in links.items():
        (old / name).symlink_to(target)
    (build := tmp_path / "build").mkdir()
    assert carry_over(unowned(old), old=old, build=build, final=named / NEW) == ()
    new = named / NEW
    assert {name: (build / name).readlink() for name in links} == links | {
        "absolute": new / "data" / "model",
        "spelled": new / "data" / "model",
        "whole": new,
    }


def test_what_the_new_generation_has_stays_and_what_has_no_place_there_is_left_out(tmp_path: Path) -> None:
    old, build, elsewhere = tmp_path / OLD, tmp_path / "build", tmp_path / "elsewhere"
    for path in ("same", "other", "now-a-folder", "now-a-file/mine", "now-a-link/mine"):
        write(old / path)
    write(build / "same")
    write(build / "other", "the package's")
    write(build / "now-a-folder" / "file")
    write(build / "now-a-file")
    elsewhere.mkdir()
    (build / "now-a-link").symlink_to(elsewhere)
    assert carry(tmp_path) == ("now-a-file/mine", "now-a-folder", "now-a-link/mine", "other")
    assert (build / "other").read_text() == "the package's"
    assert list(elsewhere.iterdir()) == []


def test_a_file_that_has_gone_since_is_not_missed(tmp_path: Path) -> None:
    write(tmp_path / OLD / "stays")
    (tmp_path / "build").mkdir()
    paths = ["gone", "stays"]
    assert carry_over(paths, old=tmp_path / OLD, build=tmp_path / "build", final=tmp_path / NEW) == ()
    assert (tmp_path / "build" / "stays").exists()


def test_what_cannot_be_read_or_written_is_an_error_with_its_path(tmp_path: Path) -> None:
    too_long = "f" * 256  # a name that no file system takes
    with pytest.raises(FailedError) as raised:
        carry_over([too_long], old=tmp_path, build=tmp_path / "build", final=tmp_path / NEW)
    assert raised.value.code == "not-carried-over"
    assert "File name too long" in (raised.value.cause or "")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_the_owner_of_a_file_stays_its_owner(tmp_path: Path) -> None:
    file = write(tmp_path / OLD / "var" / "state")
    os.chown(file, 12_345, 12_345)
    os.chown(file.parent, 12_345, 12_345)
    file.chmod(0o4755)
    assert carry(tmp_path) == ()
    come = tmp_path / "build" / "var" / "state"
    assert [(path.stat().st_uid, path.stat().st_gid) for path in (come, come.parent)] == [
        (12_345, 12_345)
    ] * 2


def test_a_folder_that_cannot_be_looked_into_is_an_error_since_what_is_in_it_would_be_lost(
    tmp_path: Path,
) -> None:
    with pytest.raises(FailedError) as raised:
        unowned_files(write(tmp_path / "no-folder"), [])
    assert raised.value.code == "unreadable-folder"
