"""What is really installed in a prefix, by what conda and pip wrote down there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from envctl.credentials import without_login
from envctl.errors import InputError
from envctl.install_order import dependencies_first
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage, Key, PipPackage
from envctl.prefixes.dist_info import is_requested, pip_entries, read_distribution
from envctl.prefixes.history import requested_in_history
from envctl.prefixes.meta import read_provenance
from envctl.prefixes.recorded import read_recorded, with_origin
from envctl.prefixes.records import Record, read_object, read_records
from envctl.subdirs import current_subdir

_UNSET = "***unset***"  # conda's mark for a variable that `conda env config vars unset` took away


def read_installed(prefix: Path, records: Sequence[Record] | None = None) -> Lock:
    """The packages in a prefix, conda's before pip's and each after what it needs, for one platform.

    What was asked for is what conda's log says, or else the package's own record; of a pip package only
    that it was asked for is known. The channels are those that envctl wrote down, then those that packages
    come from, the most packages first: conda writes no order down.

    `records` are conda's, where they have been read already. Raises `InputError` (`unreadable`,
    `bad-record`) with the file that is broken.
    """
    records = read_records(prefix) if records is None else records
    provenance = read_provenance(prefix)
    recorded = read_recorded(prefix)
    history = requested_in_history(prefix)
    requested = {record.package.name: record.requested for record in records} | history
    conda = dependencies_first(record.package for record in records)
    entries = pip_entries(prefix, records)
    distributions = {
        it.name: (it, is_requested(entry)) for entry in entries if (it := read_distribution(entry))
    }
    pip = dependencies_first(package for package, _ in distributions.values())
    known = _recorded_pip(recorded)
    return Lock(
        platforms=(
            PlatformLock(
                platform=_platform(records, recorded),
                packages=(
                    *(LockedPackage(package=it, requested=requested[it.name]) for it in conda),
                    *(_pip(it, asked=distributions[it.name][1], known=known) for it in pip),
                ),
                virtual_packages=provenance.virtual_packages if provenance else (),
            ),
        ),
        channels=_channels(provenance.channels if provenance else (), conda),
        indexes=recorded.indexes if recorded else (),
        pip_options=recorded.pip_options if recorded else (),
        variables=_variables(prefix),
    )


def _recorded_pip(recorded: Lock | None) -> dict[Key, LockedPackage]:
    parts = recorded.platforms if recorded else ()
    entries = (entry for part in parts for entry in part.packages if isinstance(entry.package, PipPackage))
    return {entry.package.key: entry for entry in entries}


def _pip(package: PipPackage, *, asked: bool, known: Mapping[Key, LockedPackage]) -> LockedPackage:
    """With what was written down of it at installation, if it still is that version."""
    entry = known.get(package.key)
    if entry is None or entry.package.version != package.version or not isinstance(entry.package, PipPackage):
        return LockedPackage(package=package, requested=(package.name,) if asked else ())
    return LockedPackage(package=with_origin(package, entry.package), requested=entry.requested)


def _platform(records: Sequence[Record], recorded: Lock | None) -> str:
    subdirs = Counter(record.package.subdir for record in records if record.package.subdir != "noarch")
    if subdirs:
        return _by_number(subdirs)[0]
    return recorded.platforms[0].platform if recorded and recorded.platforms else current_subdir()


def _channels(known: tuple[str, ...], packages: Sequence[CondaPackage]) -> tuple[str, ...]:
    """The known ones, which may be names, and behind them those of the other packages."""
    used = Counter(package.channel for package in packages if package.channel)
    ends = tuple(f"/{without_login(channel).strip('/')}" for channel in known)
    return (*known, *(channel for channel in _by_number(used) if not f"/{channel}".endswith(ends)))


def _by_number(counts: Counter[str]) -> list[str]:
    return sorted(counts, key=lambda name: (-counts[name], name))


def _variables(prefix: Path) -> dict[str, str]:
    """The environment's own variables, which conda keeps in `conda-meta/state`."""
    file = prefix / "conda-meta" / "state"
    variables = (read_object(file) if file.exists() else {}).get("env_vars") or {}
    if not isinstance(variables, dict):
        raise InputError("its `env_vars` is no object", code="bad-record", file=str(file))
    return {name: str(value) for name, value in variables.items() if value != _UNSET}
