"""Why a solve has no solution: the smallest conflict, and what the channels have instead."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta

from rattler import Channel, Gateway, RepoDataRecord, Subdir
from rattler.exceptions import GatewayError, SolverError

from envctl.engines.rattler_explain import missing_names, unsatisfiable
from envctl.engines.rattler_problem import Problem
from envctl.errors import EnvctlError

Attempt = Callable[[Iterable[str], timedelta | None], Awaitable[list[RepoDataRecord]]]

_SEARCH_S = 10.0
"""How long the search for the smallest conflict may take; a solve from a loaded index takes milliseconds."""
_VERSIONS = 5


async def diagnose(attempt: Attempt, gateway: Gateway, problem: Problem, *, text: str) -> EnvctlError:
    """The error that explains the solver's `text` for these specs."""
    conflict, text = await _smallest(attempt, list(problem.specs), text)
    channels, platforms = problem.channels, list(problem.platforms)
    try:
        names = [name.normalized for name in await gateway.names(channels, platforms)]
        sought = [name for name in missing_names(text) if name in names]
        there = {name: await _versions(gateway, channels, platforms, name) for name in sought}
    except GatewayError:  # what there is instead is a courtesy
        names, there = [], {}
    return unsatisfiable(
        text,
        conflict=conflict,
        channels=[channel.base_url for channel in channels],
        known=names,
        there=there,
        platform=str(problem.platforms[0]),
        requirement=problem.requirement,
        described=problem.described,
    )


async def _smallest(attempt: Attempt, conflict: list[str], text: str) -> tuple[list[str], str]:
    """A smallest set of requests that cannot hold together, and the solver's words about it alone."""
    deadline = time.monotonic() + _SEARCH_S
    for spec in tuple(conflict):
        rest = [other for other in conflict if other != spec]
        left_s = deadline - time.monotonic()
        if not rest or left_s <= 0:
            break
        try:
            await attempt(rest, timedelta(seconds=left_s))
        except SolverError as error:
            conflict, text = rest, str(error)
    return conflict, text


async def _versions(
    gateway: Gateway, channels: Sequence[Channel], platforms: Sequence[Subdir], name: str
) -> list[str]:
    """The newest versions that the channels have of a package, newest first."""
    found = await gateway.query(channels, platforms, [name], recursive=False)
    versions = {record.version for records in found for record in records}
    return [str(version) for version in sorted(versions, reverse=True)[:_VERSIONS]]
