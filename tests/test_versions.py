"""Versions in their order, match specs taken apart and held against packages, channels by one name."""

from __future__ import annotations

import pytest
from diff_samples import conda
from hypothesis import given
from hypothesis import strategies as st

from envctl.model.packages import CondaPackage, Manager
from envctl.versions import (
    SpecParts,
    channel_key,
    compare_versions,
    spec_matches,
    spec_parts,
    virtual_matches,
)

ODD = (
    "1.0a1",
    "1!1.0",
    "2023.10",
    "1.0.dev1",
    "1.0.post1",
    "1.1.1w",
    "2024a",
    "1.0_1",
    "1.0+cpu",
    "latest",
    "",
)
VERSIONS = st.one_of(
    st.sampled_from(ODD),
    st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){0,3}((a|b|rc|\.post|\.dev)[0-9])?", fullmatch=True),
)
MANAGERS = st.sampled_from(("conda", "pip"))


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("1.9", "1.10"),
        ("2023.9", "2023.10"),
        ("1.0a1", "1.0"),
        ("1.0rc1", "1.0"),
        ("1.0", "1.0.post1"),
        ("2023.10", "1!1.0"),
        ("not a version", "0.0.1"),
        ("1..2", "1.2"),
        ("1", f"1.{'9' * 18}"),
    ],
)
@pytest.mark.parametrize("manager", ["conda", "pip"])
def test_both_orders_agree_on_most(older: str, newer: str, manager: Manager) -> None:
    assert compare_versions(older, newer, manager) < 0
    assert compare_versions(newer, older, manager) > 0


@pytest.mark.parametrize(
    ("one", "other", "by_conda", "by_pip"),
    [
        ("1.1.1l", "1.1.1w", -1, -1),  # no versions to pip: as text
        ("1.0.dev1", "1.0a1", 1, -1),
        ("9e", "9f", -1, -1),
        ("1.0", "1.0_1", -1, 1),  # no version to pip
        ("1.0", "1.0-1", -1, -1),  # to pip a post-release
        ("latest", "1.0", -1, -1),
        ("1.0.0", "1.0", 0, 0),
        ("1.0RC1", "1.0rc1", 0, 0),
        ("1.01", "1.1", 0, 0),
        ("1.0+cpu", "1.0", -1, 1),
        ("1.0c1", "1.0rc1", -1, 0),
    ],
)
def test_each_manager_has_its_own_order(one: str, other: str, by_conda: int, by_pip: int) -> None:
    assert (compare_versions(one, other, "conda"), compare_versions(one, other, "pip")) == (by_conda, by_pip)


@pytest.mark.parametrize("manager", ["conda", "pip"])
def test_a_version_that_no_machine_can_hold_is_none(manager: Manager) -> None:
    assert compare_versions("9" * 5000, "0.1", manager) < 0


@given(VERSIONS, VERSIONS, VERSIONS, MANAGERS)
def test_any_versions_have_one_order(one: str, two: str, three: str, manager: Manager) -> None:
    assert compare_versions(one, two, manager) == -compare_versions(two, one, manager)
    assert compare_versions(one, one, manager) == 0
    if compare_versions(one, two, manager) <= 0 and compare_versions(two, three, manager) <= 0:
        assert compare_versions(one, three, manager) <= 0


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("numpy", SpecParts(name="numpy")),
        ("NumPy=1.26", SpecParts(name="numpy", version="1.26.*")),
        ("python 3.9", SpecParts(name="python", version="==3.9")),
        ("pytorch=2.1=*cuda*", SpecParts(name="pytorch", version="==2.1", build="*cuda*")),
        ("pytorch=*=*cuda*", SpecParts(name="pytorch", build="*cuda*")),
        ("conda-forge::x", SpecParts(name="x", channel="conda-forge")),
        (
            "https://conda.anaconda.org/conda-forge/linux-64::x",
            SpecParts(name="x", channel="conda-forge", others=('subdir="linux-64"',)),
        ),
        ("https://files.example/c::x", SpecParts(name="x", channel="https://files.example/c")),
        (
            "x[extras=[a,b], build_number=1]",
            SpecParts(name="x", others=('build_number="==1"', "extras=[a, b]")),
        ),
        ("x=*=*", SpecParts(name="x")),
        ("x=>1", None),
        (f"x[build_number={'9' * 20}]", None),
        ("", None),
    ],
)
def test_a_match_spec_is_taken_apart(text: str, parts: SpecParts | None) -> None:
    assert spec_parts(text) == parts


MD5 = "d7c89558ba9fa0495403155b64376d81"


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("numpy", True),
        ("NUMPY", True),
        ("numpy >=1.26,<2", True),
        ("numpy 1.26", False),
        ("numpy=1.26", True),
        ("numpy=1.26.4=py312*", True),
        ("numpy * py311*", False),
        ("numpy[build_number=3]", True),
        ("numpy[build_number='>3']", False),
        ("numpy[subdir=noarch]", False),
        (f"numpy[md5={MD5}]", True),
        (f"numpy[md5={MD5[::-1]}]", False),
        ("scipy", False),
        ("numpy=>1", False),
        ("pytorch::numpy", True),
    ],
)
def test_a_package_answers_a_match_spec_or_not_whatever_its_channel(text: str, matches: bool) -> None:
    assert spec_matches(text, conda("numpy", "1.26.4", "py312h1_3", build_number=3, md5=MD5)) is matches


def test_of_a_package_that_is_not_built_yet_only_the_name_is_known() -> None:
    source = conda("mine", "", "", url="../mine", channel="")
    assert spec_matches("mine >=2", source)
    assert not spec_matches("yours", source)


@pytest.mark.parametrize(
    "package",
    [
        conda("numpy", "1..2"),
        conda("numpy", build="py 3"),
        conda("num py"),
        conda("numpy", build_number=-1),
        conda("numpy", md5="zz"),
    ],
)
def test_what_can_be_no_package_answers_nothing(package: CondaPackage) -> None:
    assert not spec_matches("numpy", package)


@pytest.mark.parametrize(
    ("text", "virtual", "matches"),
    [
        ("__cuda >=12", "__cuda=12.4=0", True),
        ("__cuda >=12", "__cuda=11.8=0", False),
        ("__cuda", "__cuda", True),
        ("__glibc >=2.17", "__cuda=12.4=0", False),
        ("__archspec * x86_64_v3", "__archspec=1=x86_64_v3", True),
        ("__cuda >=12", "__cuda=?=0", False),
        ("__cuda =>12", "__cuda=12=0", False),
    ],
)
def test_a_virtual_package_answers_a_match_spec_or_not(text: str, virtual: str, matches: bool) -> None:
    assert virtual_matches(text, virtual) is matches


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("conda-forge", "conda-forge"),
        ("conda-forge/", "conda-forge"),
        ("https://conda.anaconda.org/conda-forge", "conda-forge"),
        ("http://conda.anaconda.org/conda-forge/", "conda-forge"),
        ("https://conda.anaconda.org/t/tk-1234/conda-forge", "conda-forge"),
        ("https://user:secret@conda.anaconda.org/conda-forge", "conda-forge"),
        ("nvidia/label/cuda-11.8.0", "nvidia/label/cuda-11.8.0"),
        ("https://repo.anaconda.com/pkgs/main", "pkgs/main"),
        ("pkgs/main", "pkgs/main"),
        ("https://user:secret@files.example/conda-forge/", "https://files.example/conda-forge"),
        ("file:///srv/channel", "file:///srv/channel"),
    ],
)
def test_a_channel_has_one_key_however_it_is_written(written: str, key: str) -> None:
    assert channel_key(written) == key
