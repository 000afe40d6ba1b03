"""How requests and settings changed between two specifications."""

from __future__ import annotations

import pytest
from diff_samples import NAMES, spec

from envctl.diffing.specs import diff_specs
from envctl.model.diff import Setting, Wanted
from envctl.model.environment import EnvironmentSpec

REPOSITORY = "git+https://git.example/org/x"
WHEEL = "https://files.example/x-1.0-py3-none-any.whl"
ARCHIVE = "https://conda.anaconda.org/conda-forge/linux-64/x-{}-{}.conda"
HASHES = ["--hash=sha256:" + digit * 64 for digit in "12"]

CONDA = [
    ("x=1.7", "x=1.11", "upgrade,spec"),
    ("x=1!1.0", "x=2023.1", "downgrade,spec"),
    ("x==1.0rc1", "x==1.0", "upgrade,spec"),
    ("x=3.10.14", "x=3.10", "spec"),
    ("x=3.10", "x=3.10.14", "spec"),
    ("x=3.10", "x=3.1", "downgrade,spec"),
    ("x=3.9.*", "x=3.10", "upgrade,spec"),
    ("x==1.7", "x==1.7.1", "upgrade,spec"),
    ("x>=1.0", "x>=2.0", "spec"),
    ("x", "x=1.0", "spec"),
    ("x=1.0", "x", "spec"),
    ("x=1.0=cuda_0", "x=1.0=cpu_0", "build,spec"),
    ("x=1.0=cuda_0", "x=1.1=cpu_0", "upgrade,build,spec"),
    ("x=1.0=cuda_0", "x=1.0", "build,spec"),
    ("x", "conda-forge::x", "channel,spec"),
    ("conda-forge::x", "https://files.example/conda-forge::x", "channel,spec"),
    ("conda-forge::x=1.0=0", "main::x=2.0=1", "upgrade,build,channel,spec"),
    ("x[build_number=1]", "x[build_number=2]", "spec"),
    ("x", "x  # [linux]", "spec"),
    (ARCHIVE.format("1.0", "py_0"), ARCHIVE.format("1.1", "py_1"), "upgrade,build,spec"),
    (ARCHIVE.format("1.0", "py_0"), "conda-forge::x=1.0=py_0", "spec"),
    ("x=>1.0", "x>=1.0", "spec"),
]
PIP = [
    ("x==1.0", "X==1.1", "upgrade,spec"),
    ("x==1.0", "x==1.0.dev1", "downgrade,spec"),
    ("x==2.3.0+cpu", "x==2.3.0+cu118", "build,spec"),
    ("x==1.*", "x==2.*", "upgrade,spec"),
    ("x==1.*", "x==1.2", "spec"),
    ("x~=1.0", "x~=2.0", "spec"),
    ("x", "x[dev]", "spec"),
    ("x", "x; sys_platform == 'linux'", "spec"),
    ("x", f"{REPOSITORY}#egg=x", "spec,source"),
    (f"{REPOSITORY}@v1", f"{REPOSITORY}@v2", "spec,source"),
    (f"{REPOSITORY}#egg=x", f"-e {REPOSITORY}#egg=x", "spec,source"),
    ("x==1.0", WHEEL, "spec,source"),
    (WHEEL, WHEEL.replace("1.0", "1.1"), "upgrade,spec,source"),
    (f"x==1.0 {HASHES[0]}", f"x==1.0 {HASHES[1]}", "spec"),
    (f"{WHEEL} {HASHES[0]}", f"{WHEEL} {HASHES[1]}", "hash,spec"),
    (WHEEL, f"{WHEEL} {HASHES[1]}", "spec"),
    ("./lib", "./other/lib", None),
    ("x=1.0", "x==1.0", "spec"),
]


@pytest.mark.parametrize(("before", "after", "kinds"), CONDA)
def test_a_conda_request_changed_in_these_respects(before: str, after: str, kinds: str) -> None:
    (change,) = diff_specs(spec(before), spec(after), names=NAMES).changed
    assert (change.name, change.manager, change.platform, change.requested) == ("x", "conda", None, True)
    assert ",".join(change.kinds) == kinds


@pytest.mark.parametrize(("before", "after", "kinds"), PIP)
def test_a_pip_request_changed_in_these_respects(before: str, after: str, kinds: str | None) -> None:
    diff = diff_specs(spec(pip=(before,)), spec(pip=(after,)), names=NAMES)
    if kinds is None:
        assert (len(diff.removed), len(diff.added), diff.changed) == (1, 1, ())
    else:
        assert [",".join(change.kinds) for change in diff.changed] == [kinds]


def test_of_several_entries_it_is_told_that_they_changed_and_not_how() -> None:
    before = spec("x=1.0=a  # [linux]", "x=1.0=b  # [osx]")
    (change,) = diff_specs(before, spec("conda-forge::x=2.0=a"), names=NAMES).changed
    assert change.kinds == ("spec",)


def test_what_is_asked_for_anew_is_added_and_what_no_longer_is_removed() -> None:
    diff = diff_specs(spec("a", "b >=1", pip=("d",)), spec("a", "c =2", pip=()), names=NAMES)
    (added,) = diff.added
    assert (added.before, added.after) == (
        None,
        Wanted(name="c", manager="conda", specs=("c =2",), canonical=("c 2.*",)),
    )
    assert [change.name for change in diff.removed] == ["b", "d"]
    assert diff.unchanged == 1


def test_the_order_of_requests_their_comments_and_the_name_do_not_count() -> None:
    before = spec("a", "b", pip=("c", "d"), name="one", prefix="/opt/one")
    assert not diff_specs(before, spec("b", "a", pip=("d", "c"), name="two"), names=NAMES).differs


def test_an_empty_pip_section_is_none() -> None:
    assert not diff_specs(spec("a", pip=()), spec("a"), names=NAMES).differs


FORGE = "https://conda.anaconda.org/conda-forge"
SAME_SETTINGS = [
    (spec(channels=("conda-forge", "nvidia")), spec(channels=(FORGE, "nvidia/"))),
    (spec(channels=("https://files.example/c",)), spec(channels=("https://me:secret@files.example/c/",))),
    (spec(platforms=("linux-64", "osx-64")), spec(platforms=("osx-64", "linux-64"))),
    (spec(pip=("-i https://pypi.example/simple",)), spec(pip=("--index-url=https://pypi.example/simple",))),
    (spec(sections={"npm": {"a": "1", "b": "2"}}), spec(sections={"npm": {"b": "2", "a": "1"}})),
    (
        spec(variables={"URL": "https://me:one@x.example"}),
        spec(variables={"URL": "https://me:two@x.example"}),
    ),
]
OTHER_SETTINGS = [
    (
        spec(channels=("conda-forge", "nvidia")),
        spec(channels=("nvidia", "conda-forge")),
        Setting(name="channels", before=("conda-forge", "nvidia"), after=("nvidia", "conda-forge")),
    ),
    (
        spec(),
        spec(channels=("https://me:secret@files.example/c",)),
        Setting(name="channels", before=None, after=("https://files.example/c",)),
    ),
    (
        spec(pip=("-i https://pypi.example/simple", "--pre")),
        spec(pip=()),
        Setting(name="pip options", before=("--index-url https://pypi.example/simple", "--pre"), after=None),
    ),
    (
        spec(pip=("--pre  # [linux]",)),
        spec(pip=("--pre",)),
        Setting(name="pip options", before=("--pre  # [linux]",), after=("--pre",)),
    ),
    (
        spec(platforms=("linux-64",)),
        spec(platforms=("osx-64", "linux-64")),
        Setting(name="platforms", before=("linux-64",), after=("linux-64", "osx-64")),
    ),
    (
        spec(variables={"A": "1"}),
        spec(variables={"A": "2"}),
        Setting(name="variables.A", before=("1",), after=("2",)),
    ),
    (spec(variables={"A": ""}), spec(), Setting(name="variables.A", before=("",), after=None)),
    (
        spec(sections={"npm": ["a", {"b": 1}]}),
        spec(sections={"npm": ["a"]}),
        Setting(name="npm", before=("a", '{"b": 1}'), after=("a",)),
    ),
    (
        spec(),
        spec(sections={"npm": {"b": ["1"], None: "x"}}),
        Setting(name="npm", before=None, after=("None: x", 'b: ["1"]')),
    ),
    (spec(), spec(sections={"odd": "text"}), Setting(name="odd", before=None, after=("text",))),
]


@pytest.mark.parametrize(("before", "after"), SAME_SETTINGS)
def test_settings_that_mean_the_same(before: EnvironmentSpec, after: EnvironmentSpec) -> None:
    assert not diff_specs(before, after, names=NAMES).differs


@pytest.mark.parametrize(("before", "after", "setting"), OTHER_SETTINGS)
def test_settings_that_differ(before: EnvironmentSpec, after: EnvironmentSpec, setting: Setting) -> None:
    assert diff_specs(before, after, names=NAMES).settings == (setting,)


def test_settings_are_sorted_by_name() -> None:
    after = spec(channels=("c",), pip=("--pre",), platforms=("p",), variables={"V": ""}, sections={"npm": []})
    names = [setting.name for setting in diff_specs(spec(), after, names=NAMES).settings]
    assert names == ["channels", "npm", "pip options", "platforms", "variables.V"]
