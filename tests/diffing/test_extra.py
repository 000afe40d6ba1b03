"""Which packages nothing asked for, and nothing that was asked for needs."""

from __future__ import annotations

import pytest
from diff_samples import conda, part, pip, spec

from envctl.diffing.extra import extra_on
from envctl.model.environment import EnvironmentSpec
from envctl.model.packages import Package

PYTHON = conda("python", depends=("openssl>=3", "__glibc >=2.17"))
OPENSSL = conda("openssl", depends=("ca-certificates",))
CERTIFICATES = conda("ca-certificates")
PIP = conda("pip", depends=("python", "setuptools"))
SETUPTOOLS = conda("setuptools", depends=("python",))
BASE = (PYTHON, OPENSSL, CERTIFICATES)
NUMPY = conda("numpy", depends=("python >=3.11",))


def extra(wanted: EnvironmentSpec, *packages: Package) -> list[tuple[str, str]]:
    return [(each.package.manager, each.package.name) for each in extra_on(wanted, part(*packages))]


def test_what_something_needs_in_turn_is_not_extra() -> None:
    assert extra(spec("python"), *BASE) == []


def test_what_nothing_needs_is_extra_by_manager_and_name() -> None:
    rest = (conda("zlib"), conda("bzip2"), pip("flask", depends=("click",)))
    assert extra(spec("python"), *BASE, *rest) == [("conda", "bzip2"), ("conda", "zlib"), ("pip", "flask")]


@pytest.mark.parametrize(
    "text", ["PYTHON", "conda-forge::python", "python[channel=conda-forge]", "python=2", "python=>3"]
)
def test_a_request_asks_for_its_package_however_it_is_written_and_whatever_it_wants(text: str) -> None:
    assert extra(spec(text), *BASE) == []


def test_a_request_for_an_archive_asks_for_its_package() -> None:
    assert (
        extra(spec("https://conda.anaconda.org/conda-forge/linux-64/python-1.26.4-py312h1_0.conda"), *BASE)
        == []
    )


def test_packages_that_need_each_other_are_extra_where_nothing_asks_for_one_of_them() -> None:
    cycle = (conda("a", depends=("b",)), conda("b", depends=("a",)))
    assert extra(spec("a"), *cycle) == []
    assert extra(spec("python"), *BASE, *cycle) == [("conda", "a"), ("conda", "b")]


def test_what_depends_on_a_channel_or_a_build_needs_the_package() -> None:
    top = conda("top", depends=("conda-forge::mid=1=*_0",))
    assert extra(spec("top"), top, conda("mid", depends=("low<2",)), conda("low")) == []


def test_pip_and_what_it_needs_come_with_a_pip_section() -> None:
    assert extra(spec("python", pip=()), *BASE, PIP, SETUPTOOLS) == []
    assert extra(spec("python"), *BASE, PIP, SETUPTOOLS) == [("conda", "pip"), ("conda", "setuptools")]


def test_a_pip_section_needs_python_even_where_nothing_installs_pip() -> None:
    assert extra(spec(pip=("flask",)), *BASE, pip("flask", requires_python=">=3.8")) == []


def test_pip_that_pip_installed_comes_with_a_pip_section_too() -> None:
    assert extra(spec("python", pip=()), *BASE, pip("pip", requires_python=">=3.8")) == []


def test_a_pip_package_may_need_what_conda_brings() -> None:
    pandas = pip("pandas", depends=("NumPy>=1.26; python_version >= '3.11'", "pytz"))
    assert extra(spec("python", pip=("pandas",)), *BASE, NUMPY, pandas, pip("pytz")) == []


def test_a_pip_line_that_conda_answers_asks_for_the_conda_package() -> None:
    torch = conda("pytorch", depends=("python", "libtorch"))
    assert extra(spec("python", pip=("torch",)), *BASE, torch, conda("libtorch")) == []


def test_a_pip_line_without_a_name_asks_for_what_came_from_there() -> None:
    commit = f"git+https://git.example/org/x@{'a' * 40}"
    project = pip("x", url=commit, depends=("click",))
    wanted = spec("python", pip=("git+https://git.example/org/x.git@main",))
    assert extra(wanted, *BASE, project, pip("click")) == []


def test_a_line_that_does_not_hold_here_and_an_option_ask_for_nothing() -> None:
    project = pip("x", url="/srv/x", requires_python=">=3.8")
    wanted = spec("python", pip=("--pre", "x; sys_platform == 'win32'"))
    assert extra(wanted, *BASE, project) == [("pip", "x")]


def test_a_need_that_is_not_written_as_pip_has_it_counts_by_its_name() -> None:
    assert extra(spec("python", pip=("a",)), *BASE, pip("a", depends=("b ^1.2",)), pip("b")) == []


def test_what_pip_needs_for_an_extra_or_elsewhere_is_not_held_against_it() -> None:
    requests = pip("requests", depends=("pysocks; extra == 'socks'", "colorama; sys_platform == 'win32'"))
    assert extra(spec("python", pip=("requests",)), *BASE, requests, pip("PySocks"), pip("colorama")) == []


def test_a_request_that_only_pip_could_answer_leaves_the_pip_package_extra() -> None:
    assert extra(spec("python", "flask"), *BASE, pip("flask", requires_python=">=3.8")) == [("pip", "flask")]


def test_of_packages_that_do_not_tell_what_they_need_none_is_extra() -> None:
    assert extra(spec("python"), conda("python"), conda("openssl")) == []
    assert extra(spec("python", pip=("flask",)), *BASE, pip("flask"), pip("click")) == []


def test_without_anything_asked_for_all_is_extra_even_so() -> None:
    assert extra(spec(), conda("openssl"), pip("click")) == [("conda", "openssl"), ("pip", "click")]
