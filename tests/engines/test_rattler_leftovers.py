"""What a killed download left unpacked in part goes with the next installation, unless a run is at work."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest
from tiny_channel import TinyChannel

from envctl.engines.interface import InstallRequest, SolveRequest
from envctl.engines.rattler import RattlerEngine
from envctl.prefixes.root import Root
from envctl.progress import SILENT


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache")


@pytest.fixture
def part(root: Root, tmp_path: Path) -> Path:
    """Half of a package, and the cache that it was to go into, which somebody has used before."""
    install(root, tmp_path, "before")
    part = root.packages / ".torch-2.9.1-cpu_0a1B2c3"
    (part / "lib").mkdir(parents=True)
    (root.packages / "torch-2.9.1-cpu_0.lock").touch()
    return part


def install(root: Root, tmp_path: Path, name: str) -> None:
    channel = TinyChannel(tmp_path / name)
    channel.add(name)
    engine = RattlerEngine(root)
    (solution,) = engine.solve((SolveRequest(specs=(name,), channels=(channel.index().url,)),), SILENT)
    prefix = tmp_path / f"env-{name}"
    engine.install(InstallRequest(solution=solution, prefix=prefix, final=prefix), SILENT)


def test_it_goes_with_the_next_installation(root: Root, part: Path, tmp_path: Path) -> None:
    install(root, tmp_path, "after")
    assert not part.exists()
    assert (root.packages / "before-1.0-0").is_dir()


def test_a_folder_that_rattler_has_not_made_stays(root: Root, part: Path, tmp_path: Path) -> None:
    other = part.rename(root.packages / ".jax-0.9-cpu_0a1B2c3")
    install(root, tmp_path, "after")
    assert other.exists()


def test_it_stays_while_another_run_holds_the_cache(root: Root, part: Path) -> None:
    from envctl.engines.rattler_leftovers import clear_partial

    with (root.packages / ".cache.lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        clear_partial(root.packages)
    assert part.exists()


def test_that_lock_is_the_one_that_rattler_takes(root: Root, part: Path, tmp_path: Path) -> None:
    """It waits for who holds it."""
    import threading

    with (root.packages / ".cache.lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        thread = threading.Thread(target=install, args=(root, tmp_path, "after"))
        thread.start()
        thread.join(0.5)
        assert not (root.packages / "after-1.0-0").exists()
    thread.join(60)
    assert (root.packages / "after-1.0-0").is_dir()
    assert part.exists()
