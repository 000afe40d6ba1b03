"""The lines of a pip section."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envctl.formats.requirement_line import RequirementLine, parse_line

COMMIT = "b46f5ac7587d2e1862f8b7b1573179d80dcdd620"


def line(**fields: Any) -> RequirementLine:
    return RequirementLine(**fields)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("numpy", line(name="numpy")),
        ("NumPy >= 1.26, < 2", line(name="NumPy", specifier="<2,>=1.26")),
        ("torch==2.4.1+cpu  # the CPU build", line(name="torch", specifier="==2.4.1+cpu")),
        (
            "jax[cuda12, k8s] ; python_version < '3.13'",
            line(name="jax", extras=("cuda12", "k8s"), marker='python_version < "3.13"'),
        ),
        (
            "a==1 --hash=sha256:aa --hash sha256:bb",
            line(name="a", specifier="==1", hashes=("sha256:aa", "sha256:bb")),
        ),
        ("a==1 --config-settings x=y", line(name="a", specifier="==1", option="--config-settings x=y")),
    ],
)
def test_a_requirement_has_a_name_and_a_range(text: str, expected: RequirementLine) -> None:
    assert parse_line(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"clip @ git+https://files.example/CLIP.git@{COMMIT}",
            line(name="clip", url=f"git+https://files.example/CLIP.git@{COMMIT}"),
        ),
        (
            "-e git+https://files.example/x/y.git@main#egg=name",
            line(name="name", url="git+https://files.example/x/y.git@main", editable=True),
        ),
        (
            "git+ssh://git@files.example/x.git#egg=x[dev]&subdirectory=py",
            line(name="x", extras=("dev",), url="git+ssh://git@files.example/x.git#subdirectory=py"),
        ),
        ("git+https://files.example/x.git", line(url="git+https://files.example/x.git")),
    ],
)
def test_a_repository_has_the_name_that_its_line_gives(text: str, expected: RequirementLine) -> None:
    assert parse_line(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "https://files.example/a_b-1.0%2Bcu118-py3-none-any.whl#sha256=aa",
            line(
                name="a_b",
                url="https://files.example/a_b-1.0%2Bcu118-py3-none-any.whl",
                hashes=("sha256:aa",),
            ),
        ),
        (
            "https://files.example/?file=a;b ; python_version < '3'",
            line(url="https://files.example/?file=a;b", marker='python_version < "3"'),
        ),
        ("https://files.example/main.zip", line(url="https://files.example/main.zip")),
        ("file:.", line(url="file:.")),
        ("./wheels/a-1-py3-none-any.whl", line(name="a", url="./wheels/a-1-py3-none-any.whl")),
        ("a-1-py3-none-any.whl", line(name="a", url="a-1-py3-none-any.whl")),
        (".[dev,test]", line(url=".", extras=("dev", "test"))),
        ("-e .", line(url=".", editable=True)),
        ('-e "./a b"', line(url="./a b", editable=True)),
        ("--editable='a b/c'[dev]", line(url="a b/c", extras=("dev",), editable=True)),
        ("--editable=folder", line(url="folder", editable=True)),
    ],
)
def test_a_url_or_path_has_the_name_that_its_file_gives(text: str, expected: RequirementLine) -> None:
    assert parse_line(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://pypi.example/simple",
        "--extra-index-url=https://pypi.example/simple",
        "-f https://files.example/wheels.html",
        "-r requirements/torch.txt",
        "-c constraints.txt",
        "--pre",
    ],
)
def test_an_option_is_kept_as_it_stands(text: str) -> None:
    assert parse_line(text) == line(option=text)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("a==1.0", "1.0"),
        ("a===1-x", "1-x"),
        ("a==1.*", None),
        ("a==1,!=1.1", None),
        ("a>=1", None),
        ("a @ https://files.example/a-1.0%2Bcpu-py3-none-any.whl", "1.0+cpu"),
        ("A.B @ https://files.example/a_b-1.0.tar.gz?x=/y", "1.0"),
        ("a @ https://files.example/release-1.0.tar.gz", None),
        ("a @ git+https://files.example/a.git@v1.0", None),
    ],
)
def test_the_version_is_the_one_that_a_line_allows(text: str, version: str | None) -> None:
    assert parse_line(text).version == version


@pytest.mark.parametrize(
    "text", ["numpy=1.26", "numpy 1.26", "a>=1.*", "a==latest", "a; python", "./a ; python", "{{ a }}", "a @"]
)
def test_what_pip_refuses_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_line(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        ("# a comment", "it is empty"),
        ("-e ", "it is empty"),
        ("https://files.example/a b", "a URL holds no spaces"),
    ],
)
def test_a_refusal_says_why(text: str, reason: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_line(text)
    assert str(caught.value) == reason


def test_a_marker_that_nests_without_end_is_refused() -> None:
    with pytest.raises(ValueError):
        parse_line("a; " + "(" * 20_000)


def test_a_reason_holds_no_credentials() -> None:
    with pytest.raises(ValueError) as caught:
        parse_line("a @ https://me:secret@files.example/ b")
    assert "secret" not in str(caught.value)


PIECES = [
    "numpy",
    "==1.0",
    ">=2",
    "[x]",
    " @ ",
    "https://h.example/",
    "./",
    "#egg=a",
    "&",
    "sha256=aa",
    ";",
    "-e ",
]
PIECES += [
    " --hash=sha256:aa",
    "--pre",
    "python_version<'3'",
    "(",
    ")",
    " ",
    "\t",
    "#",
    "a-1-py3-none-any.whl",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=6).map("".join))
def test_any_line_is_read_or_refused(text: str) -> None:
    try:
        found = parse_line(text)
    except ValueError as error:
        assert str(error)
        return
    assert found.name or found.url or found.option
    assert found.version is None or found.version
