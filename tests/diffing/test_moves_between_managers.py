"""A package that goes from conda to pip, or back, is one change."""

from __future__ import annotations

import pytest
from diff_samples import NAMES, conda, lock, pip, spec

from envctl.diffing.locks import diff_locks
from envctl.diffing.specs import diff_specs


@pytest.mark.parametrize(
    ("conda_name", "pip_name"),
    [
        ("pytorch", "torch"),
        ("numpy", "NumPy"),
        ("jupyter_client", "jupyter-client"),
        ("typing_extensions", "typing-extensions"),
        ("ruamel.yaml", "ruamel-yaml"),
        ("python-build", "build"),
        ("matplotlib-base", "matplotlib"),
        ("opencv", "opencv-python-headless"),
    ],
)
def test_it_goes_by_the_name_that_conda_gives_it(conda_name: str, pip_name: str) -> None:
    there, back = lock(conda(conda_name, "1.0")), lock(pip(pip_name, "1.0"))
    for before, after in ((there, back), (back, there)):
        diff = diff_locks(before, after, names=NAMES)
        (change,) = diff.changed
        assert (change.name, change.manager, change.kinds) == (conda_name, "conda", ("source",))
        assert (diff.added, diff.removed) == ((), ())


def test_the_versions_are_compared_by_the_rules_of_pip() -> None:
    (change,) = diff_locks(lock(conda("pytorch", "2.3.0")), lock(pip("torch", "2.4")), names=NAMES).changed
    assert change.kinds == ("upgrade", "source")


def test_an_accelerator_in_the_version_of_pip_is_no_other_version() -> None:
    (change,) = diff_locks(
        lock(conda("pytorch", "2.3.0")), lock(pip("torch", "2.3.0+cu118")), names=NAMES
    ).changed
    assert change.kinds == ("source",)


@pytest.mark.parametrize(
    ("conda_name", "pip_name"), [("graphviz", "graphviz"), ("tzdata", "tzdata"), ("redis", "redis")]
)
def test_a_program_and_a_distribution_of_the_same_name_are_two_packages(
    conda_name: str, pip_name: str
) -> None:
    diff = diff_locks(lock(conda(conda_name)), lock(pip(pip_name)), names=NAMES)
    assert len(diff.removed) == len(diff.added) == 1


def test_what_stays_with_conda_does_not_move_because_pip_lets_its_copy_go() -> None:
    diff = diff_locks(lock(conda("numpy"), pip("numpy")), lock(conda("numpy")), names=NAMES)
    (removed,) = diff.removed
    assert (removed.name, removed.manager) == ("numpy", "pip")


def test_of_two_distributions_of_one_conda_package_the_first_is_the_one_that_moved() -> None:
    both = lock(pip("opencv-python"), pip("opencv-python-headless"))
    diff = diff_locks(lock(conda("opencv")), both, names=NAMES)
    assert [change.name for change in diff.changed] == ["opencv"]
    assert [change.name for change in diff.added] == ["opencv-python-headless"]


def test_a_request_moves_as_a_package_does() -> None:
    before, after = spec("pytorch=2.3"), spec(pip=("torch==2.4",))
    (change,) = diff_specs(before, after, names=NAMES).changed
    assert (change.name, change.manager, change.kinds) == ("pytorch", "conda", ("upgrade", "spec", "source"))


def test_a_request_that_moves_within_its_range_is_no_upgrade() -> None:
    (change,) = diff_specs(spec("flask=2.1"), spec(pip=("flask==2.1.3",)), names=NAMES).changed
    assert change.kinds == ("spec", "source")
