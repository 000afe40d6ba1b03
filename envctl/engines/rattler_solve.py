"""The embedded engine's solve: what people write to match specs, and strict channel priority."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

import rattler
from rattler import (
    Channel,
    ChannelPriority,
    Gateway,
    MatchSpec,
    PackageRecord,
    RepoDataRecord,
)
from rattler.exceptions import GatewayError, InvalidChannelError, InvalidMatchSpecError, SolverError

from envctl.engines.rattler_diagnose import diagnose
from envctl.engines.rattler_problem import Problem
from envctl.engines.rattler_unreachable import unreachable
from envctl.errors import FailedError, UsageError

_ORDERS = {
    "strict": (ChannelPriority.Strict,),
    "flexible": (ChannelPriority.Strict, ChannelPriority.Disabled),
    "disabled": (ChannelPriority.Disabled,),
}
"""What is tried, one after the other. Conda's flexible takes a package from a lower channel where those above
leave no solution."""


def parse_specs(texts: Sequence[str], channels: Mapping[str, Channel]) -> dict[str, MatchSpec]:
    """Match specs from what people write, by their text.

    `NAME::` in front means the channel that is called so among `channels`: a mirror of conda-forge under
    a URL of its own too, if the URL ends in that name. Raises `UsageError` (`bad-match-spec`).
    """
    urls = {called: channel.base_url.rstrip("/") for called, channel in channels.items()}
    for channel in channels.values():  # of two with one name, the one of higher priority
        urls.setdefault(channel.name or "", channel.base_url.rstrip("/"))
    parsed = {}
    for text in texts:
        name, colons, spec = text.partition("::")
        try:
            parsed[text] = MatchSpec(f"{urls.get(name, name)}::{spec}" if colons else text, strict=False)
        except (InvalidMatchSpecError, InvalidChannelError) as error:
            raise UsageError(
                f"{text!r} is no conda match spec",
                code="bad-match-spec",
                cause=str(error).splitlines()[0],
                hint="such as numpy, numpy=1.26, 'numpy >=1.24,<2' or conda-forge::numpy",
            ) from error
    return parsed


async def solve(gateway: Gateway, problem: Problem) -> list[RepoDataRecord]:
    """The records that satisfy the specs.

    Raises what `unreachable` and `diagnose` make of a channel out of reach and of requests that cannot hold
    together.
    """

    async def solve_by(
        priority: ChannelPriority, wanted: Iterable[str], within: timedelta | None
    ) -> list[RepoDataRecord]:
        return await rattler.solve(
            list(problem.channels),
            [problem.specs[text] for text in wanted],
            gateway=gateway,
            platforms=list(problem.platforms),
            virtual_packages=list(problem.virtual_packages),
            locked_packages=list(problem.keep),
            timeout=within,
            channel_priority=priority,
        )

    async def attempt(wanted: Iterable[str], within: timedelta | None = None) -> list[RepoDataRecord]:
        *first, last = _ORDERS[problem.priority]
        for priority in first:
            with suppress(SolverError):
                return await solve_by(priority, wanted, within)
        return await solve_by(last, wanted, within)

    try:
        return await attempt(problem.specs)
    except GatewayError as error:
        raise await unreachable(gateway, problem, text=str(error)) from error
    except SolverError as error:
        raise await diagnose(attempt, gateway, problem, text=str(error)) from error


def in_install_order(records: list[RepoDataRecord]) -> list[RepoDataRecord]:
    """Dependencies first. Raises `FailedError` where a channel's records are not what they say."""
    by_name = {record.name.normalized: record for record in records}
    ordered = PackageRecord.sort_topologically(list(records))
    if len(by_name) != len(records):
        raise FailedError("the solve chose one package twice", code="solve-failed")
    return [by_name[record.name.normalized] for record in ordered]
