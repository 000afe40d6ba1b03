"""Files from public repositories, told from one another in every form."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from sample_results import shown

from envctl.credentials import has_secret
from envctl.diffing.locks import diff_locks
from envctl.diffing.specs import diff_specs
from envctl.formats.reading import Description, read
from envctl.model.diff import Diff
from envctl.output.diff_fields import fields
from envctl.output.diff_markdown import markdown
from envctl.output.diff_rows import columns, rows
from envctl.output.diff_table import table
from envctl.output.diff_text import text
from envctl.output.document import document

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "environments"
NO_YAML = "061_variant_0312sarah__land-cover"
"""Has a line that is no YAML."""
SPECIFICATIONS = [
    (folder / "a.yml", folder / "b.yml")
    for folder in sorted(FOLDER.glob("pairs/*"))
    if folder.name != NO_YAML
]
LOCKS = [pair for kind in ("conda-lock", "pixi-lock") for pair in pairwise(sorted((FOLDER / kind).glob("*")))]


@cache
def reading(file: Path) -> Description:
    return read(file.read_text(encoding="utf-8-sig"), file=file.name, directory=str(file.parent))


def check(difference: Diff) -> None:
    """Every form tells all of it, on one screen where it says so, and without a credential."""
    every = rows(difference)
    lines = text(difference).splitlines()
    changes = (*difference.added, *difference.removed, *difference.changed)
    assert len(lines) == len(changes) + len(difference.settings) + len(difference.notes)
    assert all(line.count("\t") == 7 for line in lines if not line.startswith("# "))
    assert len(shown(table(difference), width=1000).splitlines()) <= 40
    assert "\n" not in "".join(row.name + row.before + row.after for row in every)
    cells = [line for line in markdown(difference).splitlines() if line.startswith("| ")]
    assert {line.replace(r"\|", "").count("|") for line in cells} <= {len(columns(difference, every)) + 1}
    for written in (text(difference), markdown(difference), document("diff", fields(difference))):
        assert not has_secret(written)


@pytest.mark.parametrize("pair", SPECIFICATIONS, ids=lambda pair: pair[0].parent.name)
def test_two_versions_of_a_specification(pair: tuple[Path, Path]) -> None:
    before, after = (reading(file).spec for file in pair)
    if before and after:
        check(diff_specs(before, after, names=("a.yml", "b.yml")))


@pytest.mark.parametrize("pair", LOCKS, ids=lambda pair: pair[1].name)
def test_two_locks(pair: tuple[Path, Path]) -> None:
    before, after = (reading(file).locks or {} for file in pair)
    shared = sorted(before.keys() & after.keys())
    assert shared
    for name in shared:
        check(diff_locks(before[name], after[name], names=("a.lock", "b.lock")))
