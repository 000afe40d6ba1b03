"""A disk that fills up: one clear error, nothing half done, and the next run with space succeeds.

The suite tries a few sizes; `make torture` tries forty for each command.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from faulty_server import faulty_server
from kill_scenarios import make_sources
from own_mounts import own_mounts
from small_disk import ENOUGH_KIB, SmallDisk, spread

_MORE = [pytest.mark.torture]
KINDS = [
    pytest.param(("http", ""), id="http"),
    pytest.param(("file", "-pip"), id="file with pip"),
    pytest.param(("http", "-pip"), id="http with pip", marks=_MORE),
    pytest.param(("file", ""), id="file", marks=_MORE),
]
SIZES = [
    pytest.param(part, id=f"{part}-of-40", marks=[] if part in (14, 28, 37) else _MORE) for part in range(40)
]


@pytest.fixture(scope="module", params=KINDS)
def disk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    """With `old.yml` and `new.yml` to install from, over http or not, with a pip section or not."""
    channel, pip = request.param
    folder = tmp_path_factory.mktemp("full")
    (folder / "sources").mkdir()
    sources = make_sources(folder / "sources")
    with own_mounts() as mounts, faulty_server(sources) as server:
        if mounts is None:
            pytest.skip("no unprivileged mounts here")
        url = f"{server.url}/channel" if channel == "http" else (sources / "channel").as_uri()
        for state in ("old", "new"):
            text = (sources / f"{state}{pip}.yml").read_text()
            (sources / f"{state}.yml").write_text(text.replace((sources / "channel").as_uri(), url))
        yield SmallDisk(mounts, folder / "small", sources)


@pytest.fixture(scope="module")
def create_kib(disk: SmallDisk) -> int:
    """What a create takes."""
    disk.is_new()
    return disk.needs_kib("create", "-f", "new.yml", "-n", "web")


@pytest.fixture(scope="module")
def update_kib(disk: SmallDisk) -> int:
    """What an update takes."""
    disk.is_new()
    disk.succeeds("create", "-f", "old.yml", "-n", "web")
    return disk.needs_kib("update", "web", "new.yml")


@pytest.mark.parametrize("part", SIZES)
def test_a_create_on_a_full_disk_leaves_nothing_and_the_next_one_with_space_is_whole(
    disk: SmallDisk, create_kib: int, part: int
) -> None:
    disk.is_new(spread(create_kib, 40)[part])
    full = disk.is_too_full_for("create", "-f", "new.yml", "-n", "web")
    if full:
        disk.has_nothing()
        disk.has_left(ENOUGH_KIB)
        disk.succeeds("create", "-f", "new.yml", "-n", "web")
    disk.has_whole("new")


@pytest.mark.parametrize("part", SIZES)
def test_an_update_on_a_full_disk_leaves_the_old_one_whole_and_the_next_one_with_space_succeeds(
    disk: SmallDisk, update_kib: int, part: int
) -> None:
    disk.is_new()
    disk.succeeds("create", "-f", "old.yml", "-n", "web")
    disk.has_left(spread(update_kib, 40)[part])
    full = disk.is_too_full_for("update", "web", "new.yml")
    disk.has_whole("old" if full else "new")
    if full:
        disk.has_left(ENOUGH_KIB)
        disk.succeeds("update", "web", "new.yml")
        disk.has_whole("new")
