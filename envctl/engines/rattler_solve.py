"""The embedded engine's solve: strict channel priority, and the smallest conflict where nothing fits."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence

import rattler
from rattler import (
    Channel,
    Gateway,
    GenericVirtualPackage,
    MatchSpec,
    PackageRecord,
    RepoDataRecord,
    Subdir,
)
from rattler.exceptions import GatewayError, InvalidChannelError, InvalidMatchSpecError, SolverError

from envctl.engines.rattler_explain import channel_unreachable, unsatisfiable
from envctl.errors import FailedError, UsageError

_EXPLAIN_S = 10.0
"""How long the search for the smallest conflict may take; a solve from a loaded index takes milliseconds."""


def parse_specs(texts: Sequence[str], channels: Sequence[Channel]) -> dict[str, MatchSpec]:
    """Match specs from what people write, by their text.

    `NAME::` in front means the channel that is called so among `channels`: a mirror of conda-forge under
    a URL of its own too, if the URL ends in that name. Raises `UsageError` (`bad-match-spec`).
    """
    urls = {channel.name: channel.base_url.rstrip("/") for channel in channels if channel.name}
    parsed = {}
    for text in texts:
        name, colons, spec = text.partition("::")
        try:
            parsed[text] = MatchSpec(f"{urls.get(name, name)}{colons}{spec}", strict=False)
        except (InvalidMatchSpecError, InvalidChannelError) as error:
            raise UsageError(
                f"{text!r} is no conda match spec",
                code="bad-match-spec",
                cause=str(error).splitlines()[0],
                hint="such as numpy, numpy=1.26, 'numpy >=1.24,<2' or conda-forge::numpy",
            ) from error
    return parsed


async def solve(
    gateway: Gateway,
    channels: Sequence[Channel],
    specs: Mapping[str, MatchSpec],
    virtual_packages: Sequence[GenericVirtualPackage],
) -> list[RepoDataRecord]:
    """The records that satisfy the specs on this platform.

    Raises what `rattler_explain` makes of a channel out of reach and of requests that cannot hold together.
    """

    async def attempt(wanted: Iterable[str]) -> list[RepoDataRecord]:
        return await rattler.solve(
            list(channels),
            [specs[text] for text in wanted],
            gateway=gateway,
            virtual_packages=list(virtual_packages),
        )

    async def fails(wanted: Iterable[str]) -> bool:
        try:
            await attempt(wanted)
        except SolverError:
            return True
        return False

    try:
        return await attempt(specs)
    except GatewayError as error:
        raise channel_unreachable(str(error)) from error
    except SolverError as error:
        text = str(error)
    deadline = time.monotonic() + _EXPLAIN_S
    conflict = list(specs)
    for spec in specs:
        rest = [other for other in conflict if other != spec]
        if time.monotonic() > deadline:
            break
        if rest and await fails(rest):
            conflict = rest
    try:
        await attempt(conflict)
    except SolverError as error:
        text = str(error)
    names = await gateway.names(channels, [Subdir.current(), Subdir("noarch")])
    raise unsatisfiable(
        text,
        conflict=conflict,
        channels=[channel.name or channel.base_url for channel in channels],
        known=[name.normalized for name in names],
    )


def in_install_order(records: list[RepoDataRecord]) -> list[RepoDataRecord]:
    """Dependencies first. Raises `FailedError` where a channel's records are not what they say."""
    by_name = {record.name.normalized: record for record in records}
    ordered = PackageRecord.sort_topologically(list(records))
    if len(by_name) != len(records):
        raise FailedError("the solve chose one package twice", code="solve-failed")
    return [by_name[record.name.normalized] for record in ordered]
