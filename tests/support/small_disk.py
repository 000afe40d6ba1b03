"""A disk of the size that a test gives it, with all that envctl writes on it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from own_mounts import OwnMounts

ENOUGH_KIB = 65_536


class SmallDisk:
    """A tmpfs with envctl's root, the home, the temporary files and the environment `web`."""

    def __init__(self, mounts: OwnMounts, folder: Path, sources: Path) -> None:
        self._mounts = mounts
        self._folder = folder
        self._sources = sources
        folder.mkdir()

    def is_new(self, kib: int = ENOUGH_KIB) -> None:
        """Start with an empty one."""
        self._mounts.run("umount", self._folder)
        assert self._mounts.mount("tmpfs", self._folder, f"size={kib}k")
        (self._mounts.see(self._folder) / "tmp").mkdir()

    def has_left(self, kib: int) -> None:
        """Let only so much be free."""
        self._mounts.resize(self._folder, self.used_kib + kib)

    @property
    def used_kib(self) -> int:
        return self._mounts.used_kib(self._folder)

    def envctl(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        home = self._folder / "home"
        env = {
            **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "ENVCTL_ROOT": str(self._folder / "root"),
            "TMPDIR": str(self._folder / "tmp"),
        }
        done = self._mounts.envctl(*arguments, cwd=self._sources, env=env)
        return done.returncode, done.stdout, done.stderr

    def needs_kib(self, *arguments: str) -> int:
        """What a command line that succeeds takes of the disk."""
        before = self.used_kib
        self.succeeds(*arguments)
        return self.used_kib - before

    def succeeds(self, *arguments: str) -> str:
        code, out, err = self.envctl(*arguments)
        assert code == 0, err
        return out

    def is_too_full_for(self, *arguments: str) -> bool:
        """Whether it is; the error must then be clear."""
        code, _, err = self.envctl(*arguments)
        assert "Traceback" not in err
        if code != 0:
            assert (code, err.splitlines()[0]) == (4, "error: the disk is full"), err
        return code != 0

    def has_whole(self, program: str) -> None:
        """Assert that the environment is whole, and which it is by what its program says."""
        self.succeeds("check", "web", "--files")
        assert self.succeeds("run", "web", "app") == f"{program}\n"

    def has_nothing(self) -> None:
        """Assert that there is no environment, nor a part of one."""
        assert self.envctl("check", "web")[0] == 5
        there = self._mounts.see(self._folder) / "root"
        assert [*there.glob("envs/*"), *there.glob("generations/*/*"), *there.glob("generations/.*")] == []


def spread(whole_kib: int, parts: int) -> Sequence[int]:
    """Sizes between nothing and all of it."""
    return [whole_kib * (2 * part + 1) // (2 * parts) for part in range(parts)]
