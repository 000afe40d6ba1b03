"""rattler's installation, guarded: what it fetches is judged before it is linked, its scripts are heard."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

import rattler
from rattler import Client, PackageCache, RepoDataRecord
from rattler.exceptions import InstallerError, IoError, LinkError, TransactionError

from envctl.engines.interface import InstallRequest
from envctl.engines.rattler_arrivals import Arrivals
from envctl.engines.rattler_failures import install_failed
from envctl.engines.rattler_progress import InstallProgress
from envctl.engines.rattler_scripts import link_scripts, not_run
from envctl.errors import FailedError
from envctl.prefixes.relocation import relocate
from envctl.progress import Reporter


async def install(
    request: InstallRequest,
    records: Sequence[RepoDataRecord],
    *,
    remote: Sequence[RepoDataRecord],
    cache: PackageCache,
    arrivals: Arrivals,
    client: Client,
    reporter: Reporter,
    stall_s: float,
) -> None:
    """Put the records into the prefix; `remote` are those to be downloaded.

    Raises `FailedError` as `Engine.install` says, and `hostile-package`, `link-script-failed`.
    """
    download_bytes = sum(record.size or 0 for record in remote)
    try:
        with ExitStack() as tasks:
            download = link = tasks.enter_context(
                reporter.task("linking", unit="packages", total=len(records))
            )
            if remote:
                download = tasks.enter_context(
                    reporter.task("downloading", unit="bytes", total=download_bytes or None)
                )
            # mypy takes the protocol's empty methods for abstract ones.
            progress = InstallProgress(  # type: ignore[abstract]
                download,
                link,
                download_bytes=download_bytes,
                packages=len(records),
                arrived=arrivals.arrived,
            )
            installation = rattler.install(
                list(records),
                request.prefix,
                package_cache=cache,
                installed_packages=[],
                alternative_target_prefix=request.final,
                execute_link_scripts=request.link_scripts,
                show_progress=False,
                client=client,
                reporter=progress,
            )
            await progress.watch(installation, stall_s=stall_s)
    except (InstallerError, LinkError, TransactionError, IoError) as error:
        raise arrivals.refused or install_failed(str(error)) from error
    if arrivals.refused:
        raise arrivals.refused
    # rattler marks what it installs as a cache; backups would leave the environment out.
    (request.prefix / "CACHEDIR.TAG").unlink(missing_ok=True)
    _after_scripts(request, progress.failed_scripts, reporter)


def _after_scripts(request: InstallRequest, failed: Sequence[str], reporter: Reporter) -> None:
    scripts = link_scripts(request.prefix)
    if not request.link_scripts:
        if scripts:
            reporter.warn(not_run(scripts))
        return
    if failed:
        raise FailedError(
            f"the post-link script failed of {', '.join(failed)}",
            code="link-script-failed",
            cause="a script of the package's own, which may have left its work half done",
            hint="nothing was installed; without --link-scripts it is left out",
        )
    if scripts and request.final != request.prefix:  # they know the prefix alone that they run in
        relocate(request.prefix, written_for=request.prefix, final=request.final)
