"""A throw-away environment: a Python of its own, records as conda and pip leave them, and modules by hand."""

from __future__ import annotations

import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

from forged_prefix import Conda, Pip, forge

from envctl.model.provenance import Provenance
from envctl.model.template import Expectations
from envctl.prefixes.meta import write_provenance

SITE_PACKAGES = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"


def throwaway(
    prefix: Path,
    *,
    conda: Sequence[Conda] = (),
    pip: Sequence[Pip] = (),
    modules: Mapping[str, str] | None = None,
    verify: Expectations | None = None,
) -> Path:
    """Make the environment and return its prefix.

    `modules` are texts by their paths from site-packages. `verify` is what its template expects, kept where
    `create` keeps it.
    """
    venv.create(prefix, symlinks=True)
    python = Conda(name="python", version="{}.{}.{}".format(*sys.version_info))
    forge(prefix, conda=[python, *conda], pip=pip, site_packages=SITE_PACKAGES)
    for name, text in (modules or {}).items():
        file = prefix / SITE_PACKAGES / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    if verify is not None:
        provenance = Provenance(
            envctl_version="0", created="2026-11-24T00:00:00Z", source="template:t", spec="", spec_sha256="",
            channels=("conda-forge",), verify=verify,
        )  # fmt: skip
        write_provenance(prefix, provenance)
    return prefix
