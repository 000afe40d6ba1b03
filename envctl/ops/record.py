"""What an installation leaves in `conda-meta/` about where it came from."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from pathlib import Path

from envctl import __version__
from envctl.credentials import scrub
from envctl.model.provenance import Provenance
from envctl.ops.solve import Solved
from envctl.prefixes import meta
from envctl.sources import Source, spec_text


def record_installation(prefix: Path, source: Source, solved: Solved) -> None:
    """Complete the records of a finished installation."""
    solution, requested = solved.solution, solved.requested
    now = datetime.now(timezone.utc).replace(microsecond=0)
    text = spec_text(source)
    meta.finish_records(
        prefix, {package: [scrub(spec) for spec in specs] for package, specs in requested.items()}
    )
    meta.write_history(
        prefix,
        when=now.strftime("%Y-%m-%d %H:%M:%S"),
        version=__version__,
        specs=[scrub(spec) for specs in requested.values() for spec in specs],
        packages=[
            f"{scrub(package.channel).rstrip('/')}/{package.subdir}::{package.name}-{package.version}-{package.build}"
            for package in solution.packages
        ],
    )
    meta.write_state(prefix, solved.spec.variables)
    rendered = source.rendered
    meta.write_provenance(
        prefix,
        Provenance(
            envctl_version=__version__,
            created=now.isoformat(),
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
