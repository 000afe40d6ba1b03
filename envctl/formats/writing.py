"""A lock or a specification as the text of any format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from envctl.errors import UsageError
from envctl.formats.lock_as_spec import pinned_spec, requested_spec
from envctl.formats.lost import counted
from envctl.formats.one_platform import on_platform
from envctl.formats.written import Written
from envctl.model.environment import EnvironmentSpec
from envctl.model.format_names import ExportFormat
from envctl.model.lock import Lock, PlatformLock


def write_lock(
    lock: Lock,
    form: ExportFormat,
    *,
    platform: str | None = None,
    builds: bool = True,
    from_history: bool = False,
) -> Written:
    """A lock in a format; `builds` and `from_history` are for specifications.

    A format for one platform writes `platform`, or the only one that there is. Raises `UsageError`
    (`several-platforms`, `no-platform`).
    """
    if form == "conda-lock-v1":
        from envctl.formats.conda_lock_v1.write import dumps as conda_lock

        return conda_lock(_narrowed(lock, platform))
    if form == "pixi-lock":
        from envctl.formats.pixi_lock.write import dumps as pixi_lock

        narrowed = _narrowed(lock, platform)
        locks: Mapping[str, Lock] = {narrowed.name or "default": narrowed}
        return pixi_lock(locks)
    part = on_platform(lock, platform)
    if form == "explicit":
        from envctl.formats.explicit import dumps as explicit

        return explicit(lock, platform=part.key)
    if form == "requirements":
        from envctl.formats.requirements import dumps as requirements

        return requirements(lock, platform=part.key)
    spec = requested_spec(lock, part) if from_history else pinned_spec(lock, part, builds=builds)
    return write_spec(spec, form, lost=_lost_in_a_spec(part, from_history=from_history))


def write_spec(spec: EnvironmentSpec, form: ExportFormat, *, lost: tuple[str, ...] = ()) -> Written:
    """A specification in a format. Raises `UsageError` (`not-locked`) for one that holds exact packages."""
    if form == "environment-yaml":
        from envctl.formats.environment_yaml_write import dumps as environment_yaml

        return Written(text=environment_yaml(spec), lost=lost)
    if form == "environment-json":
        from envctl.formats.environment_json import dumps as environment_json

        try:
            return Written(text=environment_json(spec), lost=lost)
        except ValueError as error:
            raise UsageError(str(error), code="not-json", hint="choose a platform with --platform") from error
    raise UsageError(
        f"a specification cannot be written as {form}",
        code="not-locked",
        cause="it asks for packages and does not say which exactly",
        hint="solve it first: `envctl lock`",
    )


def _narrowed(lock: Lock, platform: str | None) -> Lock:
    """The lock with one platform alone, where one is named."""
    return lock if platform is None else replace(lock, platforms=(on_platform(lock, platform),))


def _lost_in_a_spec(part: PlatformLock, *, from_history: bool) -> tuple[str, ...]:
    """What a specification cannot say, and what it leaves to the solve beyond what its reader expects."""
    unbuilt = (package.name for package in part.conda if not package.has_archive)
    unknown = (package.name for package in part.pip if package.version is None and package.url is None)
    return (
        *counted("conda package", unbuilt, " that no archive holds"),
        *counted("pip package", () if from_history else unknown, " without a version"),
        *counted("category", sorted({entry.category for entry in part.packages} - {"main"})),
    )
