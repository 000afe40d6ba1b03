"""Chosen packages into a folder, by conda: an explicit list, without a solve."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from envctl.engines.conda_answer import CondaFailure
from envctl.engines.conda_archives import explicit_line, installable
from envctl.engines.conda_arrivals import judge
from envctl.engines.conda_cache import cached_folder
from envctl.engines.conda_call import ask
from envctl.engines.conda_failures import NO_PREFIX
from envctl.engines.conda_find import Conda
from envctl.engines.conda_installed import finish_installed
from envctl.engines.conda_scripts import no_link_scripts
from envctl.engines.interface import InstallRequest
from envctl.engines.local_archive import verify_local
from envctl.engines.rattler_scripts import link_scripts, not_run
from envctl.errors import AbsentError
from envctl.fsys import local_file
from envctl.model.packages import CondaPackage
from envctl.prefixes.relocation import relocate
from envctl.progress import Reporter

_BUILT = "_e"
"""The folder below the one to fill that conda installs into. conda deletes what stands at its prefix: this
one is its own. Conda 26 takes no blank in the name of a prefix, and the user's place may have one. Binaries
have room for a path of some length alone, so the name is short."""


def install(
    conda: Conda,
    request: InstallRequest,
    *,
    environ: Mapping[str, str],
    logins: Mapping[str, str],
    pkgs_dirs: Iterable[Path],
    scratch: Path,
    reporter: Reporter,
) -> None:
    """Put the packages into the prefix, as built for `request.final`.

    `logins` are channels with a login, by what they are without; `scratch` is an empty folder, for nobody but
    the user. Raises `CondaFailure`, and what `Engine.install`
    raises.
    """
    packages = [installable(package, environ, logins) for package in request.solution.packages]
    folders = tuple(pkgs_dirs)
    new = [package for package in packages if cached_folder(package, folders) is None]
    _refuse_offline(new, offline=request.offline)
    for package in new:
        verify_local(package.url, sha256=package.sha256, md5=package.md5)
    if not packages:  # conda 26 takes an empty list for no list, and solves
        (request.prefix / "conda-meta").mkdir()
        return
    lines = [explicit_line(package, conda) for package in packages]
    explicit = scratch / "explicit.txt"
    explicit.write_text("\n".join(["@EXPLICIT", *lines, ""]), encoding="utf-8")
    if new:
        _fetch(conda, explicit, scratch, environ)
    for package in packages:
        judge(package, cached_folder(package, folders))
    built = request.prefix / _BUILT
    built.mkdir()
    environ = {**environ, **_checks(verify=request.verify_cache)}
    if not request.link_scripts:
        environ |= no_link_scripts(built, scratch, environ)
    ask(conda, _command(built, explicit, offline=request.offline), environ)
    finish_installed(built, packages)
    for entry in tuple(built.iterdir()):
        entry.rename(request.prefix / entry.name)
    built.rmdir()
    relocate(request.prefix, written_for=built, final=request.final)
    scripts = link_scripts(request.prefix)
    if scripts and not request.link_scripts:
        reporter.warn(not_run(scripts))


def _fetch(conda: Conda, explicit: Path, scratch: Path, environ: Mapping[str, str]) -> None:
    """Have conda fetch and unpack the packages, and end there.

    From 25.7 on it does not heed `--download-only` with an explicit list, and installs. But all from 23.11 to
    26.7 fetch before they make the prefix; and this one cannot be made, for it is below a file.
    """
    no_folder = scratch / "no-folder"
    no_folder.touch()
    try:
        ask(conda, _command(no_folder / "env", explicit, offline=False), environ)
    except CondaFailure as failure:
        if NO_PREFIX not in failure.text:
            raise


def _command(prefix: Path, explicit: Path, *, offline: bool) -> list[str]:
    quietly = ["create", "--yes", "--quiet", "--no-default-packages"]
    where = ["--prefix", os.fspath(prefix), "--file", os.fspath(explicit)]
    return [*quietly, *where, *(["--offline"] if offline else [])]


def _checks(*, verify: bool) -> dict[str, str]:
    """conda's own checks of its package folders: every file is there and of its size; or its hash, too."""
    return {"CONDA_SAFETY_CHECKS": "enabled", "CONDA_EXTRA_SAFETY_CHECKS": str(verify).lower()}


def _refuse_offline(new: Iterable[CondaPackage], *, offline: bool) -> None:
    remote = [package.file_name for package in new if local_file(package.url) is None]
    if offline and remote:
        raise AbsentError(
            f"{len(remote)} packages are not in the cache",
            code="offline",
            cause=", ".join(sorted(remote)[:5]),
            hint="run once without --offline",
        )
