"""Names of distributions and of conda packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from envctl.channel.names import conda_name


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
