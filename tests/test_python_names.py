"""Names of distributions and of conda packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from envctl.model.packages import CondaPackage
from envctl.python_names import conda_name, distributions


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


def test_looking_up_a_name_writes_nothing_into_the_home_folder() -> None:
    conda_name("torch")
    assert list(Path.home().iterdir()) == []


def conda(name: str, *, depends: tuple[str, ...] = (), purls: tuple[str, ...] | None = None) -> CondaPackage:
    return CondaPackage(
        name=name, version="1", build="0", subdir="noarch", channel="c", url="u", depends=depends, purls=purls
    )


@pytest.mark.parametrize(
    ("package", "names"),
    [
        (conda("pytorch", depends=("python >=3.11",)), ("torch",)),
        (conda("python-build", depends=("python",)), ("build",)),
        (conda("typing_extensions", depends=("python",)), ("typing-extensions",)),
        (conda("requests", depends=("python >=3.8",)), ("requests",)),
        (conda("libtorch", depends=("libgcc >=13",)), ()),
        (conda("python", depends=("libffi",)), ()),
        (conda("unknown"), ("unknown",)),
        (
            conda("jax-cuda", purls=("pkg:pypi/Jax?source=hash-mapping", "pkg:pypi/jaxlib@1")),
            ("jax", "jaxlib"),
        ),
    ],
    ids=lambda value: value.name if isinstance(value, CondaPackage) else "",
)
def test_a_conda_package_is_the_distributions_that_its_record_or_the_table_says(
    package: CondaPackage, names: tuple[str, ...]
) -> None:
    assert distributions(package) == names
