"""Which platform of a lock a machine takes."""

from __future__ import annotations

import pytest
from diff_samples import conda, part

from envctl.errors import InputError
from envctl.model.lock import Lock, PlatformLock
from envctl.ops.own_platform import own_platform
from envctl.sources import LockSource

MACHINE = ("__archspec=1=zen3", "__glibc=2.35=0", "__linux=6.1=0", "__unix=0=0")
BASE = ("__unix=0=0", "__linux=4.18=0", "__glibc=2.28=0", "__archspec=0=x86_64")


def platform(label: str | None, *virtual_packages: str, subdir: str = "linux-64") -> PlatformLock:
    return part(conda(), label=label, platform=subdir, virtual_packages=virtual_packages)


def chosen(*platforms: PlatformLock, machine: tuple[str, ...] = MACHINE) -> str:
    source = LockSource(lock=Lock(platforms=platforms), label="file:pixi.lock")
    return own_platform(source, "linux-64", machine).key


PLAIN = platform(None, *BASE)
CUDA_11 = platform("cuda11", *BASE, "__cuda=11.8")
CUDA_12 = platform("cuda12", *BASE, "__cuda=12.4=0")
NEW_GLIBC = platform("new", *BASE, "__glibc=2.39=0")
ZEN_3 = platform("zen", *BASE[:3], "__archspec=0=zen3")


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("driver", "label"), [(None, "linux-64"), ("11.8", "cuda11"), ("12.2", "cuda11"), ("13.0", "cuda12")]
)
def test_the_platform_that_asks_most_of_what_the_machine_has_is_taken(
    driver: str | None, label: str, order: int
) -> None:
    machine = (*MACHINE, f"__cuda={driver}=0") if driver else MACHINE
    assert chosen(*(PLAIN, CUDA_11, CUDA_12, NEW_GLIBC)[::order], machine=machine) == label


def test_a_processor_is_taken_by_its_own_name_or_by_the_one_that_all_answer_to() -> None:
    assert chosen(platform(None), platform("zen2", "__archspec=0=zen2"), ZEN_3) == "zen"
    assert chosen(PLAIN, ZEN_3) == "zen"
    assert chosen(platform("other"), PLAIN) == "linux-64"


def test_the_only_platform_of_the_subdir_is_taken_whatever_it_asks() -> None:
    assert chosen(CUDA_12, platform(None, subdir="win-64")) == "cuda12"


def test_the_platforms_are_named_where_the_machine_has_what_none_of_them_asks() -> None:
    with pytest.raises(InputError, match="no packages for what this machine offers") as caught:
        chosen(CUDA_11, CUDA_12)
    assert caught.value.code == "lock-platform"
    assert caught.value.cause == "cuda11 asks for __cuda=11.8; cuda12 asks for __cuda=12.4=0"
    assert "envctl export pixi.lock --platform cuda11" in (caught.value.hint or "")


def test_the_platforms_are_named_where_none_is_for_the_subdir() -> None:
    with pytest.raises(InputError, match="no packages for linux-64") as caught:
        chosen(platform(None, subdir="win-64"), platform("mac", subdir="osx-arm64"))
    assert caught.value.cause == "it is for win-64, mac"
