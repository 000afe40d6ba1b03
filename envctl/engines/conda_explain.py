"""Why conda found no solution, in the words that the embedded engine has for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from envctl.engines.conda_answer import CondaFailure
from envctl.engines.conda_failures import BAD_SPEC, UNREACHABLE, channel_unreachable, failed, words
from envctl.engines.conda_problem import Problem
from envctl.engines.rattler_explain import channel_word, unsatisfiable
from envctl.errors import AbsentError, EnvctlError, FailedError, UsageError
from envctl.formats.match_spec_syntax import name
from envctl.versions import spec_parts

_UNSATISFIABLE = {
    *("RattlerUnsatisfiableError", "LibMambaUnsatisfiableError", "UnsatisfiableError"),
    "SpecsConfigurationConflictError",
}
_NOT_FOUND = {"PackagesNotFoundInChannelsError", "PackagesNotFoundError", "ResolvePackageNotFound"}
_MISSING_ON_SYSTEM = "which is missing on the system"
"""libmamba's words for a virtual package that the machine lacks."""
_VERSION = re.compile(r"\[.*?version='?([^'\]]+)")

Versions = Callable[[str], Sequence[str]]
"""The newest versions that the channels have of a package, newest first; empty where they have none."""


def solve_failed(
    failure: CondaFailure, problem: Problem, versions: Versions, *, indexes_cached: bool
) -> EnvctlError:
    """The error for a solve that came to nothing; `indexes_cached` tells whether there is any index for a
    solve without the network."""
    if failure.kind in UNREACHABLE:
        return channel_unreachable(failure)
    if BAD_SPEC.search(f"{failure.kind} {failure.text}"):
        specs = problem.request.specs
        unread = [spec for spec in specs if spec_parts(spec) is None] or specs
        return UsageError(
            f"conda cannot read {' or '.join(map(repr, unread))}",
            code="bad-match-spec",
            cause=words(failure),
            hint="such as numpy, numpy=1.26, 'numpy >=1.24,<2' or conda-forge::numpy",
        )
    if problem.request.offline and (not indexes_cached or failure.kind == "FileNotFoundError"):
        return AbsentError(
            "a channel cannot be reached",
            code="channel-unreachable",
            cause=_searched(problem),
            hint="the caches do not hold its index; run once without --offline",
        )
    if failure.kind in _UNSATISFIABLE:
        text = failure.text.replace(_MISSING_ON_SYSTEM, "for which no candidates were found")
        return _unsatisfiable(text, problem, {})
    missing = _missing(failure.document) if failure.kind in _NOT_FOUND else []
    return _not_found(missing, problem, versions) if missing else failed(failure)


def _missing(document: Mapping[str, Any]) -> list[str]:
    """The specs that nothing was found for; of a chain of requests that leads to one, its end."""
    listed = document.get("packages") or document.get("bad_deps") or ()
    chains = [each if isinstance(each, list) else str(each).split(" -> ") for each in listed]
    return [str(chain[-1]).strip() for chain in chains if chain]


def _not_found(missing: Sequence[str], problem: Problem, versions: Versions) -> EnvctlError:
    """conda says the same of a name that no channel has, a version of one, what a package needs, and what the
    machine lacks."""
    names = dict.fromkeys(map(name, missing))
    there = {each: versions(each) for each in names if not each.startswith("__")}
    asked = set(map(name, problem.request.specs))
    absent = [each for each, found in there.items() if not found and each in asked]
    if not absent:
        text = "\n".join(f"No candidates were found for {_readable(spec)}." for spec in missing)
        return _unsatisfiable(text, problem, there)
    lacking = "; the caches may lack its index: run once without --offline"
    return FailedError(
        f"no channel has a package {absent[0]!r} for {problem.platform}",
        code="package-not-found",
        cause=_searched(problem),
        hint="add its channel with -c CHANNEL" + (lacking if problem.request.offline else ""),
    )


def _readable(spec: str) -> str:
    """`__cuda >=12` for conda's `__cuda[version='>=12']`, `numpy =99` for `numpy=99`."""
    package, version = name(spec), _VERSION.search(spec)
    wanted = version[1] if version else spec.rpartition("::")[2].strip()[len(package) :].strip()
    return f"{package} {wanted}".strip()


def _unsatisfiable(text: str, problem: Problem, there: Mapping[str, Sequence[str]]) -> EnvctlError:
    request = problem.request
    named = [spec for spec in request.specs if _names(text, name(spec))]
    return unsatisfiable(
        text,
        conflict=named or request.specs,
        channels=tuple(problem.channels.values()),
        known=tuple(there),
        there=there,
        platform=problem.platform,
        requirement=request.cuda_requirement,
        described=request.virtual_packages is not None,
    )


def _names(text: str, package: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(package)}(?![\w-])", text) is not None


def _searched(problem: Problem) -> str:
    return f"sought in {', '.join(map(channel_word, problem.channels.values())) or 'no channel'}"
