"""doctor: what envctl sees of the machine it runs on, and what is wrong with one environment."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from envctl import __version__
from envctl.configuration.read import read as read_configuration
from envctl.engines.rattler import RattlerEngine
from envctl.errors import EnvctlError, InputError
from envctl.model.configuration import Configuration
from envctl.model.report import CheckResult, Report
from envctl.ops.default_channels import default_channels
from envctl.ops.diagnosis.configured import configuration_check, unreadable_check
from envctl.ops.diagnosis.folders import roots_check, space_check
from envctl.ops.diagnosis.known import environments_check, registry_check
from envctl.ops.diagnosis.leftovers import leftovers_check
from envctl.ops.diagnosis.machine import virtual_packages_check
from envctl.ops.diagnosis.network import channels_check, proxies_check
from envctl.ops.diagnosis.one_environment import environment_checks
from envctl.ops.diagnosis.package_cache import cache_check
from envctl.ops.diagnosis.programs import engine_check, uv_check
from envctl.prefixes.finding import find_place
from envctl.prefixes.place import Place
from envctl.prefixes.recorded import read_recorded
from envctl.prefixes.root import Root, find_root, own_root
from envctl.progress import Reporter
from envctl.subdirs import current_subdir


@dataclass(frozen=True, kw_only=True, slots=True)
class DoctorOptions:
    """What to look at."""

    environ: Mapping[str, str]
    """Where the folders and the configuration are told."""
    environment: str | None = None
    """An environment to look at too."""
    offline: bool = False
    """Whether no channel is asked."""


def doctor(options: DoctorOptions, reporter: Reporter) -> Report:
    """Look at everything that envctl works with, and take away what killed runs left.

    Raises `AbsentError` (`no-environment`), and `InputError` where only a configuration that cannot be read
    would tell where the environment is. All else that is broken is a check that failed.
    """
    environ = options.environ
    try:
        configuration = read_configuration(environ)
        configured = configuration_check(configuration)
    except InputError as error:
        configuration, configured = Configuration(), unreadable_check(error)
    root = _root(environ)
    place = None
    if options.environment is not None:
        place = find_place(root, options.environment, environ, reporter)
    engine = RattlerEngine(root, configuration)
    checks = [
        engine_check(engine, environ),
        uv_check(),
        roots_check(root),
        space_check(root),
        configured,
        proxies_check(environ, configuration),
        _channels(options, engine, place),
        virtual_packages_check(engine, environ),
        leftovers_check(root),
        cache_check(root),
        registry_check(),
        environments_check(root),
    ]
    if place is not None:
        checks += environment_checks(place, reporter)
    return Report(
        subject="this machine" if place is None else f"this machine and {place.label}",
        checks=tuple(checks),
        facts=_facts(root, place),
        absent=("channels",),
    )


def _root(environ: Mapping[str, str]) -> Root:
    try:
        return find_root(environ)
    except InputError:  # which is a check of its own
        return own_root()


def _channels(options: DoctorOptions, engine: RattlerEngine, place: Place | None) -> CheckResult:
    if options.offline:
        return CheckResult(id="channels", status="skip", summary="--offline: no channel was asked")
    try:
        words = default_channels(options.environ)
    except InputError:
        return CheckResult(id="channels", status="skip", summary="the configuration does not tell any")
    recorded = _recorded_channels(place)
    channels = tuple(dict.fromkeys((*words, *recorded)))
    chosen = read_configuration(options.environ).channels
    try:
        return channels_check(channels, engine.unreachable(channels), chosen=chosen, recorded=recorded)
    except EnvctlError as error:
        return CheckResult(
            id="channels", status="fail", summary=error.message, cause=error.cause, hint=error.hint
        )


def _recorded_channels(place: Place | None) -> tuple[str, ...]:
    """The channels that an environment was made from, as far as envctl made it."""
    try:
        recorded = read_recorded(place.prefix) if place else None
    except InputError:  # which the checks of the environment tell
        return ()
    return recorded.channels if recorded else ()


def _facts(root: Root, place: Place | None) -> dict[str, Any]:
    return {
        "envctl": __version__,
        "python": platform.python_version(),
        "platform": current_subdir(),
        "environments": str(root.environments),
        "cache": str(root.packages),
        "environment": None if place is None else place.name,
        "prefix": None if place is None else str(place.prefix),
    }
