"""What an engine does: choose packages, and put chosen packages into a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from envctl.model.packages import CondaPackage, Solution
from envctl.progress import Reporter


@dataclass(frozen=True, kw_only=True, slots=True)
class SolveRequest:
    """What is wanted, and from where."""

    specs: tuple[str, ...]
    """Conda match specs as people write them."""
    channels: tuple[str, ...]
    """Names, URLs or folders, highest priority first."""
    only_these: bool = False
    """Whether a channel that only a spec names (`bioconda::samtools`) stays out; else it comes last."""
    cuda: str | None = None
    """The CUDA version that the driver is taken to support; `none` for no driver; None asks the machine."""
    cuda_requirement: str | None = None
    """The CUDA versions that the source is made for, such as `>=12.4`; said where a driver is missing."""
    offline: bool = False
    directory: Path | None = None
    """Where relative channel folders start from."""
    platform: str | None = None
    """The subdir to solve for; None is this machine's."""
    virtual_packages: tuple[str, ...] | None = None
    """What the machine offers, as `NAME=VERSION=BUILD`; None asks this machine, and `cuda` counts."""
    keep: tuple[CondaPackage, ...] = ()
    """Packages to prefer: they change only where the specs leave no other way."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InstallRequest:
    """What is put where."""

    solution: Solution
    prefix: Path
    """The folder to install into; empty."""
    final: Path
    """The path to write into files that hold one; where the prefix will stand in the end."""
    verify_cache: bool = False
    """Whether every file of the package cache is checked by its hash; else that each is there."""
    link_scripts: bool = False
    """Whether the packages' own scripts run (post-link and its kin); else the reporter is warned of packages
    that have some."""
    offline: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """What an installation costs."""

    download_bytes: int
    """Of the archives that the package cache lacks."""
    disk_bytes: int
    """Of the files installed, as the packages list them; files shared with the cache count in full."""
    unknown: int = 0
    """Packages that do not say what they hold; they are not in `disk_bytes`."""


class Engine(Protocol):
    """A way to solve and install. Both report progress and raise errors of envctl's own tree."""

    @property
    def name(self) -> str:
        """`rattler` or `conda`."""

    @property
    def version(self) -> str:
        """Of the program or library that does the work."""

    def machine(self, cuda: str | None) -> tuple[str, ...]:
        """What this machine offers, as `NAME=VERSION=BUILD`; `cuda` as in `SolveRequest`.

        Raises `UsageError` (`bad-cuda`, `bad-override`).
        """

    def solve(self, requests: Sequence[SolveRequest], reporter: Reporter) -> tuple[Solution, ...]:
        """Choose the packages, for all requests at once, in their order.

        Raises `InputError` or `UsageError` for what cannot be asked, `AbsentError`
        (`channel-unreachable`), `FailedError` (`unsatisfiable`, `package-not-found`).
        """

    def sizes(self, solution: Solution, reporter: Reporter) -> Sizes:
        """What installing would cost; never raises for a package that cannot be asked."""

    def install(self, request: InstallRequest, reporter: Reporter) -> None:
        """Put the packages into the prefix.

        Every archive's hash is verified before it is linked, where its channel gives one. Raises
        `FailedError` (`download-failed`, `damaged-package`, `hash-mismatch`, `install-failed`, `disk-full`),
        `AbsentError` (`offline`), `InputError` (`bad-record`) for a package that cannot be what it is said to
        be.
        """
