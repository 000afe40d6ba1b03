"""Values in, specification out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from envctl.errors import InputError, UsageError
from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.model.template import Expectations
from envctl.templating.catalog import shipped
from envctl.templating.render import header, render

Write = Callable[..., Path]


def test_a_template_becomes_a_specification(write: Write, folder: Path) -> None:
    write(
        "demo",
        """
        params: {python: {default: "3.11"}}
        channels: [conda-forge]
        dependencies:
          - python ${{ python }}.*
          - {spec: numpy <2, why: built for 1}
          - pip: ["--index-url https://example.org/simple", {spec: six, why: old code}]
        variables: {MODE: 'py${{ python }}'}
        platforms: [linux-64]
        virtual_packages: {__cuda: ">=12"}
        verify: {imports: [numpy], cuda: "12.4", gpu: true, count: 8}
        """,
    )
    rendered = render("demo", search=[folder])
    assert rendered.spec == EnvironmentSpec(
        name="demo",
        channels=("conda-forge",),
        dependencies=(Dependency(text="python 3.11.*"), Dependency(text="numpy <2", comment="built for 1")),
        pip=(
            Dependency(text="--index-url https://example.org/simple"),
            Dependency(text="six", comment="old code"),
        ),
        variables={"MODE": "py3.11"},
    )
    assert rendered.platforms == ("linux-64",)
    assert rendered.verify == Expectations(imports=("numpy",), cuda="12.4", gpu=True, count=8)
    assert rendered.virtual_packages == {"__cuda": ">=12"}


def test_a_value_takes_the_place_of_the_default() -> None:
    rendered = render("pytorch-cpu", values={"python": "3.12"}, search=[shipped()])
    assert rendered.params == {"python": "3.12"}
    assert rendered.spec.dependencies[0].text == "python 3.12.*"


def test_an_unknown_parameter_gets_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        render("pytorch-cpu", values={"pyton": "3.12"}, search=[shipped()])
    assert caught.value.code == "unknown-parameter"
    assert caught.value.message == "pytorch-cpu has no parameter 'pyton'"
    assert caught.value.hint == "did you mean python? Known are python."


def test_a_value_that_is_not_allowed_gets_what_is() -> None:
    with pytest.raises(UsageError) as caught:
        render("pytorch-cpu-2.0", values={"python": "3.12"}, search=[shipped()])
    assert caught.value.code == "bad-parameter"
    assert caught.value.message == "pytorch-cpu-2.0: python cannot be '3.12'"
    assert caught.value.hint == "allowed is one of 3.8, 3.9, 3.10, 3.11"


@pytest.mark.parametrize(
    ("value", "allowed"), [("2.7.1", True), ("2.8", False), ("2.7rc1", True), ("new", False), ("", False)]
)
def test_a_range_of_versions_is_held(value: str, allowed: bool, write: Write, folder: Path) -> None:
    write("t", "channels: [c]\nparams: {torch: {default: '2.6', allowed: '>=2.6,<2.8'}}")
    if allowed:
        assert render("t", values={"torch": value}, search=[folder]).params == {"torch": value}
    else:
        with pytest.raises(UsageError, match="torch cannot be"):
            render("t", values={"torch": value}, search=[folder])


@pytest.mark.parametrize("value", ["a\nb", "a # b", "${{ x }}", "[a]", "'"])
def test_a_free_value_is_a_plain_word(value: str, write: Write, folder: Path) -> None:
    write("t", "channels: [c]\nparams: {tag: {default: x}}")
    with pytest.raises(UsageError, match="tag cannot be"):
        render("t", values={"tag": value}, search=[folder])


def test_a_mistake_in_an_expression_names_the_file_that_it_stands_in(write: Write, folder: Path) -> None:
    path = write("parent", "channels: [c]\ndependencies:\n  - python ${{ pyton }}\n")
    write("child", "extends: parent\nparams: {python: {default: '3'}}")
    with pytest.raises(InputError, match=rf"^{path}:5: unknown parameter 'pyton'"):
        render("child", search=[folder])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("dependencies: [numpy, NumPy <2]", "numpy stands twice among the dependencies"),
        ("dependencies: ['>=2']", "'>=2' does not start with a package's name"),
        ("dependencies: [{pip: [a_b, A-B]}]", "a-b stands twice among the dependencies"),
        ("dependencies: ['a b\\\\c']", None),
    ],
)
def test_a_dependency_has_one_name_once(body: str, message: str | None, write: Write, folder: Path) -> None:
    path = write("t", f"channels: [c]\n{body}")
    if message is None:
        assert render("t", search=[folder]).spec.dependencies
    else:
        with pytest.raises(InputError) as caught:
            render("t", search=[folder])
        assert str(caught.value) == f"{path}:4: {message}"


def test_a_template_without_a_channel_is_refused(write: Write, folder: Path) -> None:
    """conda would put `defaults` in its place."""
    path = write("t", "dependencies: [python]")
    with pytest.raises(InputError) as caught:
        render("t", search=[folder])
    assert str(caught.value) == f"{path}: names no channel"


def test_the_header_of_a_template_without_parameters(write: Write, folder: Path) -> None:
    write("t", "channels: [c]")
    assert header(render("t", search=[folder])) == (
        "From the template t; edit that, not this file.",
        "Again: envctl render t",
    )


def test_the_header_quotes_what_a_shell_would_take_apart(write: Write, folder: Path) -> None:
    write("t", "channels: [c]\nparams: {torch: {default: '>=2,<3'}}")
    assert header(render("t", search=[folder]))[1] == "Again: envctl render t --set 'torch=>=2,<3'"


def test_rendering_loads_no_engine() -> None:
    """`render` answers at once: the solver's library is not even imported."""
    import subprocess
    import sys

    program = (
        "import sys; from envctl.templating.render import render; render('pytorch-cpu');"
        "print(sorted({'rattler', 'typer', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
