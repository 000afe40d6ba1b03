"""envctl killed while it changes an environment of a container image, whose folder cannot be renamed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import killed
import pytest
from kill_scenarios import make_sources
from own_mounts import OwnMounts, own_mounts

PARTS = 40
WORD = "prefix:place/web"
COMMANDS = {
    f"update {WORD} new.yml": "new\n",
    "create -f new.yml -p place/web --replace": "new\n",
    f"rollback {WORD} --to 1": "old\n",
}
"""Each with what the environment's program says afterwards."""

pytestmark = pytest.mark.torture


class Image:
    """A folder with an environment, which each run sees as the lower layer of an overlay of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "image"
        (self.folder / "place").mkdir(parents=True)
        make_sources(self.folder)
        self.layers = folder / "layers"
        home = self.folder / "home"
        self.env = {
            **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "ENVCTL_ROOT": str(self.folder / "root"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def does(self, mounts: OwnMounts, command: str) -> str:
        done = mounts.envctl(*command.split(), cwd=self.folder, env=self.env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run_killed(self, mounts: OwnMounts, nth: int, command: str) -> str:
        """Kill it before its Nth change; what it writes is how many it made."""
        words = [sys.executable, killed.__file__, str(nth), *command.split()]
        return mounts.run(*words, cwd=self.folder, env=self.env).stdout

    def mount(self, mounts: OwnMounts | None) -> OwnMounts:
        layers = self.layers / str(len(list(self.layers.glob("*"))))
        if mounts is None or not mounts.mount_overlay(self.folder, layers):
            pytest.skip("no overlay in an unprivileged mount namespace here")
        return mounts


@pytest.fixture(scope="module", params=COMMANDS)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Image, str, int]:
    """The image, the command and how many changes that makes."""
    image, command = Image(tmp_path_factory.mktemp("overlay")), request.param
    with own_mounts() as mounts:
        if mounts is None:
            pytest.skip("no unprivileged mounts here")
        image.does(mounts, "create -f old.yml -p place/web")
        if command.startswith("rollback"):
            image.does(mounts, f"update {WORD} new.yml")
    with own_mounts() as mounts:
        changes = image.run_killed(image.mount(mounts), 0, command)
    return image, command, int(changes)


@pytest.mark.parametrize("part", range(PARTS))
def test_it_is_the_old_one_or_the_new_one_for_whoever_looks(case: tuple[Image, str, int], part: int) -> None:
    image, command, changes = case
    with own_mounts() as own:
        mounts = image.mount(own)
        image.run_killed(mounts, 1 + changes * part // PARTS, command)
        image.does(mounts, "list")
        assert image.does(mounts, f"run {WORD} app") in ("old\n", "new\n")
        image.does(mounts, f"check {WORD} --files")
        image.does(mounts, command)
        assert image.does(mounts, f"run {WORD} app") == COMMANDS[command]
        image.does(mounts, f"check {WORD} --files")
        left = mounts.see(image.folder / "place").glob("*.envctl-*")
        assert [path.name for path in left] == []
