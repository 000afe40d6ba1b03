"""What wheels require, as conda dependencies."""

from __future__ import annotations

import pytest

from envctl.channel.requires import depends, depends_on_machine, parse, python_spec

MARKERS = {
    "python_version": "3.11",
    "python_full_version": "3.11.7",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "platform_machine": "x86_64",
    "os_name": "posix",
    "implementation_name": "cpython",
    "implementation_version": "3.11.7",
    "platform_python_implementation": "CPython",
    "platform_release": "6.1",
    "platform_version": "1",
}


def of(name: str, **requires: list[str]) -> tuple[str, ...]:
    return depends(name, {key: parse(lines) for key, lines in requires.items()}, MARKERS)


def test_requirements_become_sorted_dependencies_under_conda_names() -> None:
    assert of("app", app=["torch>=2,<3", "Jinja2"]) == ("jinja2", "pytorch >=2,<3")


def test_markers_are_answered_for_the_target() -> None:
    lines = ["new; python_version >= '3.11'", "old; python_version < '3.11'", "win; sys_platform == 'win32'"]
    assert of("app", app=lines) == ("new",)


def test_an_extra_that_nobody_asked_for_brings_nothing() -> None:
    assert of("app", app=["click", "watchdog; extra == 'watch'"]) == ("click",)


def test_an_extra_that_is_asked_for_brings_its_own_requirements_along() -> None:
    server = [
        "click",
        "httptools>=0.6; extra == 'standard'",
        "uvloop; extra == 'standard' and sys_platform != 'win32'",
    ]
    assert of("app", app=["uvicorn[standard]>=0.30"], uvicorn=server) == (
        "httptools >=0.6",
        "uvicorn >=0.30",
        "uvloop",
    )


def test_an_extra_may_name_others_of_its_own_package() -> None:
    lines = ["all-of-it; extra == 'x'", "lib[x]; extra == 'all'"]
    assert of("app", app=["lib[all]"], lib=lines) == ("all-of-it", "lib")


def test_two_lines_about_one_package_are_both_kept() -> None:
    assert of("app", app=["numpy>=1.23", "numpy<3; python_version >= '3.11'"]) == ("numpy >=1.23,<3",)


def test_a_line_that_no_standard_allows_is_left_out() -> None:
    assert of("app", app=["numpy", "what is this?!"]) == ("numpy",)


@pytest.mark.parametrize(
    ("line", "tied"),
    [
        ("click>=8", False),
        ("tomli; python_version < '3.11'", True),
        ("colorama; platform_system == 'Windows'", True),
        ("pytest; extra == 'test' and python_version > '3.8'", False),
        ("uvicorn[standard]", True),
    ],
)
def test_dependencies_are_tied_to_the_interpreter_where_its_markers_decide(line: str, tied: bool) -> None:
    assert depends_on_machine(parse([line])) is tied


@pytest.mark.parametrize(
    ("requires_python", "spec"),
    [(None, "python"), (">=3.8", "python >=3.8"), ("~=3.9", "python >=3.9,3.*"), ("three", "python")],
)
def test_requires_python_is_a_dependency(requires_python: str | None, spec: str) -> None:
    assert python_spec(requires_python) == spec
