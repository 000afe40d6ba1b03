"""Reading wheels."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from envctl.channel import wheel
from envctl.errors import ExitCode, InputError


def test_a_wheel_says_what_it_is_and_needs(make_wheel, tmp_path: Path) -> None:
    path = make_wheel(
        tmp_path, "greet_all", "2.1+local",
        requires=["click>=8", "rich; extra == 'fancy'"],
        metadata="Requires-Python: >=3.9\nSummary: Says hello\nLicense: MIT\n",
        commands={"greet": "greet_all.cli:main [fancy]", "wave": "greet_all:hand.wave"},
    )  # fmt: skip
    found = wheel.read(path)
    assert (found.name, str(found.version), found.pure) == ("greet-all", "2.1+local", True)
    assert [str(line) for line in found.requires] == ["click>=8", 'rich; extra == "fancy"']
    assert (found.requires_python, found.summary, found.license) == (">=3.9", "Says hello", "MIT")
    assert found.entry_points == (("greet", "greet_all.cli:main"), ("wave", "greet_all:hand.wave"))


@pytest.mark.parametrize(
    ("tag", "pure", "glibc"),
    [
        ("py3-none-any", True, None),
        ("py2.py3-none-any", True, None),
        ("cp36-abi3-manylinux_2_28_x86_64", False, 28),
        ("cp311-cp311-manylinux2014_x86_64.manylinux_2_28_x86_64", False, 17),
        ("cp311-cp311-linux_x86_64", False, None),
        ("py3-none-manylinux1_x86_64", False, 5),
    ],
)
def test_tags_tell_where_a_wheel_runs(
    make_wheel, tmp_path: Path, tag: str, pure: bool, glibc: int | None
) -> None:
    found = wheel.read(make_wheel(tmp_path, "some", tag=tag))
    assert (found.pure, found.glibc) == (pure, glibc)


def test_a_file_that_is_no_wheel_is_a_bad_input(tmp_path: Path) -> None:
    path = tmp_path / "some-1.0-py3-none-any.whl"
    path.write_bytes(b"not a zip")
    with pytest.raises(InputError) as caught:
        wheel.read(path)
    assert (caught.value.code, caught.value.exit_code) == ("wheel-damaged", ExitCode.INPUT)
    assert caught.value.hint


def test_a_wheel_without_metadata_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "some-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("some.py", "")
    with pytest.raises(InputError) as caught:
        wheel.read(path)
    assert (caught.value.code, caught.value.cause) == ("wheel-damaged", "it has no METADATA")


@pytest.mark.parametrize("member", ["../escape.py", "/etc/escape", "a/../../escape.py"])
def test_a_member_that_leads_out_is_refused(make_wheel, tmp_path: Path, member: str) -> None:
    with pytest.raises(InputError) as caught:
        wheel.read(make_wheel(tmp_path, "some", files={member: ""}))
    assert (caught.value.code, caught.value.cause) == ("wheel-unsafe", member)
