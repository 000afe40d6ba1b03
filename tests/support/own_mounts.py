"""File systems of a test's own, in a mount namespace of its own: no rights needed, gone with the test."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


class OwnMounts:
    """A place where what is mounted is seen by the programs that are run here alone."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def run(
        self, *command: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program in it."""
        enter = ["nsenter", "--preserve-credentials", f"--target={self._pid}", "--user", "--mount"]
        there = [f"--wdns={cwd}"] if cwd else []
        return subprocess.run(
            [*enter, *there, *command], env=env, capture_output=True, text=True, check=False
        )

    def envctl(
        self, *arguments: str | Path, cwd: Path, env: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "envctl", *arguments, cwd=cwd, env=env)

    def mount(self, kind: str, folder: Path, options: str) -> bool:
        """Mount a file system over a folder. Returns whether that can be done here."""
        return self.run("mount", "-t", kind, "-o", options, kind, folder).returncode == 0

    def mount_overlay(self, folder: Path, beside: Path) -> bool:
        """Make what is in a folder the lower layer of an overlay, as an image is of a container.

        The upper layer goes into the folder `beside`. Returns whether that can be done here.
        """
        upper, work = beside / "upper", beside / "work"
        for layer in (upper, work):
            layer.mkdir(parents=True)
        # user.* attributes: a user may not set the trusted.* ones that mark a folder as opaque.
        return self.mount("overlay", folder, f"lowerdir={folder},upperdir={upper},workdir={work},userxattr")

    def resize(self, folder: Path, kib: int) -> None:
        """Give a tmpfs another size."""
        done = self.run("mount", "-o", f"remount,size={kib}k", folder)
        assert done.returncode == 0, done.stderr

    def see(self, path: Path) -> Path:
        """A path in it, as it can be looked at from outside."""
        return Path(f"/proc/{self._pid}/root{path}")

    def used_kib(self, folder: Path) -> int:
        return shutil.disk_usage(self.see(folder)).used // 1024


@contextmanager
def own_mounts() -> Iterator[OwnMounts | None]:
    """Where the system lets users mount; None where it does not."""
    if not all(map(shutil.which, ("unshare", "nsenter", "mount"))):
        yield None
        return
    command = ["unshare", "-Urm", "sh", "-c", "echo ready; exec sleep 3600"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        yield OwnMounts(process.pid) if process.stdout.readline() else None
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
