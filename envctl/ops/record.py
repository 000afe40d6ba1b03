"""What an installation leaves in `conda-meta/` about where it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from packaging.utils import canonicalize_name

from envctl import __version__
from envctl.credentials import scrub, without_login
from envctl.formats.environment_yaml_write import dumps
from envctl.formats.pip_options import index_urls, options_of
from envctl.model.lock import Lock, LockedPackage
from envctl.model.packages import PipPackage
from envctl.model.provenance import Provenance
from envctl.ops.solve import Solved
from envctl.prefixes import meta
from envctl.prefixes.direct_url_scrub import scrub_origins
from envctl.prefixes.installed import read_installed
from envctl.prefixes.recorded import with_origin, write_recorded
from envctl.prefixes.records import as_record
from envctl.sources import LockSource, Source, spec_text


def record_installation(
    prefix: Path, source: Source | LockSource, solved: Solved, *, verb: str, engine: str
) -> None:
    """Complete the records of a finished installation, and write down what it put there: for which verb, and
    by which engine."""
    solution, requested = solved.solution, solved.requested
    now = datetime.now(timezone.utc).replace(microsecond=0)
    text = dumps(solved.spec) if isinstance(source, LockSource) else spec_text(source)
    documents = meta.finish_records(
        prefix,
        {package: [scrub(spec) for spec in specs] for package, specs in requested.items()},
        packages=solution.packages,
        from_archives=solved.lock is not None,
    )
    meta.write_history(
        prefix,
        when=now.strftime("%Y-%m-%d %H:%M:%S"),
        verb=verb,
        version=__version__,
        specs=[scrub(spec) for specs in requested.values() for spec in specs],
        packages=[
            f"{without_login(package.channel).rstrip('/')}/{package.subdir}::{package.name}-{package.version}-{package.build}"
            for package in solution.packages
        ],
    )
    meta.write_state(prefix, solved.spec.variables)
    rendered = None if isinstance(source, LockSource) else source.rendered
    meta.write_provenance(
        prefix,
        Provenance(
            envctl_version=__version__,
            created=now.isoformat(),
            engine=engine,
            source=source.label,
            params=dict(rendered.params) if rendered else {},
            addons=rendered.addons if rendered else (),
            spec=text,
            spec_sha256=hashlib.sha256(text.encode()).hexdigest(),
            channels=tuple(map(scrub, solution.channels)),
            virtual_packages=solution.virtual_packages,
            verify=rendered.verify if rendered else None,
        ),
    )
    scrub_origins(prefix)
    records = [record for file, document in documents.items() if (record := as_record(document, file))]
    write_recorded(prefix, _with_origins(read_installed(prefix, records), solved))


def _with_origins(installed: Lock, solved: Solved) -> Lock:
    """What is installed, with what only this run knows of its pip packages."""
    (part,) = installed.platforms
    exact = {canonicalize_name(package.name): package for package in solved.locked_pip}
    lines = [line.text for line in solved.spec.pip or ()]
    asked = _asked(lines)

    def known(entry: LockedPackage) -> LockedPackage:
        package = entry.package
        if not isinstance(package, PipPackage):
            return entry
        name = canonicalize_name(package.name)
        if name in exact:
            package = with_origin(package, exact[name])
        return replace(entry, package=package, requested=asked.get(name, entry.requested))

    packages = tuple(map(known, part.packages))
    indexes = solved.lock.indexes if solved.lock else index_urls(lines)
    return replace(
        installed,
        platforms=(replace(part, packages=packages),),
        indexes=indexes,
        pip_options=options_of(lines, directory=solved.directory or Path.cwd()),
    )


def _asked(lines: list[str]) -> Mapping[str, tuple[str, ...]]:
    """The lines of a pip section by what each asks for; without one, its grammar is not even imported."""
    if not lines:
        return {}
    from envctl.ops.lock_pip import requests_by_package

    return requests_by_package(lines)
