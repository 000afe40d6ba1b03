"""Add-ons combine with any template; where they contradict, both sides are named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from envctl.errors import ExitCode, UsageError
from envctl.templating.catalog import shipped
from envctl.templating.render import render

Write = Callable[..., Path]


def rendered_with(base: str, addon: str, write: Write, folder: Path) -> list[str]:
    """The dependencies of a template `base` with an add-on `extra` on top."""
    write("base", f"channels: [c]\n{base}")
    write("extra", addon, addon=True)
    rendered = render("base", addons=["extra"], search=[folder])
    return [item.text for item in rendered.spec.dependencies]


def conflict(base: str, addon: str, write: Write, folder: Path) -> UsageError:
    with pytest.raises(UsageError) as caught:
        rendered_with(base, addon, write, folder)
    assert (caught.value.code, caught.value.exit_code) == ("addon-conflict", ExitCode.USAGE)
    return caught.value


def test_the_shipped_ones_go_together_on_one_template() -> None:
    rendered = render("pytorch-inference", addons=["serving", "jupyter", "serving"], search=[shipped()])
    assert rendered.addons == ("serving", "jupyter")
    assert [item.text for item in rendered.spec.dependencies][-5:] == [
        "flask=2.3.3",
        "gunicorn=21.2.0",
        "psutil",
        "jupyterlab",
        "ipykernel",
    ]
    assert rendered.verify.imports[-3:] == ("psutil", "jupyterlab", "ipykernel")


@pytest.mark.parametrize(
    ("base", "addon", "expected"),
    [
        ("flask", "flask", "flask"),
        ("flask =2.3.3", "flask=2.3.3", "flask =2.3.3"),
        ("flask 2.3.3", "flask", "flask 2.3.3"),
        ("flask", "flask 2.3.3", "flask 2.3.3"),
        ("flask 2.3.3", "flask >=2,<3", "flask 2.3.3"),
        ("flask >=2", "flask==2.3.3", "flask==2.3.3"),
        ("flask", "conda-forge::flask 3", "conda-forge::flask 3"),
    ],
)
def test_the_stricter_of_two_wins_where_they_agree(
    base: str, addon: str, expected: str, write: Write, folder: Path
) -> None:
    got = rendered_with(f"dependencies: ['{base}']", f"dependencies: ['{addon}']", write, folder)
    assert got == [expected]


@pytest.mark.parametrize(
    ("base", "addon"),
    [
        ("flask 2.3.3", "flask 3.0.0"),
        ("flask 2.3.3", "flask >=3"),
        ("flask >=2", "flask <3"),
        ("flask 2.3.3", "conda-forge::flask 2.3.3"),
        ("pytorch=*=cpu*", "pytorch=*=cuda*"),
    ],
)
def test_two_that_contradict_are_an_error_that_names_both(
    base: str, addon: str, write: Write, folder: Path
) -> None:
    error = conflict(f"dependencies: ['{base}']", f"dependencies: ['{addon}']", write, folder)
    name = base.split(maxsplit=1)[0].split("=", maxsplit=1)[0]
    assert error.message == f"base and extra do not go together: both set the package {name}"
    assert error.cause == f"base: {base}; extra: {addon}"


def test_a_variable_with_two_values_is_a_conflict(write: Write, folder: Path) -> None:
    error = conflict("variables: {A: '1', B: x}", "variables: {A: '2', B: x}", write, folder)
    assert error.message == "base and extra do not go together: both set the variable A"


def test_a_parameter_of_the_same_name_is_a_conflict(write: Write, folder: Path) -> None:
    both = "params: {python: {default: '3'}}"
    assert conflict(both, both, write, folder).message.endswith("both set the parameter python")


def test_two_cudas_are_a_conflict(write: Write, folder: Path) -> None:
    error = conflict("verify: {cuda: '11.8'}", "verify: {cuda: '12.4'}", write, folder)
    assert error.cause == "base: 11.8; extra: 12.4"


def test_two_numbers_of_gpus_are_a_conflict(write: Write, folder: Path) -> None:
    error = conflict("verify: {count: 1}", "verify: {count: 8}", write, folder)
    assert error.message.endswith("both set the number of GPUs")
    assert error.cause == "base: 1; extra: 8"


def test_no_platform_in_common_is_a_conflict(write: Write, folder: Path) -> None:
    error = conflict("platforms: [linux-64]", "platforms: [win-64]", write, folder)
    assert error.message == "base and extra have no platform in common"


def test_two_addons_that_contradict_are_named_not_the_template(write: Write, folder: Path) -> None:
    write("base", "channels: [c]\n")
    write("one", "dependencies: [flask 2.3.3]", addon=True)
    write("two", "dependencies: [flask 3.0.0]", addon=True)
    with pytest.raises(UsageError, match=r"^one and two do not go together: both set the package flask$"):
        render("base", addons=["one", "two"], search=[folder])


def test_an_addon_brings_its_channel_behind_the_templates(write: Write, folder: Path) -> None:
    write("base", "channels: [a, b]\n")
    write("extra", "channels: [c, a]", addon=True)
    assert render("base", addons=["extra"], search=[folder]).spec.channels == ("a", "b", "c")


def test_an_addon_has_parameters_of_its_own_and_sees_the_templates(write: Write, folder: Path) -> None:
    write("base", "channels: [c]\nparams: {python: {default: '3.11'}}")
    write(
        "extra",
        "params: {port: {default: '80'}}\nvariables: {AT: '${{ python }}:${{ port }}'}",
        addon=True,
    )
    rendered = render("base", values={"port": "8080"}, addons=["extra"], search=[folder])
    assert rendered.spec.variables == {"AT": "3.11:8080"}
    assert rendered.params == {"python": "3.11", "port": "8080"}
