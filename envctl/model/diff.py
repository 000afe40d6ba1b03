"""The difference between two descriptions of an environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from envctl.model.packages import Manager, Package

Kind = Literal["upgrade", "downgrade", "build", "channel", "hash", "spec", "source"]
"""How a package or request changed; several may hold.

`upgrade` and `downgrade`: the version. `build`: the build string under one version. `channel`: where it
comes from. `hash`: other content under the same URL. `spec`: the request. `source`: where a pip package
comes from (an index, an archive, a repository, a folder), or who installs it.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a specification asks of one package: all its entries of that name."""

    name: str
    """Normalised; of a pip line without a name (a path, a bare URL) the line itself."""
    manager: Manager
    specs: tuple[str, ...]
    """As written, in order, a selector behind its entry: `numpy >=1.24  # [linux]`."""
    canonical: tuple[str, ...]
    """The same in one spelling, sorted: equal where the requests mean the same."""


Item = Package | Wanted


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One package or request that differs. It was added where `before` is None, removed where `after` is."""

    name: str
    manager: Manager
    platform: str | None = None
    """The subdir; None between specifications."""
    before: Item | None
    after: Item | None
    kinds: tuple[Kind, ...] = ()
    """In the order of `Kind`; empty for what was added or removed."""
    requested: bool | None = None
    """Whether either side asked for it by name; None where neither says what was asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """Something that is no package and differs: the channels, a variable, an option of the pip section."""

    name: str
    """`channels`, `platforms`, `variables.NAME`, `pip options`, `SECTION` of another manager."""
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsatisfied:
    """A request that the packages do not answer."""

    name: str
    manager: Manager
    platform: str
    spec: str
    """As written."""
    found: Package | None
    """The package of that name that is there instead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Extra:
    """A package that nothing asked for, and that nothing which was asked for needs."""

    platform: str
    package: Package


@dataclass(frozen=True, kw_only=True, slots=True)
class Diff:
    """From one description (`before`) to another (`after`): all lists sorted by platform, manager and name.

    Between a specification and packages only `unsatisfied` and `extra` are used, else only the others.
    """

    before: str
    after: str
    """What the two are called."""
    platforms: tuple[str, ...] = ()
    """Those compared; empty between specifications."""
    added: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    settings: tuple[Setting, ...] = ()
    unsatisfied: tuple[Unsatisfied, ...] = ()
    extra: tuple[Extra, ...] = ()
    satisfaction: bool = False
    """Whether a specification was compared with packages."""
    unchanged: int = 0
    """Packages or requests that are the same on both sides."""
    notes: tuple[str, ...] = ()
    """What could not be compared, and why."""

    @property
    def differs(self) -> bool:
        """Whether anything does."""
        return any((self.added, self.removed, self.changed, self.settings, self.unsatisfied, self.extra))
