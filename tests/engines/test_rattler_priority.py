"""The embedded engine under each channel priority that conda knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_channel import TinyChannel

from envctl.engines.interface import SolveRequest
from envctl.engines.rattler import RattlerEngine
from envctl.errors import FailedError
from envctl.model.configuration import ChannelPriority, Configuration
from envctl.prefixes.root import Root
from envctl.progress import SILENT


@pytest.fixture
def channels(tmp_path: Path) -> tuple[str, str]:
    """A first channel with an old `lib`, and one below it with a new one and an `app` that may need it."""
    first, second = TinyChannel(tmp_path / "first"), TinyChannel(tmp_path / "second")
    first.add("lib", "1.0")
    second.add("lib", "2.0")
    second.add("app", depends=["lib >=2"])
    return first.index().url, second.index().url


def versions(
    tmp_path: Path, channels: tuple[str, str], priority: ChannelPriority | None, *specs: str
) -> dict[str, str]:
    root = Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache")
    engine = RattlerEngine(root, Configuration(channel_priority=priority))
    (solution,) = engine.solve((SolveRequest(specs=specs, channels=channels),), SILENT)
    return {package.name: package.version for package in solution.packages}


@pytest.mark.parametrize(
    ("priority", "version"), [(None, "1.0"), ("strict", "1.0"), ("flexible", "1.0"), ("disabled", "2.0")]
)
def test_only_without_priority_does_a_newer_version_below_win(
    tmp_path: Path, channels: tuple[str, str], priority: ChannelPriority | None, version: str
) -> None:
    assert versions(tmp_path, channels, priority, "lib") == {"lib": version}


@pytest.mark.parametrize("priority", [None, "strict"])
def test_strict_fails_where_the_first_channels_version_does_not_fit(
    tmp_path: Path, channels: tuple[str, str], priority: ChannelPriority | None
) -> None:
    with pytest.raises(FailedError, match="app") as caught:
        versions(tmp_path, channels, priority, "app")
    assert caught.value.code == "unsatisfiable"


@pytest.mark.parametrize("priority", ["flexible", "disabled"])
def test_flexible_reaches_below_where_there_is_no_other_solution(
    tmp_path: Path, channels: tuple[str, str], priority: ChannelPriority
) -> None:
    assert versions(tmp_path, channels, priority, "app") == {"app": "1.0", "lib": "2.0"}


def test_what_no_channel_can_solve_is_told_under_flexible_too(
    tmp_path: Path, channels: tuple[str, str]
) -> None:
    with pytest.raises(FailedError) as caught:
        versions(tmp_path, channels, "flexible", "app", "lib=1")
    assert caught.value.message == "cannot be installed together: app and lib=1"
