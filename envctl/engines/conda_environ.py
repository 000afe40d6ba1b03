"""The variables that conda runs under: the user's settings, without what would change what it is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping

_KEPT_OUT = re.compile(
    r"PYTHON(?:PATH|HOME|STARTUP|WARNINGS)"  # of envctl's Python, not of conda's
    r"|_?CONDA_(?:EXE|ROOT_PREFIX)|_CE_\w+"  # where an activated shell's conda is, and how it is called
    r"|CONDA_(?:ALWAYS_YES|DRY_RUN|DOWNLOAD_ONLY|JSON|QUIET|DEBUG|DEV|TRACE|VERBOS\w+|CONSOLE)"
    r"|CONDA_(?:SUBDIR|FORCE\w*|DEPS_MODIFIER|UPDATE_MODIFIER|UNSATISFIABLE_HINTS\w*)"
    r"|BASH_ENV"
)
_FIXED = {
    "CONDA_REGISTER_ENVS": "false",  # an environment is built in a folder that will not stay
    "CONDA_REPORT_ERRORS": "false",  # asks, and waits for an answer
    "CONDA_NUMBER_CHANNEL_NOTICES": "0",
    "CONDA_NOTIFY_OUTDATED_CONDA": "false",
    "CONDA_AUTO_UPDATE_CONDA": "false",
    "CONDA_AGGRESSIVE_UPDATE_PACKAGES": "",  # would change packages that are to be kept
    "CONDA_ALLOW_SOFTLINKS": "false",  # an environment must not depend on the package cache
    "CONDA_ALWAYS_SOFTLINK": "false",
}


def conda_environ(environ: Mapping[str, str], **more: str) -> dict[str, str]:
    """The variables for one call; `more` are set besides."""
    kept = {name: value for name, value in environ.items() if not _KEPT_OUT.fullmatch(name)}
    return {**kept, **_FIXED, **more}
