"""envctl killed before each change that it makes to files, and sixteen times while files come in."""

from __future__ import annotations

from pathlib import Path

import pytest
from kill_scenarios import SCENARIOS, Bench, make_sources

PARTS = 40
"""Into which the points of a run are dealt out. Creates and updates have more, a rollback has fewer."""

pytestmark = pytest.mark.torture


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module", params=SCENARIOS, ids=str)
def bench(request: pytest.FixtureRequest, sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("killed"), sources, request.param)


@pytest.mark.parametrize("part", range(PARTS))
def test_an_environment_is_the_old_one_or_the_new_one_after_a_kill(bench: Bench, part: int) -> None:
    for point in bench.points()[part::PARTS]:
        bench.survives(point)
