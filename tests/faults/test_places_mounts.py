"""Environments on file systems that cannot do what the usual ones can."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from kill_scenarios import PLACES, WORDS, make_sources
from own_mounts import OwnMounts, own_mounts


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sources(tmp_path_factory.mktemp("sources"))


class Machine:
    """A folder with everything in it, seen with mounts of its own."""

    def __init__(self, mounts: OwnMounts, folder: Path, sources: Path) -> None:
        self.mounts = mounts
        self.folder = folder
        self.sources = sources
        (folder / "place").mkdir(parents=True)

    def envctl(self, command: str) -> subprocess.CompletedProcess[str]:
        words = [str(self.sources / word) if word.endswith(".yml") else word for word in command.split()]
        home = self.folder / "home"
        env = {
            **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "ENVCTL_ROOT": str(self.folder / "root"),
        }
        return self.mounts.envctl(*words, cwd=self.folder, env=env)

    def does(self, command: str) -> str:
        done = self.envctl(command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refuses(self, command: str) -> None:
        """Because something may not be written, which it says."""
        done = self.envctl(command)
        assert done.returncode == 4, done.stderr
        assert done.stderr.startswith("error: cannot write ")

    def has_whole(self, word: str, program: str) -> None:
        self.does(f"check {word} --files")
        assert self.does(f"run {word} app") == f"{program}\n"

    def hidden(self) -> list[str]:
        """What envctl left beside environments, but for earlier generations of folders."""
        return [path.name for path in self.mounts.see(self.folder).rglob(".*.envctl-*")]


@pytest.fixture
def machine(tmp_path: Path, sources: Path) -> Iterator[Machine]:
    with own_mounts() as mounts:
        if mounts is None:
            pytest.skip("no unprivileged mounts here")
        yield Machine(mounts, tmp_path / "machine", sources)


def test_files_are_copied_where_the_cache_is_on_another_file_system(machine: Machine) -> None:
    assert machine.mounts.mount("tmpfs", machine.folder / "place", "size=16m")
    machine.does("create -f new.yml -p place/web")
    machine.does("create -f new.yml -n web")
    machine.has_whole("prefix:place/web", "new")
    far, near = (
        machine.mounts.see(machine.folder / prefix / "share" / "one" / "1").stat()
        for prefix in ("place/web", "root/generations/web/1")
    )
    assert (far.st_nlink, near.st_nlink) == (1, 2)
    machine.does("update prefix:place/web old.yml")
    machine.has_whole("prefix:place/web", "old")


def test_nothing_changes_on_a_file_system_that_may_only_be_read(machine: Machine) -> None:
    assert machine.mounts.mount("tmpfs", machine.folder / "place", "size=16m")
    machine.does("create -f old.yml -p place/web")
    machine.mounts.run("mount", "-o", "remount,ro", machine.folder / "place")
    machine.refuses("create -f old.yml -p place/other")
    machine.refuses("create -f new.yml -p place/web --replace")
    machine.refuses("update prefix:place/web new.yml")
    machine.refuses("remove prefix:place/web -y")
    machine.has_whole("prefix:place/web", "old")
    place = machine.mounts.see(machine.folder / "place")
    assert [entry.name for entry in place.iterdir()] == ["web"]


def test_a_cache_that_may_only_be_read_is_said_and_nothing_changes(machine: Machine) -> None:
    machine.does("create -f old.yml -n web")
    cache = machine.folder / "root" / "cache"
    machine.mounts.run("mount", "--bind", cache, cache)
    machine.mounts.run("mount", "-o", "remount,bind,ro", cache)
    machine.refuses("create -f old.yml -n other")
    machine.refuses("update web new.yml")
    machine.has_whole("web", "old")
    assert [entry.name for entry in (machine.folder / "root" / "generations").iterdir()] == ["web"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("command", ["update {word} new.yml", "create -f new.yml {place} --replace"])
def test_an_environment_of_a_container_image_is_changed_and_gone_back_from(
    machine: Machine, place: str, command: str
) -> None:
    """Its folder is in an overlay's lower layer, and cannot be renamed."""
    machine.does(f"create -f old.yml {' '.join(PLACES[place])}")
    if not machine.mounts.mount_overlay(machine.folder, machine.folder.parent / "layers"):
        pytest.skip("no overlay in an unprivileged mount namespace here")
    machine.does(command.format(word=WORDS[place], place=" ".join(PLACES[place])))
    machine.has_whole(WORDS[place], "new")
    if command.startswith("update"):
        machine.does(f"rollback {WORDS[place]}")
        machine.has_whole(WORDS[place], "old")
    assert machine.hidden() == []


@pytest.mark.parametrize("place", PLACES)
def test_an_environment_of_a_container_image_is_removed(machine: Machine, place: str) -> None:
    machine.does(f"create -f old.yml {' '.join(PLACES[place])}")
    if not machine.mounts.mount_overlay(machine.folder, machine.folder.parent / "layers"):
        pytest.skip("no overlay in an unprivileged mount namespace here")
    machine.does(f"remove {WORDS[place]} -y")
    assert machine.envctl(f"check {WORDS[place]}").returncode == 5
    machine.does(f"create -f new.yml {' '.join(PLACES[place])}")
    machine.has_whole(WORDS[place], "new")
    assert machine.hidden() == []
