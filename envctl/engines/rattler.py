"""The embedded engine: py-rattler solves and installs in this process, no conda needed.

py-rattler's API moves between minor versions; all of it that solving and installing needs is used in
the `rattler_*` files of this folder.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import rattler
from rattler import Client, Gateway, PackageCache, RepoDataRecord, SourceConfig

from envctl.engines.interface import InstallRequest, Sizes, SolveRequest
from envctl.engines.rattler_archives import named_archive
from envctl.engines.rattler_arrivals import Arrivals
from envctl.engines.rattler_cache import package_cache
from envctl.engines.rattler_channels import resolve_channels
from envctl.engines.rattler_client import client, unheard_proxies
from envctl.engines.rattler_install import install
from envctl.engines.rattler_leftovers import clear_partial
from envctl.engines.rattler_prepare import expanded_record, prepare
from envctl.engines.rattler_problem import Problem
from envctl.engines.rattler_reach import unreachable_channels
from envctl.engines.rattler_records import to_package, verify_record
from envctl.engines.rattler_sizes import sizes
from envctl.engines.rattler_solve import in_install_order, solve
from envctl.engines.rattler_virtual import virtual_packages
from envctl.errors import AbsentError
from envctl.fsys import local_file, unwritable
from envctl.model.configuration import Configuration
from envctl.model.packages import CondaPackage, Solution
from envctl.prefixes.root import Root
from envctl.progress import Reporter

_T = TypeVar("_T")

_INDEX_TIMEOUT_S = 60
"""For one request to a channel's index, three tries each; conda-forge's largest file has 50 MB."""
_STALL_S = 120.0
"""How long downloads may bring nothing before they count as dead."""


class RattlerEngine:
    """Solves and installs with py-rattler; caches below the given root."""

    name = "rattler"
    version = rattler.__version__

    def __init__(self, root: Root, configuration: Configuration | None = None) -> None:
        self._root = root
        self._configuration = configuration or Configuration()
        self._records: dict[str, RepoDataRecord] = {}
        """What this process solved, by URL: whole records, with fields that no `CondaPackage` has."""

    def machine(self, cuda: str | None) -> tuple[str, ...]:
        """See `Engine.machine`."""
        return tuple(str(package) for package in virtual_packages(cuda))

    def solve(self, requests: Sequence[SolveRequest], reporter: Reporter) -> tuple[Solution, ...]:
        """See `Engine.solve`. One index in memory serves all requests."""
        gateway = self._gateway(offline=any(request.offline for request in requests))
        prepared = [prepare(request, self._configuration) for request in requests]
        for key in unheard_proxies(self._configuration):
            reporter.warn(f"the proxy for {key} alone is not used; --engine conda can")

        async def all_of_them() -> list[list[RepoDataRecord]]:
            return await asyncio.gather(*(solve(gateway, problem) for problem in prepared))

        with reporter.task("reading channels and solving", unit="steps"):
            solved = _wait(all_of_them())
        return tuple(
            Solution(
                platform=str(problem.platforms[0]),
                channels=problem.words,
                virtual_packages=tuple(str(package) for package in problem.virtual_packages),
                packages=tuple(self._noted(record, problem) for record in in_install_order(records)),
            )
            for problem, records in zip(prepared, solved, strict=True)
        )

    def unreachable(self, channels: Sequence[str]) -> dict[str, str]:
        """Which channels do not answer with their index, and why; each may take ten seconds.

        Raises `InputError` (`bad-credentials`), `FailedError` where the cache of indexes cannot be written.
        """
        resolved = resolve_channels(
            channels, directory=None, environ=os.environ, configuration=self._configuration
        )
        return _wait(unreachable_channels(self._gateway(offline=False), resolved))

    def sizes(self, solution: Solution, reporter: Reporter) -> Sizes:
        """See `Engine.sizes`."""
        records = self._known(solution)
        with reporter.task("asking for sizes", unit="steps"):
            cache = self._cache(records, verify=False)
            return _wait(sizes(records, cache, self._root.packages, self._client()))

    def install(self, request: InstallRequest, reporter: Reporter) -> None:
        """See `Engine.install`."""
        records = self._known(request.solution)
        cache = self._cache(records, verify=request.verify_cache or self._configuration.extra_safety_checks)
        arrivals = Arrivals(records, self._root.packages)
        clear_partial(self._root.packages)
        index = _wait(cache.index())
        new = [record for record in records if not index.contains_record(record)]
        remote = [record for record in new if local_file(record.url) is None]
        if request.offline and remote:
            raise AbsentError(
                f"{len(remote)} packages are not in the cache",
                code="offline",
                cause=", ".join(sorted(record.file_name for record in remote)[:5]),
                hint="run once without --offline",
            )
        for record in new:
            verify_record(record)
        _wait(
            install(
                request,
                records,
                remote=remote,
                cache=cache,
                arrivals=arrivals,
                client=self._client(),
                reporter=reporter,
                stall_s=_STALL_S,
            )
        )
        _release_memory()

    def _noted(self, record: RepoDataRecord, problem: Problem) -> CondaPackage:
        package = to_package(record, problem.written)
        if not package.channel:
            return named_archive(package, problem.specs)
        self._records[package.url] = record
        return package

    def _known(self, solution: Solution) -> list[RepoDataRecord]:
        return [self._solved(package) or self._expanded(package) for package in solution.packages]

    def _solved(self, package: CondaPackage) -> RepoDataRecord | None:
        record = self._records.get(package.url)
        same = record is not None and (record.sha256.hex() if record.sha256 else None) == package.sha256
        return record if same else None  # a lock may want another archive than the channel has there now

    def _expanded(self, package: CondaPackage) -> RepoDataRecord:
        return expanded_record(package, self._configuration)

    def _client(self, *, timeout_s: int | None = None) -> Client:
        return client(self._configuration, timeout_s=timeout_s)

    def _gateway(self, *, offline: bool) -> Gateway:
        _make_private(self._root.repodata)
        config = SourceConfig(cache_action="force-cache-only" if offline else "cache-or-fetch")
        return Gateway(
            cache_dir=self._root.repodata,
            default_config=config,
            client=self._client(timeout_s=_INDEX_TIMEOUT_S),
        )

    def _cache(self, records: Sequence[RepoDataRecord], *, verify: bool) -> PackageCache:
        try:
            self._root.packages.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self._root.packages, error) from error
        return package_cache(records, self._root.packages, verify=verify)


def _make_private(folder: Path) -> None:
    """Keep others out of the cache of indexes: rattler writes down which URL an index is of, credentials and
    all, and takes for another channel's what does not say the URL that it asks for."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise unwritable(folder, error) from error


def _release_memory() -> None:
    """Give back what the installation's threads freed: glibc keeps some 40 MB of it for a torch environment,
    on top of which the rest of the work would take its own."""
    import ctypes

    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def _wait(coroutine: Coroutine[Any, Any, _T]) -> _T:
    return asyncio.run(coroutine)
