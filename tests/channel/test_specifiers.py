"""PEP 440 ranges as conda ranges, held against both sides' own judgement."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version
from rattler import MatchSpec, PackageRecord
from rattler.package import BuildString

from envctl.channel.specifiers import conda_spec, conda_version


@pytest.mark.parametrize(
    ("pep440", "conda"),
    [
        ("", ""),
        (">=1.2,<2", ">=1.2,<2"),
        ("~=1.4.2", ">=1.4.2,1.4.*"),
        ("~=2.2", ">=2.2,2.*"),
        ("~=1!1.2", ">=1!1.2,1!1.*"),
        ("~=1.4.5a4", ">=1.4.5a4,1.4.*"),
        ("==3.1.*", "3.1.*"),
        ("!=3.1.*,>=3", ">=3,!=3.1.*"),
        ("===1.0-special", "==1.0-special"),
        ("==2.13.0+cpu", "==2.13.0"),
        (">=1.0.post1", ">=1.0.post1"),
        ("<2.0.dev3", "<2.0.dev3"),
        ("== v1.0-RC1", "==1.0rc1"),
    ],
)
def test_a_range_is_said_in_condas_words(pep440: str, conda: str) -> None:
    assert conda_spec(SpecifierSet(pep440)) == conda


@pytest.mark.parametrize(
    ("version", "conda"),
    [
        ("2.13.0+cpu", "2.13.0"),
        ("1!2.0", "1!2.0"),
        ("1.0-rc1", "1.0rc1"),
        ("1.0.post2.dev3", "1.0.post2.dev3"),
    ],
)
def test_a_version_loses_its_local_part_alone(version: str, conda: str) -> None:
    assert conda_version(version) == conda


releases = st.lists(st.integers(0, 3), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
epochs = st.sampled_from(["", "", "", "1!"])
finals = st.builds(lambda epoch, release: f"{epoch}{release}", epochs, releases)
anything = st.builds(
    lambda final, suffix: final + suffix,
    finals,
    st.sampled_from(["", "a1", "b2", "rc1", ".post1", "rc1.dev2", ".post1.dev1"]),
)


def clauses(versions: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    plain = st.builds(
        lambda operator, version: operator + version,
        st.sampled_from(["==", "!=", ">=", "<=", "<", ">"]),
        versions,
    )
    starred = st.builds(
        lambda operator, version: f"{operator}{version}.*", st.sampled_from(["==", "!="]), finals
    )
    compatible = finals.filter(lambda version: "." in version).map(lambda version: f"~={version}")
    return st.one_of(plain, starred, compatible)


def conda_matches(spec: str, version: str) -> bool:
    record = PackageRecord("x", version, BuildString("0"), 0, "noarch")
    return MatchSpec(f"x {spec}".strip()).matches(record)


@given(st.lists(clauses(finals), max_size=3).map(",".join), finals)
def test_final_releases_match_as_in_pep_440(specifiers: str, version: str) -> None:
    range_ = SpecifierSet(specifiers)
    assert conda_matches(conda_spec(range_), conda_version(version)) == range_.contains(version)


@given(st.lists(clauses(anything), max_size=3).map(",".join), anything)
def test_other_releases_match_as_in_pep_440_but_for_the_known_differences(
    specifiers: str, version: str
) -> None:
    range_, candidate = SpecifierSet(specifiers), Version(version)
    differing = {
        release
        for part in range_
        for release in [Version(part.version.removesuffix(".*")).release]
        if part.operator in ("<", ">") or release != candidate.release
    }
    trimmed = {_trim(release) for release in differing}  # `0a1` and `0.0a1` are one in PEP 440 alone
    if _trim(candidate.release) not in trimmed:
        assert conda_matches(conda_spec(range_), conda_version(version)) == range_.contains(
            version, prereleases=True
        )


@pytest.mark.parametrize(
    ("specifier", "version", "pep440", "conda"),
    [
        ("<2", "2rc1", False, True),
        (">2", "2.post1", False, True),
        (">=2.dev1", "2a1", True, False),
        ("==0a1", "0.0a1", True, False),
    ],
)
def test_the_known_differences_are_these(specifier: str, version: str, pep440: bool, conda: bool) -> None:
    range_ = SpecifierSet(specifier)
    assert range_.contains(version, prereleases=True) is pep440
    assert conda_matches(conda_spec(range_), conda_version(version)) is conda


def _trim(release: tuple[int, ...]) -> tuple[int, ...]:
    while release and release[-1] == 0:
        release = release[:-1]
    return release
