"""Pairs of files from public repositories, two versions or two variants of one environment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from apply_diff import apply_to_spec, mirrored
from diff_samples import NAMES

from envctl.diffing.requests import requests_of
from envctl.diffing.specs import diff_specs
from envctl.formats.environment_yaml import loads
from envctl.model.diff import Change, Diff, Wanted
from envctl.model.environment import EnvironmentSpec

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "environments" / "pairs"
GOLDEN = Path(__file__).parent / "golden"
NO_YAML = "061_variant_0312sarah__land-cover"
"""Holds a file that conda cannot read either."""
PAIRS = sorted(folder.name for folder in FOLDER.glob("*") if folder.name != NO_YAML)
READ_BY_A_PERSON = sorted(file.stem for file in GOLDEN.glob("*.txt") if file.stem in PAIRS)
"""What is told of these was held against the files by eye, line by line."""
URL = re.compile(r"\S+://\S+")


@cache
def both(pair: str) -> tuple[EnvironmentSpec, EnvironmentSpec]:
    before, after = (
        loads((FOLDER / pair / name).read_bytes(), file=name).spec for name in ("a.yml", "b.yml")
    )
    return before, after


def told(diff: Diff) -> Iterator[str]:
    """Each change as a line: `~ conda pytorch: pytorch=1.7 -> pytorch=1.11 (upgrade, spec)`."""
    for sign, changes in (("+", diff.added), ("-", diff.removed), ("~", diff.changed)):
        for change in changes:
            sides = " -> ".join(specs(side) for side in (change.before, change.after) if side is not None)
            kinds = f" ({', '.join(change.kinds)})" if change.kinds else ""
            yield f"{sign} {who(change)} {without_urls(change.name)}: {sides}{kinds}"
    for setting in diff.settings:
        sides = " -> ".join(
            without_urls(*(values or ("none",))) for values in (setting.before, setting.after)
        )
        yield f"~ {setting.name}: {sides}"


def specs(side: object) -> str:
    assert isinstance(side, Wanted)
    return without_urls(*side.specs)


def without_urls(*texts: str) -> str:
    return ", ".join(URL.sub("<url>", text) for text in texts)


def who(change: Change) -> str:
    managers = [side.manager for side in (change.before, change.after) if side is not None]
    return "->".join(dict.fromkeys(managers))


@pytest.mark.parametrize("pair", READ_BY_A_PERSON)
def test_a_reviewer_is_told_what_a_person_found(pair: str) -> None:
    assert "".join(f"{line}\n" for line in told(diff_specs(*both(pair), names=NAMES))) == (
        (GOLDEN / f"{pair}.txt").read_text("utf-8")
    )


@pytest.mark.parametrize("pair", PAIRS)
def test_a_file_does_not_differ_from_itself(pair: str) -> None:
    for spec in both(pair):
        assert not diff_specs(spec, spec, names=NAMES).differs


@pytest.mark.parametrize("pair", PAIRS)
def test_the_way_back_is_the_mirror_image(pair: str) -> None:
    before, after = both(pair)
    assert diff_specs(after, before, names=NAMES[::-1]) == mirrored(diff_specs(before, after, names=NAMES))


@pytest.mark.parametrize("pair", PAIRS)
def test_the_difference_makes_the_one_from_the_other(pair: str) -> None:
    before, after = both(pair)
    made = apply_to_spec(diff_specs(before, after, names=NAMES), before)
    assert not diff_specs(made, after, names=NAMES).differs
    assert requests_of(made).packages.keys() == requests_of(after).packages.keys()
