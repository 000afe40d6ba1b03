"""What is published of the builds of a framework: for which CUDA versions, for which GPUs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from envctl.model.build import Framework
from envctl.model.packages import Manager
from envctl.verify.tables.rows import numbers, rows


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameworkCuda:
    """The CUDA versions of a framework's release."""

    cuda: tuple[str, ...]
    """For which it is published, such as `12.6`; empty where that is not known."""
    pypi: str | None
    """Of the build for Linux on x86 that PyPI has."""
    cudnn: str | None
    """The cuDNN version of that build, major and minor."""
    source: str


def framework_cuda(framework: Framework, version: str) -> FrameworkCuda | None:
    """What is published of a version such as `2.6.0` or `2.6.0+cu124`; None where the table has nothing."""
    for row in _of(framework, version, "framework_cuda"):
        return FrameworkCuda(
            cuda=tuple(row["cuda"].split()),
            pypi=row["pypi"] or None,
            cudnn=row["cudnn"] or None,
            source=row["source"],
        )
    return None


def known_archs(
    *, framework: Framework, version: str, cuda: str, manager: Manager, channel: str | None, platform: str
) -> tuple[tuple[str, ...], str] | None:
    """The archs that a build was compiled for (`sm_80`, `compute_120`) and the source of that.

    `channel` is a conda channel's name and counts for conda only, `platform` a conda subdir such as
    `linux-64`. None wherever the table does not name exactly this build.
    """
    for row in _of(framework, version, "framework_archs"):
        if (
            manager == row["manager"]
            and (manager == "pip" or channel == row["channel"])
            and platform in row["platforms"].split()
            and _names(row["cuda"], cuda)
        ):
            return tuple(row["archs"].split()), row["source"]
    return None


def _of(framework: Framework, version: str, table: str) -> Iterator[Mapping[str, str]]:
    """The rows for a framework's version, its local part and pre-release left aside."""
    try:
        release = Version(version).base_version
    except InvalidVersion:
        return
    for row in rows(table):
        if row["framework"] == framework and SpecifierSet(row["versions"]).contains(release):
            yield row


def _names(listed: str, cuda: str) -> bool:
    try:
        return numbers(cuda)[:2] in map(numbers, listed.split())
    except ValueError:
        return False
