"""`extends`: what a child keeps and what it replaces."""

from collections.abc import Callable
from pathlib import Path

import pytest

from envctl.errors import InputError
from envctl.templating.catalog import shipped
from envctl.templating.listing import list_all
from envctl.templating.render import render

Write = Callable[..., Path]


@pytest.fixture
def parent(write: Write) -> Path:
    return write(
        "parent",
        """
        params: {python: {default: "3.11"}, extra: {default: x}}
        channels: [conda-forge, other]
        dependencies:
          - python ${{ python }}.*
          - {spec: numpy <2, why: old}
          - scipy
          - pip: [requests, A_b==1]
        variables: {ONE: "1", TWO: "2"}
        platforms: [linux-64, osx-arm64]
        virtual_packages: {__cuda: ">=11"}
        verify: {imports: [numpy], cuda: "11.8", gpu: true}
        """,
    )


def test_a_child_without_changes_is_its_parent(write: Write, parent: Path, folder: Path) -> None:
    write("child", "extends: parent")
    child, whole = render("child", search=[folder]), render("parent", search=[folder])
    assert (child.spec.dependencies, child.spec.pip) == (whole.spec.dependencies, whole.spec.pip)
    assert (child.params, child.verify) == (whole.params, whole.verify)
    assert child.spec.name == "child"


def test_a_package_of_the_child_takes_the_place_of_its_parents(
    write: Write, parent: Path, folder: Path
) -> None:
    write(
        "child",
        """
        extends: parent
        dependencies:
          - pandas
          - conda-forge::NumPy >=2
          - pip: [a-B==2]
        """,
    )
    spec = render("child", search=[folder]).spec
    assert [item.text for item in spec.dependencies] == [
        "python 3.11.*",
        "conda-forge::NumPy >=2",
        "scipy",
        "pandas",
    ]
    assert spec.dependencies[1].comment is None
    assert [item.text for item in spec.pip or ()] == ["requests", "a-B==2"]


def test_lists_with_an_order_are_replaced_and_names_are_merged(
    write: Write, parent: Path, folder: Path
) -> None:
    write(
        "child",
        """
        extends: parent
        channels: [pytorch]
        platforms: [linux-64]
        variables: {TWO: "two", THREE: "3"}
        virtual_packages: {__cuda: ">=12", __glibc: ">=2.28"}
        verify: {imports: [scipy], cuda: "12.4"}
        """,
    )
    rendered = render("child", search=[folder])
    assert rendered.spec.channels == ("pytorch",)
    assert rendered.platforms == ("linux-64",)
    assert rendered.spec.variables == {"ONE": "1", "TWO": "two", "THREE": "3"}
    assert rendered.virtual_packages == {"__cuda": ">=12", "__glibc": ">=2.28"}
    assert rendered.verify.imports == ("numpy", "scipy")
    assert (rendered.verify.cuda, rendered.verify.gpu) == ("12.4", True)


def test_a_child_can_say_how_many_gpus_there_must_be(write: Write, parent: Path, folder: Path) -> None:
    write("child", "extends: parent\nverify: {count: 4}")
    write("grandchild", "extends: child\nverify: {gpu: true}")
    assert render("parent", search=[folder]).verify.count is None
    assert render("grandchild", search=[folder]).verify.count == 4


def test_who_counts_gpus_needs_some(write: Write, folder: Path) -> None:
    write("counted", "channels: [c]\ndependencies: [x]\nverify: {count: 4}")
    assert render("counted", search=[folder]).verify.gpu is True


def test_a_child_can_say_that_no_gpu_is_needed(write: Write, parent: Path, folder: Path) -> None:
    write("child", "extends: parent\nverify: {gpu: false}")
    assert render("child", search=[folder]).verify.gpu is False


def test_a_parameter_of_the_child_replaces_its_parents(write: Write, parent: Path, folder: Path) -> None:
    write("child", "extends: parent\nparams: {python: {default: '3.12', allowed: ['3.12']}}")
    rendered = render("child", search=[folder])
    assert rendered.params == {"python": "3.12", "extra": "x"}
    assert rendered.spec.dependencies[0].text == "python 3.12.*"


def test_a_users_template_extends_a_shipped_one(write: Write, folder: Path) -> None:
    write("mine", "extends: pytorch-cpu\ndependencies: [transformers]")
    asked = render("mine", search=[folder, shipped()]).spec.dependencies
    assert [item.text for item in asked] == [
        "python 3.11.*",
        "pytorch=*=cpu*",
        "numpy",
        "pip",
        "transformers",
    ]


def test_a_template_may_extend_the_one_that_it_shadows(write: Write, folder: Path) -> None:
    write("pytorch-cpu", "extends: pytorch-cpu\nchannels: [my-mirror]")
    rendered = render("pytorch-cpu", search=[folder, shipped()])
    assert rendered.spec.channels == ("my-mirror",)
    assert len(rendered.spec.dependencies) == 4


def test_an_unknown_parent_is_told_with_file_line_and_the_nearest(write: Write, folder: Path) -> None:
    write("known")
    path = write("child", "extends: knwon")
    with pytest.raises(InputError) as caught:
        render("child", search=[folder])
    assert str(caught.value) == f"{path}:3: extends 'knwon': there is no template 'knwon'"
    assert caught.value.code == "unknown-parent"
    assert caught.value.hint == "did you mean known? Known are child, known."


def test_a_cycle_is_told_with_the_way_round(write: Write, folder: Path) -> None:
    write("a", "extends: b")
    path = write("b", "extends: a")
    with pytest.raises(InputError) as caught:
        render("a", search=[folder])
    assert str(caught.value) == f"{path}:3: templates extend each other: a -> b -> a"
    assert caught.value.code == "template-cycle"
    assert all(entry.problem for entry in list_all(search=[folder]))
