"""Channels and specs as people write them, as conda takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from envctl.credentials import fill_in
from envctl.engines.interface import SolveRequest
from envctl.engines.rattler_channels import unlisted
from envctl.errors import FailedError, UsageError
from envctl.formats.match_spec_syntax import name, problem
from envctl.fsys import expand


def conda_channels(
    words: Sequence[str], *, directory: Path | None, environ: Mapping[str, str]
) -> dict[str, str]:
    """The channels that conda is given, in the same order, each once, and what envctl calls each.

    What a name or `defaults` stands for is conda's to say, by its configuration. `nodefaults` says nothing
    here, and conda 26.7 would ask for a channel of that name.
    """
    given: dict[str, str] = {}
    for written in words:
        word = fill_in(written, environ).strip()
        if word.startswith((".", "~", "/")):
            word = ((directory or Path.cwd()) / expand(word)).resolve().as_uri()
        if word and word != "nodefaults":
            given.setdefault(word, written.strip() if "://" in written else word)
    return given


def conda_specs(request: SolveRequest, channels: Sequence[str]) -> list[str]:
    """The request's specs for conda's command line.

    `NAME::` in front means the channel whose URL ends in that name too, as it does for the embedded engine;
    of an only channel it says nothing, and conda before 26 does not find one by its URL there.
    Raises `UsageError` (`bad-match-spec`, `archive-spec`), and `FailedError` (`unsatisfiable`) for a channel
    that only a spec names where no other may be asked: conda would ask it.
    """
    called = {channel.rstrip("/").rpartition("/")[2]: channel for channel in reversed(channels)}
    specs = []
    for text in request.specs:
        reason = problem(text)
        if reason:
            raise UsageError(
                f"{text!r} is no conda match spec",
                code="bad-match-spec",
                cause=reason,
                hint="such as numpy, numpy=1.26, 'numpy >=1.24,<2' or conda-forge::numpy",
            )
        if not name(text):
            raise UsageError(
                f"conda does not solve for an archive beside specs: {text}",
                code="archive-spec",
                hint="ask for the package by its name, or use --engine rattler",
            )
        channel, colons, spec = text.strip().partition("::")
        known = called.get(channel, channel)
        specs.append(channel if not colons else spec if [known] == list(channels) else f"{known}::{spec}")
    foreign = unlisted(request.specs, channels) if request.only_these else ()
    if foreign:
        named = [text for text in request.specs if text.startswith(tuple(f"{each}::" for each in foreign))]
        raise FailedError(
            f"cannot be installed: {' and '.join(named)}",
            code="unsatisfiable",
            cause=f"{', '.join(foreign)} is none of the channels asked for, and no other may be searched",
            hint="give that channel too with -c",
        )
    return specs
