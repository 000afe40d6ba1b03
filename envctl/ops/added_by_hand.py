"""What people have added to an environment since it was installed: what becomes of it in an update."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from envctl.credentials import scrub
from envctl.model.lock import Lock
from envctl.progress import Reporter

_SHOWN = 3


def added_variables(installed: Lock, recorded: Lock | None, asked: Mapping[str, str]) -> Mapping[str, str]:
    """The variables that an environment's source did not set, nor the one that is asked for now.

    Without a record of what its source set, as in an environment of conda's, these are all of its variables.
    """
    set_by_source = (recorded and recorded.variables) or {}  # without credentials
    return {
        name: value
        for name, value in (installed.variables or {}).items()
        if name not in asked and set_by_source.get(name) != scrub(value)
    }


def tell_of_packages(installed: Lock, recorded: Lock | None, reporter: Reporter) -> None:
    """Warn of packages that no source asks for: they stay behind."""
    if recorded is None:
        return
    known = {entry.package.key for part in recorded.platforms for entry in part.packages}
    added = [key[1] for part in installed.platforms for key in part.by_key if key not in known]
    if added:
        reporter.warn(f"was added since and is asked for by nothing: {', '.join(sorted(added))}")


def tell_of_files(
    carried: Sequence[str],
    left_out: Sequence[str],
    variables: Mapping[str, str],
    reporter: Reporter,
    *,
    planned: bool = False,
) -> None:
    """Say what comes along, or would, and warn of what does not."""
    verb = "would come" if planned else "came"
    if carried:
        reporter.note(f"{_files(carried)} {verb} along: {_few(carried)}")
    if variables:
        reporter.note(f"what was set by hand {verb} along: {_few(sorted(variables))}")
    if left_out:
        reporter.warn(f"{_files(left_out)} did not come along, for what is new there: {_few(left_out)}")


def printable(path: str) -> str:
    """A file's name with escapes for what no terminal and no JSON document takes."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in path)


def _files(paths: Sequence[str]) -> str:
    return f"{len(paths)} {'file' if len(paths) == 1 else 'files'} that no package owns"


def _few(names: Sequence[str]) -> str:
    return ", ".join(map(printable, names[:_SHOWN])) + (", …" if len(names) > _SHOWN else "")
