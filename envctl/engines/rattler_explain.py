"""A solve without a solution as envctl's error: what cannot hold together, why, what to do next."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence

from envctl.credentials import scrub
from envctl.engines.rattler_reason import shorten
from envctl.errors import EnvctlError, FailedError

PUBLIC = "https://conda.anaconda.org/"
_MISSING = re.compile(r"No candidates were found for (?P<spec>[^\n]+?)\.?\s*$", re.MULTILINE)
_LEAF = re.compile(r"^.*(?:[Nn]o candidates were found|which conflicts).*$", re.MULTILINE)
"""The lines of an explanation in which one of its branches ends."""
_CUDA = re.compile(r"__cuda\b")
_SYSTEM = re.compile(r"__(?:glibc|linux|osx|archspec|win|unix)\b")


def unsatisfiable(
    text: str,
    *,
    conflict: Sequence[str],
    channels: Sequence[str],
    known: Collection[str] = (),
    there: Mapping[str, Sequence[str]],
    platform: str,
    requirement: str | None = None,
    described: bool = False,
) -> EnvctlError:
    """The error for a solve without a solution.

    `text` is the solver's explanation, `conflict` a smallest set of requests that cannot hold together,
    `known` the channels' package names for the platform, `there` the newest versions of packages that are
    there in others, `requirement` what the source says the machine must offer. With `described` the machine
    is not this one.
    """
    searched = f"sought in {', '.join(map(channel_word, channels)) or 'no channel'}"
    missing = [name for name in missing_names(text) if not name.startswith("__")]
    absent = [name for name in missing if name not in known]
    if absent and known:
        near = difflib.get_close_matches(absent[0], known, n=3)
        return FailedError(
            f"no channel has a package {absent[0]!r} for {platform}",
            code="package-not-found",
            cause=searched,
            hint=f"did you mean {', '.join(near)}?" if near else "add its channel with -c CHANNEL",
        )
    offers = [f"there is {name} {', '.join(versions)}" for name, versions in there.items() if versions]
    together = " together" if len(conflict) > 1 else ""
    where = f" for {platform}" if described else ""
    return FailedError(
        f"cannot be installed{together}{where}: {' and '.join(conflict)}",
        code="unsatisfiable",
        cause="\n".join([shorten(_bare(text)), *offers, searched]),
        hint=_hint(text, single=len(conflict) == 1, requirement=requirement, described=described),
    )


def missing_names(text: str) -> list[str]:
    """The packages of requests that the solver found nothing for."""
    return [match["spec"].split()[0].rpartition("::")[2] for match in _MISSING.finditer(text)]


def channel_word(url: str) -> str:
    """A channel as people call it: a public one by its name, any other by its URL."""
    return scrub(url).removeprefix(PUBLIC).rstrip("/")


def _bare(text: str) -> str:
    return scrub(text).removeprefix("Cannot solve the request because of: ").strip()


def _hint(text: str, *, single: bool, requirement: str | None, described: bool) -> str:
    if "not in requested channel" in text:
        return "give that channel too with -c; a mirror is known by the last part of its URL"
    leaves = _LEAF.findall(text)
    if leaves and all(_CUDA.search(leaf) for leaf in leaves):
        seen = "no NVIDIA driver is seen here, or too old a one"
        if described:
            seen = "the machine is taken to have no NVIDIA driver, or too old a one"
        needed = f"; the template needs CUDA {requirement}" if requirement else ""
        return f"{seen}; --cuda VERSION builds for a machine that has it{needed}"
    if leaves and all(_SYSTEM.search(leaf) for leaf in leaves):
        if described:
            names = sorted({match[0] for leaf in leaves for match in _SYSTEM.finditer(leaf)})
            variables = " or ".join(f"CONDA_OVERRIDE_{name.strip('_').upper()}" for name in names)
            return f"the machine is taken to be older than that; {variables} says what it has"
        return "this machine's system is too old for it; ask for an older version"
    return "ask for another version, or add a channel with -c" if single else "relax one of these requests"
