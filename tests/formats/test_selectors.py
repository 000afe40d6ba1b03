"""Platform selectors: which words hold where, and what is no selector."""

from __future__ import annotations

import pytest

from envctl.formats.selectors import holds, is_expression, split_comment, words


@pytest.mark.parametrize(
    ("subdir", "expected"),
    [
        ("linux-64", "linux linux64 unix x86 x86_64 linux-64"),
        ("linux-aarch64", "linux aarch64 unix linux-aarch64"),
        ("linux-ppc64le", "linux ppc64le unix linux-ppc64le"),
        ("osx-64", "osx osx64 unix x86 x86_64 osx-64"),
        ("osx-arm64", "osx arm64 unix osx-arm64"),
        ("win-64", "win win64 x86 x86_64 win-64"),
    ],
)
def test_the_words_of_a_platform(subdir: str, expected: str) -> None:
    assert words(subdir) == set(expected.split())


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (None, True),
        ("not win", True),
        ("linux and not aarch64", True),
        ("win or osx", False),
        ("win or linux and x86_64", True),
        ("(win or linux) and arm64", False),
        ("not (win or osx)", True),
        ("not not linux", True),
        ("sel(linux)", True),
        ("sel(win)", False),
    ],
)
def test_expressions_on_linux(selector: str | None, expected: bool) -> None:
    assert holds(selector, "linux-64") is expected


@pytest.mark.parametrize(
    "text", ["", "1", "py27", "linux win", "not", "linux and", "(linux", "linux)", "linux; win", "and"]
)
def test_what_is_no_expression(text: str) -> None:
    assert not is_expression(text)
    with pytest.raises(ValueError, match=r"no platform|parenthesis"):
        holds(text, "linux-64")


@pytest.mark.parametrize(
    ("comment", "selector", "rest"),
    [
        ("[linux]", "linux", None),
        ("[ not win ]", "not win", None),
        ("[linux] why", "linux", "why"),
        ("why [linux] so", "linux", "why so"),
        ("[linux] [osx]", "osx", "[linux]"),
        ("[1] why", None, "[1] why"),
        ("why", None, "why"),
        ("", None, None),
    ],
)
def test_a_comment_falls_into_selector_and_rest(comment: str, selector: str | None, rest: str | None) -> None:
    assert split_comment(comment) == (selector, rest)
