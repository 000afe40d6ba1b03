"""Requests in one spelling: which mean the same, and what each is about."""

from __future__ import annotations

import pytest
from diff_samples import spec

from envctl.diffing.requests import requests_of
from envctl.diffing.requirement_lines import pip_line
from envctl.model.environment import Dependency

FORGE = "https://conda.anaconda.org/conda-forge"
COMMIT = "a" * 40
SHA = "sha256:" + "1" * 64

SAME_SPECS = [
    ("python=3.9", "python 3.9.*"),
    ("python=3.9", "python[version='3.9.*']"),
    ("python=3.9", 'python[version="3.9.*"]'),
    ("python=3.9", "python = 3.9"),
    ("python=3.9", "python 3.9*"),
    ("python", "python=*"),
    ("python", "Python *"),
    ("python", "python=*=*"),
    ("numpy>=1.20,<2", "numpy <2, >=1.20"),
    ("numpy>=1.20,<2", "numpy >=1.20.0,<2.0"),
    ("numpy==1.26.0", "numpy ==1.26"),
    ("numpy 1.26", "numpy==1.26"),
    ("numpy 1.26|1.25", "numpy 1.25|1.26"),
    ("numpy >=1,>=1", "numpy >=1"),
    ("x>=1.0RC1", "x >=1.0rc1"),
    ("x>=1,(<2|>3)", "x >=1, (<2|>3)"),
    ("pytorch=2.1=*cuda*", "pytorch 2.1 *cuda*"),
    ("pytorch=2.1.*=*cuda*", "pytorch[version=2.1.*,build=*cuda*]"),
    ("pytorch=*=*cuda*", "pytorch[build=*cuda*]"),
    ("conda-forge::x", "x[channel=conda-forge]"),
    ("conda-forge::x=1", f"{FORGE}::x 1.*"),
    ("conda-forge::x", "https://conda.anaconda.org/t/abc-123/conda-forge::x"),
    ("https://files.example/c::x", "https://me:secret@files.example/c/::x"),
    ("conda-forge/linux-64::x", "x[subdir=linux-64, channel=conda-forge]"),
    ("x[build_number=1,license=MIT]", "x[license=MIT, build_number='==1']"),
    ("pandoc=<2.0", "pandoc=<2.0 "),
]
OTHER_SPECS = [
    ("python=3.9", "python==3.9"),
    ("python=3.9", "python=3.9.0"),
    ("x~=1.2", "x~=1.2.0"),
    ("x 1.0.*", "x 1.*"),
    ("numpy>=1.20,<2", "numpy>=1.20|<2"),
    ("pytorch=2.1=*cuda*", "pytorch=2.1.*=*cuda*"),
    ("conda-forge::x", "x"),
    ("conda-forge::x", "https://files.example/conda-forge::x"),
    ("x[build_number=1]", "x"),
]
SAME_LINES = [
    ("Torch == 2.0.0", "torch==2.0"),
    ("torch==2.0", "torch==2"),
    ("typing_extensions", "Typing.Extensions"),
    ("torch>=2,<3", "torch < 3.0, >= 2"),
    ("torch>=2,>=2", "torch>=2"),
    ("jax[cuda12,TPU]", "jax[tpu, cuda12]"),
    ("torch ; python_version < '3.9'", 'torch;python_version<"3.9"'),
    ("torch  # why", "torch"),
    (
        "-e git+https://git.example/org/x.git@main#egg=x",
        "--editable git+https://git.example/org/x@main#egg=X",
    ),
    ("x @ git+https://git.example/org/x@main", "git+https://git.example/org/x.git@main#egg=x"),
    ("x @ https://files.example/x.zip", "x @ https://me:secret@files.example/x.zip"),
    (
        f"x @ https://files.example/x.zip#{SHA.replace(':', '=')}",
        f"x @ https://files.example/x.zip --hash={SHA}",
    ),
    (f"x==1 --hash={SHA} --hash=md5:{'1' * 32}", f"x==1 --hash=md5:{'1' * 32} --hash={SHA}"),
    ("-e .", "-e ./"),
    ("file:.", "."),
    ("./lib[dev]", "lib/[dev]"),
    ("affine=1.2 ", "affine=1.2"),
    (f"x=={'9' * 5000}  ", f"x=={'9' * 5000}"),
]
OTHER_LINES = [
    ("torch==2.0", "torch==2.0.*"),
    ("torch~=2.0", "torch~=2.0.0"),
    ("torch===2.0", "torch==2.0"),
    ("torch", "torch[opt]"),
    ("torch", "torch; sys_platform == 'linux'"),
    ("-e .", "."),
    ("./lib[dev]", "./lib"),
    (f"x==1 --hash={SHA}", "x==1"),
    ("git+https://git.example/org/x@main#egg=x", f"git+https://git.example/org/x@{COMMIT}#egg=x"),
]
SELECTED = [
    (("mkl  # [linux]",), (Dependency(text="mkl", selector="sel(linux)"),), True),
    (("mkl  # [ not  win ]",), ("mkl  # [not win]",), True),
    (("mkl  # [linux]",), ("mkl",), False),
    (("mkl  # [linux]",), ("mkl  # [osx]",), False),
    (("mkl  # [linux]", "mkl  # [osx]"), ("mkl  # [osx]", "mkl  # [linux]"), True),
]
SEVERAL = [
    (("numpy >=1", "numpy <2"), ("numpy <2", "numpy >=1"), True),
    (("numpy", "numpy"), ("numpy",), True),
    (("numpy", "numpy >=1"), ("numpy >=1",), True),
    (("numpy", "numpy  # [linux]"), ("numpy",), True),
    (("numpy  # [linux]", "numpy >=1  # [linux]"), ("numpy >=1  # [linux]",), True),
    (("numpy  # [osx]", "numpy >=1  # [linux]"), ("numpy >=1  # [linux]",), False),
    (("numpy", "numpy >=1  # [linux]"), ("numpy >=1  # [linux]",), False),
    (("numpy >=1", "numpy >=2"), ("numpy >=2",), False),
]


def canonical(*entries: str | Dependency) -> tuple[str, ...]:
    (wanted,) = requests_of(spec(*entries)).packages.values()
    return wanted.canonical


def canonical_line(line: str) -> tuple[str, ...]:
    (wanted,) = requests_of(spec(pip=(line,))).packages.values()
    return wanted.canonical


@pytest.mark.parametrize(("one", "other"), SAME_SPECS)
def test_match_specs_that_mean_the_same(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), OTHER_SPECS)
def test_match_specs_that_mean_something_else(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(("one", "other"), SAME_LINES)
def test_pip_lines_that_mean_the_same(one: str, other: str) -> None:
    assert canonical_line(one) == canonical_line(other)


@pytest.mark.parametrize(("one", "other"), OTHER_LINES)
def test_pip_lines_that_mean_something_else(one: str, other: str) -> None:
    assert canonical_line(one) != canonical_line(other)


@pytest.mark.parametrize(("one", "other", "same"), SELECTED)
def test_a_selector_is_part_of_the_request(
    one: tuple[str, ...], other: tuple[str | Dependency, ...], same: bool
) -> None:
    assert (canonical(*one) == canonical(*other)) is same


@pytest.mark.parametrize(("one", "other", "same"), SEVERAL)
def test_several_entries_of_one_name_are_one_request(
    one: tuple[str, ...], other: tuple[str, ...], same: bool
) -> None:
    assert (canonical(*one) == canonical(*other)) is same


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("NumPy >=1.20", "numpy"),
        ("conda-forge::numpy", "numpy"),
        (f"{FORGE}/linux-64/numpy-1.26.4-py312_0.conda", "numpy"),
        ("numpy[channel='https://files.example/c']", "numpy"),
        ("pandoc=<2.0", "pandoc"),
    ],
)
def test_a_conda_request_goes_by_the_package_that_it_asks_for(text: str, name: str) -> None:
    assert list(requests_of(spec(text)).packages) == [("conda", name)]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Typing_Extensions>=4", "typing-extensions"),
        ("git+https://git.example/org/x@main#egg=X_y", "x-y"),
        ("https://files.example/x_y-1.0-py3-none-any.whl", "x-y"),
        ("git+https://me:secret@git.example/org/x.git@main", "git+https://git.example/org/x"),
        ("-e .", "."),
        ("affine=1.2", "affine"),
        ("azureml-core=={{latest}}", "azureml-core"),
        ("torch 2.0", "torch"),
        ("=1.0", "=1.0"),
    ],
)
def test_a_pip_line_goes_by_its_distribution_or_else_by_its_place(line: str, name: str) -> None:
    assert list(requests_of(spec(pip=(line,))).packages) == [("pip", name)]


def test_requests_are_told_as_written_without_credentials() -> None:
    found = requests_of(
        spec("https://me:secret@files.example/c::x  >=1", "x <2  # [linux]", pip=("Torch  == 2.0.0",))
    )
    assert found.packages["conda", "x"].specs == ("https://files.example/c::x >=1", "x <2  # [linux]")
    assert found.packages["conda", "x"].canonical == ("https://files.example/c::x >=1", "x <2  # [linux]")
    assert found.packages["pip", "torch"].specs == ("Torch == 2.0.0",)
    assert found.packages["pip", "torch"].canonical == ("torch==2",)


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("--index-url https://pypi.example/simple", "--index-url https://pypi.example/simple"),
        ("-i https://pypi.example/simple", "--index-url https://pypi.example/simple"),
        ("--index-url=https://me:secret@pypi.example/simple", "--index-url https://pypi.example/simple"),
        ("-ihttps://pypi.example/simple", "--index-url https://pypi.example/simple"),
        ("-f   https://files.example/w  # why", "--find-links https://files.example/w"),
        ("-r requirements.txt", "--requirement requirements.txt"),
        ("-c constraints.txt", "--constraint constraints.txt"),
        ("--pre", "--pre"),
        ("--", "--"),
    ],
)
def test_an_option_of_pip_asks_for_no_package(line: str, option: str) -> None:
    found = requests_of(spec(pip=(line,)))
    assert found.packages == {}
    assert found.pip_options == (option,)


def test_of_a_line_that_pip_refuses_the_name_is_known_and_its_range_holds_nothing() -> None:
    line = pip_line("affine=1.2")
    assert (line.name, line.specifier, line.url) == ("affine", "affine=1.2", None)
