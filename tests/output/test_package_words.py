"""What packages and the differences between them are called."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_results import change, conda, pip, wanted

from envctl.model.diff import Change, Unsatisfied
from envctl.model.packages import CondaPackage
from envctl.output.package_words import found, plain, sides, version

MIRROR = "https://mirror.example/conda-forge"


@pytest.mark.parametrize(
    ("changed", "before", "after"),
    [
        (change(None, conda("a", "1.0", "py_0")), "", "1.0"),
        (change(conda("a", "1", "py_0"), conda("a", "2", "py_1"), "upgrade"), "1", "2"),
        (change(conda("a", "1", "cpu_0"), conda("a", "1", "cuda_0"), "build"), "1 cpu_0", "1 cuda_0"),
        (
            change(conda("a", "1", channel="https://conda.example/main/"), conda("a", "1"), "channel"),
            "1 from main",
            "1 from conda-forge",
        ),
        (
            change(conda("a", "1", channel=MIRROR), conda("a", "1"), "channel"),
            "1 from https://mirror.example/conda-forge",
            "1 from https://conda.example/conda-forge",
        ),
        (
            change(
                conda("a", "1", "cpu_0"),
                conda("a", "1", "cuda_0", channel="https://conda.example/nvidia"),
                "build",
                "channel",
            ),
            "1 cpu_0 from conda-forge",
            "1 cuda_0 from nvidia",
        ),
        (
            change(conda("a", "1", sha256="1" * 64), conda("a", "1", sha256="2" * 64), "hash"),
            "1 sha256 111111111111…",
            "1 sha256 222222222222…",
        ),
        (
            change(
                conda("a", "1", sha256="1" * 64, md5="3" * 32), conda("a", "1", md5="4" * 32), "hash"
            ),
            "1 md5 333333333333…",
            "1 md5 444444444444…",
        ),
        (change(conda("a", "1"), pip("a", "2"), "upgrade", "source"), "1 by conda", "2 by pip"),
        (
            change(
                pip("a", "1", index="https://pypi.example/simple"),
                pip("a", "1", url="git+https://git.example/a@0123"),
                "source",
            ),
            "1 from https://pypi.example/simple",
            "1 from git+https://git.example/a@0123",
        ),
        (
            change(pip("a", "1"), pip("a", "1", url="./a", editable=True), "source"),
            "1 from an index",
            "1 from ./a (editable)",
        ),
        (
            change(wanted("a", "a"), replace(wanted("a", "a>1"), manager="pip"), "spec", "source"),
            "any by conda",
            ">1 by pip",
        ),
        (change(pip("a", None, url="./a"), pip("a", None, url="./b"), "source"), "./a", "./b"),
    ],
)  # fmt: skip
def test_the_two_sides_of_a_change(changed: Change, before: str, after: str) -> None:
    assert sides(changed) == (before, after)


@pytest.mark.parametrize(
    ("name", "specs", "words"),
    [
        ("numpy", ["numpy"], "any"),
        ("numpy", ["numpy >=1.26"], ">=1.26"),
        ("numpy", ["numpy=1.26=py312*"], "=1.26=py312*"),
        ("numpy", ["NumPy >=1", "numpy <3  # [linux]"], ">=1, <3  # [linux]"),
        ("mkl", ["mkl  # [linux]"], "any # [linux]"),
        ("colorama", ["colorama; sys_platform == 'win32'"], "any ; sys_platform == 'win32'"),
        ("huggingface-hub", ["huggingface_hub[cli]~=0.20"], "[cli]~=0.20"),
        ("pytorch", ["pytorch::pytorch=2.5"], "pytorch::pytorch=2.5"),
        ("a", ["-e git+https://git.example/a#egg=a"], "-e git+https://git.example/a#egg=a"),
        ("a", ["a @ https://files.example/a.whl"], "@ https://files.example/a.whl"),
        ("./a", ["./a"], "./a"),
    ],
)
def test_a_request_is_what_stands_behind_the_name(name: str, specs: list[str], words: str) -> None:
    assert version(wanted(name, *specs)) == words


@pytest.mark.parametrize(
    ("spec", "package", "words"),
    [
        ("numpy >=2", conda("numpy", "1.26.4", "py312_0"), "1.26.4"),
        ("numpy=2=py313*", conda("numpy", "2", "py312_0"), "2 py312_0"),
        ("numpy 2 py313*", conda("numpy", "2", "py312_0"), "2 py312_0"),
        ("numpy[build=py313*]", conda("numpy", "2", "py312_0"), "2 py312_0"),
        ("numpy >=1.2,<=2", conda("numpy", "3", "py312_0"), "3"),
        ("nvidia::numpy", conda("numpy", "1.26.4", "py312_0"), "1.26.4 from conda-forge"),
        ("numpy[channel=nvidia]", conda("numpy", "2", "0"), "2 from conda-forge"),
        ("numpy", None, ""),
    ],
)
def test_what_is_there_in_place_of_a_request(spec: str, package: CondaPackage | None, words: str) -> None:
    request = Unsatisfied(name="numpy", manager="conda", platform="linux-64", spec=spec, found=package)
    assert found(request) == words


def test_a_python_distribution_in_place_of_a_request() -> None:
    request = Unsatisfied(name="a", manager="pip", platform="linux-64", spec="a>=2", found=pip("a", "1.0"))
    assert found(request) == "1.0"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("numpy >=1.26", "numpy >=1.26"),
        ("naïve … 包", "naïve … 包"),
        ("a\tb\nc", r"a\tb\nc"),
        ("\x1b[31mred\x00", r"\x1b[31mred\x00"),
        ("left\u202eright", r"left\u202eright"),
        ("https://user:secret@conda.example/t/tk-1/c", "https://conda.example/c"),
    ],
)
def test_plain_text_is_one_line_without_controls_and_credentials(text: str, words: str) -> None:
    assert plain(text) == words


@settings(max_examples=100)
@given(st.text())
def test_plain_text_can_be_printed_and_stays(text: str) -> None:
    once = plain(text)
    assert once.isprintable()
    assert plain(once) == once
