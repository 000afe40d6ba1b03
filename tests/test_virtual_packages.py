"""What a platform offers where no machine is asked."""

from __future__ import annotations

import pytest

from envctl.errors import UsageError
from envctl.virtual_packages import virtual_packages_of


@pytest.mark.parametrize(
    ("subdir", "expected"),
    [
        ("linux-64", ("__archspec=1=x86_64", "__glibc=2.28=0", "__linux=4.18=0", "__unix=0=0")),
        ("linux-aarch64", ("__archspec=1=aarch64", "__glibc=2.28=0", "__linux=4.18=0", "__unix=0=0")),
        ("osx-arm64", ("__archspec=1=m1", "__osx=13.0=0", "__unix=0=0")),
        ("win-64", ("__archspec=1=x86_64", "__win=10.0=0")),
        ("win-arm64", ("__archspec=1=aarch64", "__win=10.0=0")),
    ],
)
def test_each_platform_has_what_its_oldest_supported_system_offers(
    subdir: str, expected: tuple[str, ...]
) -> None:
    assert virtual_packages_of(subdir, cuda=None, environ={}) == expected


@pytest.mark.parametrize(
    ("cuda", "environ", "required", "expected"),
    [
        (None, {}, None, None),
        ("12.4", {}, None, "12.4"),
        (None, {}, ">=12.6", "12.6"),
        (None, {}, ">=11.8,<13", "11.8"),
        ("none", {}, ">=12.6", None),
        ("13.0", {}, ">=12.6", "13.0"),
        (None, {"CONDA_OVERRIDE_CUDA": "12.8"}, ">=12.6", "12.8"),
        (None, {"CONDA_OVERRIDE_CUDA": ""}, ">=12.6", None),
        ("12.4", {"CONDA_OVERRIDE_CUDA": "12.8"}, None, "12.4"),
    ],
)
def test_the_driver_is_what_was_asked_for_else_what_the_source_needs(
    cuda: str | None, environ: dict[str, str], required: str | None, expected: str | None
) -> None:
    found = virtual_packages_of("linux-64", cuda=cuda, environ=environ, required_cuda=required)
    assert [text for text in found if text.startswith("__cuda")] == (
        [f"__cuda={expected}=0"] if expected else []
    )


def test_macos_has_no_cuda() -> None:
    assert "cuda" not in str(virtual_packages_of("osx-arm64", cuda="12.4", environ={}))


def test_overrides_count_and_an_empty_one_takes_the_package_away() -> None:
    environ = {"CONDA_OVERRIDE_GLIBC": "2.17", "CONDA_OVERRIDE_LINUX": "", "CONDA_OVERRIDE_ARCHSPEC": "zen4"}
    found = virtual_packages_of("linux-64", cuda=None, environ=environ)
    assert found == ("__archspec=1=zen4", "__glibc=2.17=0", "__unix=0=0")


@pytest.mark.parametrize(
    ("cuda", "environ"),
    [("twelve", {}), (None, {"CONDA_OVERRIDE_CUDA": "x"}), (None, {"CONDA_OVERRIDE_GLIBC": "x"})],
)
def test_what_is_no_version_is_refused(cuda: str | None, environ: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="is no"):
        virtual_packages_of("linux-64", cuda=cuda, environ=environ)


@pytest.mark.parametrize("subdir", ["linux-64", "win-arm64"])
def test_the_processor_of_every_platform_can_be_overridden_and_taken_away(subdir: str) -> None:
    def processor(text: str) -> list[str]:
        found = virtual_packages_of(subdir, cuda=None, environ={"CONDA_OVERRIDE_ARCHSPEC": text})
        return [package for package in found if package.startswith("__archspec")]

    assert processor("x86_64_v3") == ["__archspec=1=x86_64_v3"]
    assert processor("") == []


@pytest.mark.parametrize("text", ["x=y", "a b", "a-b"])
def test_what_is_no_processor_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no processor") as caught:
        virtual_packages_of("linux-64", cuda=None, environ={"CONDA_OVERRIDE_ARCHSPEC": text})
    assert caught.value.code == "bad-override"
