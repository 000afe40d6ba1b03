"""Names of distributions and of conda packages."""

from __future__ import annotations

from pathlib import Path

import pytest
from diff_samples import conda

from envctl.model.packages import CondaPackage
from envctl.python_names import conda_name, distribution_name, distributions, family


@pytest.mark.parametrize(
    ("distribution", "package"),
    [
        ("torch", "pytorch"),
        ("build", "python-build"),
        ("typing-extensions", "typing_extensions"),
        ("Typing_Extensions", "typing_extensions"),
        ("Jinja2", "jinja2"),
        ("unheard.of_thing", "unheard-of-thing"),
    ],
)
def test_a_distribution_has_the_name_that_conda_forge_gave_it(distribution: str, package: str) -> None:
    assert conda_name(distribution) == package


@pytest.mark.parametrize(
    ("package", "distribution"),
    [
        ("pytorch", "torch"),
        ("jupyter_client", "jupyter-client"),
        ("ruamel.yaml", "ruamel-yaml"),
        ("matplotlib-base", "matplotlib"),
        ("matplotlib", "matplotlib"),
        ("python-graphviz", "graphviz"),
        ("graphviz", None),
        ("tzdata", None),
        ("redis", None),
        ("python-tzdata", "tzdata"),
        ("tensorflow-base", "tensorflow"),
        ("py-opencv", "opencv-python"),
        ("pydantic-core", "pydantic-core"),
    ],
)
def test_a_conda_package_holds_the_distribution_of_its_name_unless_another_package_does(
    package: str, distribution: str | None
) -> None:
    assert distribution_name(package) == distribution


@pytest.mark.parametrize(
    ("one", "other"),
    [("opencv-python", "opencv-python-headless"), ("psycopg2", "psycopg2-binary"), ("Torch", "torch")],
)
def test_distributions_that_one_conda_package_stands_for_are_one_family(one: str, other: str) -> None:
    assert family(one) == family(other)


def test_looking_up_a_name_writes_nothing_into_the_home_folder() -> None:
    conda_name("torch")
    assert list(Path.home().iterdir()) == []


@pytest.mark.parametrize(
    ("package", "names"),
    [
        (conda("pytorch", depends=("python >=3.11",)), ("torch",)),
        (conda("python-build", depends=("python>=3",)), ("build",)),
        (conda("typing_extensions", depends=("python",)), ("typing-extensions",)),
        (conda("requests", depends=("python >=3.8",)), ("requests",)),
        (conda("spam", depends=("", "python_abi 3.11.* *_cp311")), ("spam",)),
        (conda("libtorch", depends=("libgcc >=13",)), ()),
        (conda("pythonia", depends=("python-less",)), ()),
        (conda("python", depends=("libffi",)), ()),
        (conda("unknown"), ("unknown",)),
        (conda("tzdata"), ()),
        (conda("font-ttf-inconsolata", noarch="generic"), ()),
        (
            conda("jax-cuda", purls=("pkg:pypi/Jax?source=hash-mapping", "pkg:pypi/jaxlib@1")),
            ("jax", "jaxlib"),
        ),
        (conda("mamba", purls=()), ()),
        (conda("curl", purls=("pkg:github/curl/curl",)), ()),
    ],
    ids=lambda value: value.name if isinstance(value, CondaPackage) else "",
)
def test_a_conda_package_is_the_distributions_that_its_record_or_the_table_says(
    package: CondaPackage, names: tuple[str, ...]
) -> None:
    assert distributions(package) == names
