"""Which part of a lock a platform's name means, and each package once."""

from __future__ import annotations

from diff_samples import conda, part, pip

from envctl.model.lock import Lock

GPU = part(conda("torch", build="cuda"), label="gpu")
CPU = part(conda("torch", build="cpu"))


def test_a_platform_of_exactly_that_name_comes_before_others_of_its_subdir() -> None:
    lock = Lock(platforms=(GPU, CPU))
    assert lock.on("linux-64") is CPU
    assert lock.on("gpu") is GPU


def test_a_subdir_means_the_only_platform_that_has_it() -> None:
    assert Lock(platforms=(GPU,)).on("linux-64") is GPU


def test_a_subdir_of_several_platforms_means_none_of_them() -> None:
    lock = Lock(platforms=(GPU, part(conda("torch"), label="cpu")))
    assert lock.on("linux-64") is None
    assert [each.label for each in lock.of_subdir("linux-64")] == ["gpu", "cpu"]
    assert lock.of_subdir("win-64") == ()


def test_a_package_is_known_by_its_manager_and_name() -> None:
    assert conda("NumPy").key == ("conda", "numpy")
    assert pip("Typing_Extensions").key == ("pip", "typing-extensions")


def test_of_two_packages_of_one_name_the_first_counts() -> None:
    first, other = conda("python", "3.11"), conda("numpy")
    wheel = pip("torch", "2.3")
    found = part(first, other, conda("Python", "3.12"), wheel, pip("Torch", "2.2"))
    assert found.conda == (first, other)
    assert found.pip == (wheel,)
    assert list(found.by_key) == [("conda", "python"), ("conda", "numpy"), ("pip", "torch")]
