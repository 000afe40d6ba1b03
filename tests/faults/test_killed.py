"""A killed create or update leaves what was there or what was asked for, and the next one succeeds.

These are a few of the points that `make torture` kills at.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from kill_scenarios import SCENARIOS, Bench, make_sources

FILES_HALFWAY, LAST_STEPS = 8, -4
FEW = [each for each in SCENARIOS if each.verb in ("create", "update", "update with pip")]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module", params=FEW, ids=str)
def bench(request: pytest.FixtureRequest, sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("killed"), sources, request.param)


@pytest.mark.parametrize("point", [FILES_HALFWAY, LAST_STEPS])
def test_an_environment_is_the_old_one_or_the_new_one_after_a_kill(bench: Bench, point: int) -> None:
    bench.survives(bench.points()[point])
