"""Link scripts of packages, which conda always runs: left out, unless they are asked for.

conda runs each through bash and tells it of the package in `PKG_NAME` and of the environment in `PREFIX`
(run_script in conda/core/link.py, the same from 23.11 to 26.7). Bash reads the file that `BASH_ENV` names
before any script, and ends there for a link script of the environment that is being built.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from envctl.errors import AbsentError


def no_link_scripts(prefix: Path, folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The variables under which no link script of the prefix runs; they name a file that this puts into
    `folder`.

    Raises `AbsentError` (`tool-missing`) where there is no bash: conda would take another shell.
    """
    if not shutil.which("bash", path=environ.get("PATH")):
        raise AbsentError(
            "without bash, conda would run the packages' link scripts",
            code="tool-missing",
            hint="install bash, or use --engine rattler",
        )
    file = folder / "no-link-scripts.sh"
    here = f'[ -n "$PKG_NAME" ] && [ "$PREFIX" = {shlex.quote(str(prefix))} ]'
    file.write_text(f"if {here}; then exit 0; fi\n", encoding="utf-8")
    return {"BASH_ENV": str(file)}
