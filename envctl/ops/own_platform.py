"""The platform of a lock that a machine takes."""

from __future__ import annotations

from dataclasses import replace

from envctl.errors import InputError
from envctl.model.lock import PlatformLock
from envctl.sources import LockSource
from envctl.versions import virtual_matches
from envctl.virtual_packages import virtual_packages_of


def own_platform(source: LockSource, subdir: str, machine: tuple[str, ...]) -> PlatformLock:
    """The platform of the subdir; of several (pixi's rich platforms) the one that asks most of what the
    machine offers, as `NAME=VERSION=BUILD`.

    Raises `InputError` (`lock-platform`) where there is none for it.
    """
    parts = source.lock.of_subdir(subdir)
    if len(parts) == 1:
        return parts[0]
    file = source.label.partition(":")[2]
    if not parts:
        raise InputError(
            f"has no packages for {subdir}",
            code="lock-platform",
            file=file,
            cause=f"it is for {', '.join(part.key for part in source.lock.platforms) or 'none'}",
            hint=f"lock anew with --platform {subdir}",
        )
    usual = virtual_packages_of(subdir, cuda="none", environ={})
    # every machine of the subdir is such a one, whatever its own name
    processor = next(text for text in usual if text.startswith("__archspec"))
    offered = (*machine, processor)
    fitting = [part for part in parts if not _missing(part, offered)]
    if not fitting:
        raise InputError(
            "has no packages for what this machine offers",
            code="lock-platform",
            file=file,
            cause="; ".join(f"{part.key} asks for {', '.join(_missing(part, offered))}" for part in parts),
            hint=f"to install one all the same: envctl export {file} --platform {parts[0].key} "
            "--format explicit, and create from that",
        )

    def answered(part: PlatformLock) -> int:
        """How many of the others ask for no more than it does."""
        return sum(not _missing(other, (*part.virtual_packages, processor)) for other in fitting)

    return max(fitting, key=answered)


def without_optional(part: PlatformLock) -> PlatformLock:
    """The packages that are installed unasked: as conda-lock does it, all but those of optional categories
    that are not `dev`."""
    return replace(
        part,
        packages=tuple(
            entry for entry in part.packages if not entry.optional or entry.category in ("main", "dev")
        ),
    )


def _missing(part: PlatformLock, machine: tuple[str, ...]) -> list[str]:
    """What a platform asks for and the machine does not offer, or only in an older version."""
    return [wanted for wanted in part.virtual_packages if not _is_offered(wanted, machine)]


def _is_offered(wanted: str, machine: tuple[str, ...]) -> bool:
    name, version, build = (*wanted.split("="), "", "")[:3]
    if name == "__archspec":  # its version says nothing
        return any(offered.startswith(f"{name}=") and offered.endswith(f"={build}") for offered in machine)
    return any(virtual_matches(f"{name} >={version or 0}", offered) for offered in machine)
